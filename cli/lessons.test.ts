import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readToken } from "../lessons/engine/release-token.ts";
import { seedOf } from "../lessons/engine/seeds.ts";
import { lessonTemplate } from "./lesson-template.ts";
import { run } from "./run.ts";

async function orrery(...words: string[]) {
  const said = { out: "", err: "" };
  const status = await run(words, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { status, ...said };
}

/** A folder with the template's lesson, its files changed as wanted, and other files beside it. */
function lessonFolder(changes: Readonly<Record<string, (text: string) => string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), "orrery-lesson-"));
  const folder = join(root, "lessons", "07-new");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of lessonTemplate("New")) writeFileSync(join(folder, name), changes[name]?.(text) ?? text);
  const put = (name: string, text: string) => {
    writeFileSync(join(root, name), text);
    return join(root, name);
  };
  return { root, folder, put, lessons: ["--lessons", join(root, "lessons")] };
}

describe("orrery lessons new", () => {
  it("makes a folder that compiles and is proven as it is, and writes over nothing", async () => {
    const root = mkdtempSync(join(tmpdir(), "orrery-new-"));
    const lessons = ["--lessons", join(root, "lessons")];
    const made = await orrery("lessons", "new", "07-rolling-updates", ...lessons);
    expect(made).toMatchObject({
      status: 0,
      err: "",
      out: expect.stringMatching(/^wrote .*07-rolling-updates: add it/),
    });
    expect(readFileSync(join(root, "lessons/07-rolling-updates/lesson.md"), "utf8")).toContain(
      'title: "Rolling updates"',
    );
    const proof = await orrery("lessons", "check", ...lessons, "--seeds", "5");
    expect(proof).toMatchObject({ status: 0, err: "" });
    expect(proof.out).toMatch(/wake-up: proven on 5 variants, 5 wrong solutions rejected, 1 operations, .* steps/);
    expect(proof.out).toMatch(/manifest: proven on 6 variants, 5 wrong solutions rejected/);
    expect(await orrery("lessons", "new", "07-rolling-updates", ...lessons)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/exists already: choose another name, or delete it.\n$/),
    });
  });

  it.each([
    [["lessons", "new"], "Name one lesson: orrery lessons new 07-rolling-updates.\n"],
    [["lessons", "new", "Rolling"], "the folder must be called like 07-rolling-updates"],
    [["lessons", "new", "07-a", "--title", " "], "--title takes a text that is not blank.\n"],
  ])("refuses %j", async (words, message) => {
    const { status, err } = await orrery(...words);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("orrery lessons check", () => {
  const check = async (changes: Parameters<typeof lessonFolder>[0], ...more: string[]) =>
    orrery("lessons", "check", ...lessonFolder(changes).lessons, "--seeds", "2", "--exercise", "wake-up", ...more);
  const solution = (from: string | RegExp, to: string) => ({ "solution.ts": (text: string) => text.replace(from, to) });
  const checks = (from: string | RegExp, to: string) => ({ "checks.ts": (text: string) => text.replace(from, to) });
  const words = (from: string | RegExp, to: string) => ({ "lesson.md": (text: string) => text.replace(from, to) });

  const cases: readonly [what: string, changes: Parameters<typeof lessonFolder>[0], complaint: string | RegExp][] = [
    [
      "a solution that is wrong",
      solution("--replicas=2`)", "--replicas=1`)"),
      "the right solution should get all of the points, and on 2 of 2 releases it does not: 0 on release 0",
    ],
    [
      "a wrong one that is right",
      solution("--replicas=1`", "--replicas=2`"),
      'the wrong solution "wakes one pod" should get 0 of the points',
    ],
    [
      "a worth that is not so",
      solution("command(0, () =>", "command(0.5, () =>"),
      'the wrong solution "only looks" should get 0.5',
    ],
    ["too few wrong ones", solution(/ +"deletes it".*\n/, ""), "it has 4 wrong solutions, and needs at least 5"],
    ["no solution", solution('"wake-up": {', '"wake": {'), "solution.ts: wake-up: it has no solution"],
    [
      "a starter that is enough",
      words("%kubectl get deployments", "%kubectl scale deployment cart mail shop --replicas=2"),
      "the starter as it is should get less than all of the points",
    ],
    [
      "a check that throws",
      checks("const deployments =", "JSON.parse('{');\n    const deployments ="),
      "the exercise wake-up is broken: its check threw",
    ],
    [
      "codes that change",
      checks('code: "kept"', 'code: asleep ? "kept" : "same"'),
      /its check finds other codes at other times|has no words for same/,
    ],
    [
      "a code without words",
      checks('"awake"', '"risen"'),
      "lesson.md has no words for risen: add them to its messages",
    ],
    [
      "words without a code",
      words("  kept:\n", "  lost:\n    passed: a\n    failed: b\n  kept:\n"),
      "lesson.md has words for lost, which the check never finds",
    ],
    [
      "a fact that is missing",
      words("{ready} ready pods and should have two", "{redy} pods"),
      'a fact is missing in "The Deployment',
    ],
    [
      "another kind",
      { "scenario.ts": (text) => text.replace('kind: "repair",', 'kind: "procedure", answer: "table",') },
      "scenario.ts makes it a table, and lesson.md a repair",
    ],
    [
      "chance",
      {
        "scenario.ts": (text: string) =>
          text.replace("seed: draw.seed", "seed: calls++").replace("const names", "let calls = 0;\nconst names"),
      },
      "the same seed makes different clusters",
    ],
    [
      "a foreign import",
      { "checks.ts": (text: string) => `import "node:fs";\n${text}` },
      'imports "node:fs": a lesson imports ../api.ts and files of its own folder only',
    ],
    ["a syntax error", { "checks.ts": (text: string) => `${text}}` }, /checks.ts:\d+: /],
  ];
  it.each(cases)("names %s", async (_what, changes, complaint) => {
    const { status, err } = await check(changes);
    expect(status).toBe(1);
    if (typeof complaint === "string") expect(err).toContain(complaint);
    else expect(err).toMatch(complaint);
  });

  it("goes on with the other exercises and lessons", async () => {
    const { root, lessons } = lessonFolder(checks("const deployments =", "JSON.parse('{');\n    const deployments ="));
    const other = join(root, "lessons", "08-text");
    mkdirSync(other);
    writeFileSync(join(other, "lesson.md"), "---\ntitle: a\nsummary: b\nminutes: 1\n---\n\n```ts\n1\n```\n");
    const { status, out, err } = await orrery("lessons", "check", ...lessons, "--seeds", "1");
    expect(status).toBe(1);
    expect(err).toMatch(/wake-up is broken.*\n1 complaint: mend/s);
    expect(out).toMatch(/07-new manifest: proven on 3 variants.*\n08-text: no exercises\n/);
  });

  it.each([
    [["lessons", "check", "nowhere"], 'There is no lesson "nowhere"; there are '],
    [["lessons", "check", "--seeds", "none"], '--seeds takes a whole number from 1 to 10000, not "none".'],
  ])("refuses %j", async (given, message) => {
    const { status, err } = await orrery(...given);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("orrery lessons build for a class", () => {
  const key = "a long and random text";

  it("makes each student a notebook with a token that the key proves, and nothing of the solution", async () => {
    const { root, put, lessons } = lessonFolder();
    const files = [
      "--students",
      put("class.csv", 'name;id\n"Lovelace; Ada";ada\nBob;bob\n'),
      "--key",
      put("key", `${key}\n`),
    ];
    const out = join(root, "out");
    expect(await orrery("lessons", "build", ...lessons, ...files, "--out", out)).toMatchObject({ status: 0, err: "" });
    expect(readdirSync(out).sort()).toEqual(["ada", "bob"]);
    const text = readFileSync(join(out, "ada", "07-new.ipynb"), "utf8");
    const [, token = ""] = /orrery.lesson\(\\"07-new\\", \\"([^"\\]+)/.exec(text) ?? [];
    expect(readToken(token, key)).toMatchObject({
      lesson: "07-new",
      student: "ada",
      seed: seedOf("07-new", "ada", key),
    });
    for (const secret of [key, "awake", "Deployment NAME", "solution of", "othersOf"])
      expect(text).not.toContain(secret);
    const again = await orrery("lessons", "build", ...lessons, ...files, "--out", out);
    expect(again).toEqual({ status: 0, out: "", err: "" });
  });

  it("makes a course folder for nbgrader", async () => {
    const { root, lessons } = lessonFolder();
    const course = join(root, "course");
    expect(await orrery("lessons", "build", ...lessons, "--nbgrader", course)).toMatchObject({ status: 0, err: "" });
    expect(readFileSync(join(course, "nbgrader_config.py"), "utf8")).toContain('code_stub = {"typescript": ');
    const source = JSON.parse(readFileSync(join(course, "source/07-new/07-new.ipynb"), "utf8"));
    expect(source.cells.filter((cell: { metadata: { nbgrader?: object } }) => cell.metadata.nbgrader)).toHaveLength(10);
  });

  const { put, lessons } = lessonFolder();
  const [list, good] = [put("class.txt", "ada\nbob\n"), put("key", key)];
  it.each([
    [["--students", list, "--key", good], 2, "takes --students, --key and --out together"],
    [["--students", list, "--key", good, "--out", "x", "--check"], 2, "and neither --nbgrader nor --check"],
    [
      ["--students", list, "--key", put("short", "abc"), "--out", "x"],
      1,
      "has 3 characters: use a random text of at least 16",
    ],
    [["--students", list, "--key", "/nowhere", "--out", "x"], 1, "There is no file /nowhere: write a long random text"],
    [["--students", "/nowhere", "--key", good, "--out", "x"], 1, "name the list of students with --students"],
    [["--students", put("twice", "ada\nAda\n"), "--key", good, "--out", "x"], 1, "names Ada twice"],
    [
      ["--students", put("path", "../ada\n"), "--key", good, "--out", "x"],
      1,
      "names \"../ada\", which can't be a folder's name",
    ],
    [["--students", put("no.csv", "a,b\n1,2\n"), "--key", good, "--out", "x"], 1, "has no column student or id"],
    [["--students", put("none", "\n"), "--key", good, "--out", "x"], 1, "names no student"],
    [["--nbgrader", "x", "--lesson", "09"], 2, 'There is no lesson "09"; there are 07-new.'],
  ] as const)("refuses %j", async (words, status, message) => {
    const { status: given, err, out } = await orrery("lessons", "build", ...lessons, ...words);
    expect([given, err, out]).toEqual([status, expect.stringContaining(message), ""]);
  });
});
