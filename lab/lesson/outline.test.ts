import { describe, expect, it } from "vitest";
import { type CellState, chapterAt, chapterStates, readOutline } from "./outline.ts";

const lesson = {
  lesson: "01-x",
  version: "1",
  title: "A lesson",
  minutes: 30,
  chapters: [
    { title: "One", cell: "01-x-one" },
    { title: "Two", cell: "01-x-two" },
    { title: "Words only", cell: "01-x-three" },
  ],
  predictions: [{ id: "p", question: "Which?", choices: ["this", "that"], cell: "01-x-p" }],
  exercises: [{ id: "e", title: "Mend it", points: 2, hintCosts: [0.1], cell: "01-x-e", checkCell: "01-x-e-check" }],
  next: "02-y.ipynb",
};

const cell = (id: string, isCode = true): CellState => ({ id, isCode, hasRun: false });
const cells = [
  cell("01-x-title", false),
  cell("01-x-one", false),
  cell("01-x-a"),
  cell("my-own"),
  cell("01-x-two", false),
  cell("01-x-b"),
  cell("01-x-c"),
  cell("01-x-three", false),
];

describe("readOutline", () => {
  it("reads what the compiler wrote", () => expect(readOutline(lesson)).toEqual(lesson));

  it.each([undefined, null, 3, [], {}, { lesson: "x" }, { lesson: "x", title: "y" }])("%j is no lesson", (metadata) => {
    expect(readOutline(metadata)).toBeUndefined();
  });

  it("leaves out parts that make no sense, and keeps the rest", () => {
    const odd = {
      lesson: "x",
      title: "y",
      chapters: [{ title: "One", cell: "c" }, { title: 3 }, null],
      predictions: [{ id: "p", question: "?", choices: ["a", 4], cell: "c" }, "p"],
      exercises: [{ id: "e", title: "t", points: 1, cell: "c" }, { id: "f" }],
      next: 7,
    };
    expect(readOutline(odd)).toEqual({
      lesson: "x",
      title: "y",
      version: "",
      minutes: 0,
      chapters: [{ title: "One", cell: "c" }],
      predictions: [{ id: "p", question: "?", choices: ["a"], cell: "c" }],
      exercises: [{ id: "e", title: "t", points: 1, hintCosts: [], cell: "c", checkCell: "c" }],
    });
  });
});

describe("chapters", () => {
  const done = (...visited: readonly string[]) =>
    chapterStates(readOutline(lesson)!, cells, new Set(visited)).map((chapter) => chapter.done);

  it("are done when all their own cells have run; a learner's cells do not count", () => {
    expect(done()).toEqual([false, false, false]);
    expect(done("01-x-a")).toEqual([true, false, false]);
    expect(done("01-x-b")).toEqual([false, false, false]);
    expect(done("01-x-b", "01-x-c")).toEqual([false, true, false]);
  });

  it("without code are done when they were visited", () => expect(done("01-x-three")).toEqual([false, false, true]));

  it("know which of them a cell is in", () => {
    const at = [0, 1, 3, 4, 7].map((index) => chapterAt(readOutline(lesson)!, cells, index));
    expect(at).toEqual([-1, 0, 0, 1, 2]);
  });

  it("stand even where a learner has deleted their heading", () => {
    const rest = cells.filter(({ id }) => id !== "01-x-two");
    expect(chapterStates(readOutline(lesson)!, rest, new Set()).map(({ title }) => title)).toEqual([
      "One",
      "Two",
      "Words only",
    ]);
  });
});
