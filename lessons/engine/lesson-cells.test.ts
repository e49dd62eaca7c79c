import { describe, expect, it } from "vitest";
import { sampleSlug, sampleText } from "../fixtures/sample-lesson.ts";
import type { LessonOutline } from "../live/lesson-protocol.ts";
import { compileLesson } from "./compile.ts";
import { readLesson } from "./lesson-source.ts";
import { nbgraderChecksum } from "./nbgrader-metadata.ts";
import { contentHash } from "./notebook.ts";

const notebook = compileLesson(sampleSlug, sampleText);
const cell = (id: string, of = notebook) => {
  const found = of.cells.find((each) => each.id === `${sampleSlug}-${id}`);
  if (found === undefined) throw new Error(`no cell ${id}`);
  return { ...found, text: found.source.join(""), nbgrader: found.metadata.nbgrader };
};

describe("questions and exercises become cells", () => {
  it("in the order in which a learner meets them, with names that stay", () => {
    const names = notebook.cells.map(({ id }) => id.replace(`${sampleSlug}-`, ""));
    expect(names.filter((name) => !/^[0-9a-f]{8}$/.test(name))).toEqual([
      ...["title", "setup", "who-question", "who", "look", "who-reveal"],
      ...["scale", "apply", "count", "doubled"].flatMap((id) => [`${id}-task`, `${id}-start`, id, `${id}-check`]),
    ]);
  });

  it("with the calls of the learner's handle", () => {
    expect(cell("setup").text).toBe('const lesson = orrery.lesson("07-sample")');
    expect(cell("who").text).toBe('lesson.predict("who", "")');
    expect(cell("who-reveal").text).toBe('lesson.reveal("who")');
    expect(cell("scale-start").text).toBe('const scale = lesson.start("scale")\nshow.components(scale)');
    expect(cell("scale").text).toBe("// look");
    expect(cell("scale-check").text).toBe('lesson.check("scale")');
    expect(cell("scale-task").text).toBe(
      '### Exercise: Do scale (4 points)\n\nDo **it**.\n\n*Stuck? `lesson.hint("scale")` gives a hint; the 3 cost 10 %, 20 % and 30 % of the points.*',
    );
    expect(cell("who-question").text).toContain("- **A**: nobody\n- **B**: a controller\n\nWrite A or B");
  });

  it("with a token in a student's release, and nowhere else", () => {
    const release = compileLesson(sampleSlug, sampleText, { token: "a.b" });
    expect(cell("setup", release).text).toBe('const lesson = orrery.lesson("07-sample", "a.b")');
    const others = ({ cells }: typeof release) => cells.filter(({ id }) => id !== `${sampleSlug}-setup`);
    expect(others(release)).toEqual(others(notebook));
    const differing = [...contentHash(release)].filter(([id, hash]) => contentHash(notebook).get(id) !== hash);
    expect(differing.map(([id]) => id)).toEqual(["07-sample-setup"]);
  });

  it("never with an answer, an explanation, a hint or a message", () => {
    const text = JSON.stringify(notebook);
    for (const secret of ["It has **work**", "Hint for", "is well", "not well"]) expect(text).not.toContain(secret);
  });

  it("and a lesson that asks nothing has no cell more", () => {
    const text = sampleText.slice(0, sampleText.indexOf("```predict"));
    const { cells, metadata } = compileLesson(sampleSlug, `${text}\`\`\`ts\n1\n\`\`\`\n`);
    expect(cells.map(({ id }) => id)).not.toContain(`${sampleSlug}-setup`);
    expect(metadata.orrery).toMatchObject({ predictions: [], exercises: [] });
  });
});

describe("the notebook's metadata", () => {
  it("outline the lesson for the panel, by cells that there are", () => {
    const outline = compileLesson(sampleSlug, sampleText, { next: "08-x.ipynb" }).metadata.orrery as LessonOutline;
    expect(outline).toMatchObject({
      lesson: sampleSlug,
      version: readLesson(sampleSlug, sampleText).version,
      title: "A sample",
      minutes: 5,
      chapters: [{ title: "First" }, { title: "Second" }],
      predictions: [{ id: "who", question: "Who moves?", choices: ["nobody", "a controller"] }],
      next: "08-x.ipynb",
    });
    expect(outline.exercises[0]).toEqual({
      id: "scale",
      title: "Do scale",
      points: 4,
      hintCosts: [0.1, 0.2, 0.3],
      cell: "07-sample-scale-task",
      checkCell: "07-sample-scale-check",
    });
    const ids = new Set(notebook.cells.map(({ id }) => id));
    const named = [...outline.chapters, ...outline.predictions, ...outline.exercises];
    for (const { cell } of named) expect(ids).toContain(cell);
    for (const { checkCell } of outline.exercises) expect(ids).toContain(checkCell);
  });

  it("are what nbformat 4.5 and nbgrader's schema 3 allow", () => {
    const ids = notebook.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, cell_type, metadata, source, ...rest } of notebook.cells) {
      expect(id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
      expect(Object.keys(rest).sort()).toEqual(cell_type === "code" ? ["execution_count", "outputs"] : []);
      expect(source.slice(0, -1).every((line) => line.endsWith("\n"))).toBe(true);
      const marks = metadata.nbgrader as Record<string, unknown> | undefined;
      if (marks === undefined) continue;
      const { schema_version, grade, solution, locked, grade_id, checksum, cell_type: type, points, ...more } = marks;
      expect(more).toEqual({});
      expect([schema_version, type, grade_id]).toEqual([3, cell_type, id]);
      expect([grade, solution, locked].map((flag) => typeof flag)).toEqual(["boolean", "boolean", "boolean"]);
      expect(checksum).toMatch(/^[0-9a-f]{32}$/);
      expect(points === undefined).toBe(grade === false);
      expect(metadata).toMatchObject(locked ? { deletable: false, editable: false } : { deletable: false });
    }
  });

  it("say what each cell is for", () => {
    const flags = (id: string) => {
      const { grade, solution, locked } = cell(id).nbgrader as Record<string, boolean>;
      return [grade, solution, locked];
    };
    expect(flags("setup")).toEqual([false, false, true]);
    expect(flags("scale")).toEqual([false, true, false]);
    expect(flags("scale-check")).toEqual([true, false, true]);
    expect(cell("scale-check").nbgrader).toMatchObject({ points: 4 });
    expect(cell("who").metadata).toEqual({});
  });

  it("keep nbgrader's own copy free of checksums, with a region for its stub", () => {
    const course = compileLesson(sampleSlug, sampleText, { forNbgrader: true });
    expect(cell("scale", course).text).toBe("// look\n// BEGIN SOLUTION\n// END SOLUTION");
    expect(Object.keys(cell("scale", course).nbgrader as object)).not.toContain("checksum");
  });
});

/** As nbgrader 0.9.6 itself computed them, with `utils.compute_checksum`. */
const recorded = [
  ["code", 'const lesson = orrery.lesson("07-x")', { kind: "locked" }, "f9feaf5e9fe7d13e976120d3c90c6ca8"],
  ["markdown", "### Übung: „eins“ …", { kind: "locked" }, "687b9ad96222a3a41cc2e0f47f1709f8"],
  ["code", "// Hier\n%kubectl get pods", { kind: "answer" }, "e9ef9b4b1cb0f0b4bb10f9cbe5942d5f"],
  ["code", 'lesson.check("a")', { kind: "check", points: 2 }, "bd3e6777855780a715161be77403fc71"],
  ["code", 'lesson.check("a")', { kind: "check", points: 2.5 }, "38d97156d4c36d5f87f4d23ee9db7136"],
] as const;

it.each(recorded)("the checksum of a %s cell %j is nbgrader's own", (type, source, role, checksum) => {
  expect(nbgraderChecksum("07-x-a", type, source, role)).toBe(checksum);
});

describe("a broken block is refused with file and line", () => {
  const broken = (from: string | RegExp, to: string) => () => compileLesson(sampleSlug, sampleText.replace(from, to));
  const cases: readonly [what: string, from: string | RegExp, to: string, message: string][] = [
    ["an unknown field", "answer: B", "anwser: B", 'a block predict has no field "anwser"; it has id, question'],
    ["no YAML", "choices: [nobody", "choices: [[nobody", "this block is not YAML"],
    ["no fields", /id: who\nquestion[^`]*/, "hello\n", "a block predict holds fields, one a line"],
    ["an answer that is no choice", "answer: B", "answer: C", "answer must be the letter of the right choice, A or B"],
    ["one choice", "[nobody, a controller]", "[nobody]", "choices must be a list of 2 to 6 texts"],
    ["two equal choices", "[nobody, a controller]", "[a, A]", "two choices say the same"],
    ["a wrong id", "id: who\nq", "id: Who\nq", "a block predict needs an id of small letters"],
    ["a reveal of nothing", /reveal\nid: who/, "reveal\nid: whom", "there is no question whom above this reveal"],
    ["an id twice", "id: scale", "id: who", "the id who is taken already, on line 9"],
    ["an id that a cell has", "id=look", "id=scale", "the id scale is taken already"],
    ["an unknown kind", "kind: repair", "kind: quiz", "kind must be one of repair, manifest, table, function"],
    ["points that are none", "points: 4", "points: 0", "points must be a number above 0"],
    ["two hints", "  - text: Hint for 0.1.\n    cost: 0.1\n", "", "hints must be a list of 3"],
    ["hints that cost too much", "cost: 0.3", "cost: 0.9", "the hints together cost more than all points"],
    ["half a message", "    passed: ready is well.\n", "", "messages must give each code"],
    ["a starter that answers nothing", 'lesson.answer("apply", "")', "1", 'must call lesson.answer("apply", …)'],
    ["a repair without a start", "kind: repair", "kind: repair\nstart: no", "a repair needs its start cell"],
    ["an option", "```predict", "```predict shown", 'a block predict takes no "shown" here'],
    [
      "a block in a list",
      "```reveal\nid: who\n```",
      "- a\n\n  ```reveal\n  id: who\n  ```",
      "can't stand inside a list",
    ],
    ["a task longer than a screen", "  Do **it**.\n", "  word\n\n".repeat(20), "more than a screen (34)"],
  ];
  it.each(cases)("%s", (_what, from, to, message) => {
    expect(broken(from, to)).toThrow(message);
    expect(broken(from, to)).toThrow(/^lessons\/07-sample\/lesson.md:\d+: /);
  });

  it("on the line where it is", () => {
    expect(broken("answer: B", "answer: C")).toThrow("lesson.md:13: answer must");
  });
});
