import { describe, expect, it } from "vitest";
import type { Notebook, NotebookCell } from "../lessons/engine/notebook.ts";
import { NotANotebook, readNotebook } from "./notebook.ts";
import { planOf } from "./release.ts";

const locked = { nbgrader: { locked: true, solution: false, grade_id: "x" }, editable: false };
const answer = { nbgrader: { locked: false, solution: true, grade_id: "a" } };
const cell = (id: string, source: string, metadata = {}): NotebookCell => ({
  cell_type: "code",
  id,
  metadata,
  source: [source],
});
const release = {
  cells: [
    cell("setup", 'const lesson = orrery.lesson("01-x")', locked),
    cell("demo", "show.components()"),
    cell("start", 'const x = lesson.start("x")', { ...locked, nbgrader: { ...locked.nbgrader, grade_id: "s" } }),
    cell("a", "// yours", answer),
    cell("check", 'lesson.check("x")', { ...locked, nbgrader: { ...locked.nbgrader, grade_id: "c" } }),
  ],
} as unknown as Notebook;

const plan = (cells: readonly object[]) => planOf(readNotebook(JSON.stringify({ cells })), release);
const as = (id: string, source: string, more = {}) => ({ id, cell_type: "code", source, ...more });
const whole = [
  as("setup", 'const lesson = orrery.lesson("01-x", "token.sig")'),
  as("demo", "show.components()\n"),
  as("start", 'const x = lesson.start("x")'),
  as("a", "mine()"),
  as("check", 'lesson.check("x")'),
];
const said = ({ complaints }: ReturnType<typeof planOf>) =>
  complaints.map(({ cell, message }) => `${cell}: ${message}`);

describe("a notebook beside its release", () => {
  it("is whole: only the answer is the learner's", () => {
    const { cells, complaints, token } = plan(whole);
    expect(cells.map(({ origin }) => origin)).toEqual(["release", "release", "release", "answer", "release"]);
    expect([complaints, token]).toEqual([[], "token.sig"]);
  });

  it("has its locked cells put back, and says so", () => {
    const edited = whole
      .map((each) => (each.id === "start" ? as("start", "throw 1") : each))
      .filter((each) => each.id !== "check");
    expect(plan(edited).cells.map(({ source }) => source)).toContain('const x = lesson.start("x")');
    expect(said(plan(edited))).toEqual([
      "start: it is locked and was edited; it was run as it was handed out",
      "check: it is missing; it was run as it was handed out",
    ]);
  });

  it("has no answer where the answer's cell is gone, and runs all copies of one that was pasted", () => {
    expect(said(plan(whole.filter(({ id }) => id !== "a")))).toEqual([
      "a: the answer cell is missing: nothing was handed in with it",
    ]);
    const doubled = plan([...whole, as("a", "second()")]);
    expect(doubled.cells.filter(({ id }) => id === "a").map(({ source }) => source)).toEqual(["mine()", "second()"]);
    expect(said(doubled)).toEqual(["a: it is there 2 times; all were run in turn"]);
  });

  it("is run in the release's order, with own cells where they stood; the fewest are said to have moved", () => {
    const [setup, demo, start, mine, check] = whole as [object, object, object, object, object];
    const moved = plan([setup, start, mine, as("own", "helper()"), check, demo]);
    expect(moved.cells.map(({ id }) => id)).toEqual(["setup", "demo", "start", "a", "own", "check"]);
    expect(said(moved)).toEqual(["demo: it stands in another place than it was handed out; it was run in its own"]);
  });

  it("is known by nbgrader's names where ids were lost", () => {
    const bare = [{ cell_type: "code", source: "mine()", metadata: answer }];
    expect(plan(bare).cells.find(({ id }) => id === "a")?.source).toBe("mine()");
  });
});

describe("what is no notebook", () => {
  it.each([
    ["", "the file is empty"],
    ["{", "the file is not JSON"],
    ["null", "the file has no list of cells"],
    ['{"cells": 3}', "the file has no list of cells"],
    [JSON.stringify({ cells: Array(3000).fill({}) }), "the notebook has 3000 cells"],
  ])("%s", (text, message) => {
    expect(() => readNotebook(text)).toThrow(NotANotebook);
    expect(() => readNotebook(text)).toThrow(message);
  });

  it("forgives cells that have lost everything", () => {
    const { cells } = readNotebook(JSON.stringify({ cells: [null, 3, { source: [1, "a"] }], metadata: 7 }));
    expect(cells.map(({ source }) => source)).toEqual(["", "", "a"]);
  });
});
