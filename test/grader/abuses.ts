/** Everything that a class does to a grader, each with what it must cost: usually nothing but the exercise it is in. */
import { answerCell, type JsonCell, type JsonNotebook, releaseOf, type Taught } from "./taught.ts";

/** A right notebook that is about to be abused; `points` are changed to what it is still worth. */
export interface Abused {
  readonly taught: Taught;
  readonly student: string;
  readonly notebook: JsonNotebook;
  readonly points: Record<string, number>;
}

/** What comes of it beyond the changed notebook. */
interface Outcome {
  /** The file's content, where it is not the notebook's. */
  readonly text?: string;
  readonly status?: "refused";
}

type Abuse = (abused: Abused) => Outcome;

const own = (id: string, source: string): JsonCell => ({
  id,
  cell_type: "code",
  source: [source],
  metadata: {},
  outputs: [],
});

/** Puts a cell behind the first code cell. */
const first =
  (source: string): Abuse =>
  ({ notebook }) => {
    const at = notebook.cells.findIndex(({ cell_type }) => cell_type === "code");
    notebook.cells.splice(at + 1, 0, own("mine-first", source));
    return {};
  };

const last =
  (source: string): Abuse =>
  ({ notebook }) => {
    notebook.cells.push(own("mine-last", source));
    return {};
  };

/** Replaces the answer to the first exercise; the others keep theirs. */
const instead =
  (source: (id: string) => string): Abuse =>
  (abused) => {
    const id = firstExercise(abused);
    answerCell(abused.notebook, abused.taught, id).source = [source(id)];
    abused.points[id] = 0;
    return {};
  };

const firstExercise = ({ taught }: Abused): string => taught.lesson.source.exercises[0]?.id ?? "";
const isAbout = (cell: JsonCell, end: string): boolean => cell.id.endsWith(end);
const nothing = (points: Record<string, number>): void => {
  for (const id of Object.keys(points)) points[id] = 0;
};

const refused =
  (text: string): Abuse =>
  ({ points }) => {
    nothing(points);
    return { text, status: "refused" };
  };

/** The table. */
export const abuses: readonly (readonly [does: string, abuse: Abuse])[] = [
  ["an endless loop in an answer", instead(() => "for (;;) {}")],
  ["an endless loop that catches everything", instead(() => "for (;;) { try { for (;;) {} } catch {} }")],
  ["endless recursion", instead(() => "const down = (n: number): number => down(n + 1) + 1\ndown(0)")],
  ["exit", instead(() => "process.exit(0)")],
  ["a throw", instead(() => 'throw new Error("no")')],
  ["a syntax error", instead(() => "const = 3")],
  ["a promise that never comes", instead(() => "await new Promise(() => {})")],
  ["a loop of awaits", instead(() => "for (;;) await null")],
  ["memory", instead(() => "const all: number[][] = []\nfor (;;) all.push(new Array(10000).fill(1))")],
  ["a regular expression without end", instead(() => '/^(a+)+$/.test("a".repeat(40) + "b")')],
  ["a clock that runs for ever", instead(() => 'const mine = orrery.create()\nfor (;;) mine.advance("100h")')],
  ["more clusters than there is room for", instead(() => "for (;;) orrery.create({ workersPerZone: 1 })")],
  ["a huge output", first('for (let i = 0; i < 20000; i++) console.log("x".repeat(1000))')],
  ["one huge line", first('console.log("x".repeat(20_000_000))')],
  ["patched JSON", first("JSON.stringify = () => '[]' as any\nJSON.parse = () => ({}) as any")],
  [
    "patched prototypes",
    first(
      "(Object.prototype as any).passed = true;\n(Array.prototype as any).every = () => true;\n(Array.prototype as any).some = () => true",
    ),
  ],
  ["patched promises", first("Promise.prototype.then = function () { return this } as any")],
  [
    "patched lesson",
    last("(lesson as any).check = () => 100;\n(lesson as any).constructor.prototype.check = () => 100"),
  ],
  [
    "an object that equals everything",
    (abused) => {
      const { lesson } = abused.taught;
      const { id } = lesson.source.exercises.find(({ kind }) => kind === "table") ?? { id: firstExercise(abused) };
      const equal = `lesson.answer("${id}", new Proxy({}, { get: () => () => true, has: () => true }) as any)`;
      answerCell(abused.notebook, abused.taught, id).source = [equal];
      abused.points[id] = 0;
      return {};
    },
  ],
  [
    "a forged display",
    ({ notebook }) => {
      for (const cell of notebook.cells)
        if (isAbout(cell, "-check"))
          cell.outputs = [
            { output_type: "execute_result", data: { "text/plain": "100" }, metadata: {}, execution_count: 1 },
          ];
      return {};
    },
  ],
  [
    "forged progress",
    ({ notebook }) => {
      notebook.metadata.orrery_progress = { checks: { x: { points: 100, of: 100 } }, predictions: 3, hints: null };
      return {};
    },
  ],
  [
    "deleted locked cells",
    ({ notebook }) => {
      notebook.cells = notebook.cells.filter((cell) => !isAbout(cell, "-check") && !isAbout(cell, "-start"));
      return {};
    },
  ],
  [
    "a deleted answer",
    (abused) => {
      const id = firstExercise(abused);
      const cell = answerCell(abused.notebook, abused.taught, id);
      abused.notebook.cells = abused.notebook.cells.filter((each) => each !== cell);
      abused.points[id] = 0;
      return {};
    },
  ],
  [
    "a deleted first cell",
    ({ notebook }) => {
      notebook.cells = notebook.cells.filter((cell) => !isAbout(cell, "-setup"));
      return {};
    },
  ],
  [
    "duplicated locked cells",
    ({ notebook }) => {
      notebook.cells = notebook.cells.flatMap((cell) =>
        isAbout(cell, "-check") || isAbout(cell, "-start") ? [cell, { ...cell }] : [cell],
      );
      return {};
    },
  ],
  [
    "reordered cells",
    ({ notebook }) => {
      notebook.cells.reverse();
      return {};
    },
  ],
  [
    "edited locked cells",
    ({ notebook }) => {
      for (const cell of notebook.cells) {
        if (isAbout(cell, "-check")) cell.source = ["100"];
        if (isAbout(cell, "-start")) cell.source = [`${[cell.source].flat().join("")}\nthrow new Error("mine")`];
      }
      return {};
    },
  ],
  [
    "points turned up",
    ({ notebook }) => {
      for (const cell of notebook.cells) {
        const marks = cell.metadata.nbgrader as { points?: number } | undefined;
        if (marks?.points !== undefined) marks.points = 100;
      }
      return {};
    },
  ],
  [
    "cells turned into text",
    ({ notebook }) => {
      for (const cell of notebook.cells)
        if (isAbout(cell, "-check") || isAbout(cell, "-setup")) cell.cell_type = "markdown";
      return {};
    },
  ],
  [
    "the whole of somebody else's notebook",
    (abused) => {
      // Procedures are the same for all; a repair of another variant is not a repair of this one.
      const { notebook, taught } = abused;
      notebook.cells = releaseOf(taught, "somebody-else").cells;
      nothing(abused.points);
      return {};
    },
  ],
  [
    "a forged token",
    ({ notebook }) => {
      for (const cell of notebook.cells)
        if (isAbout(cell, "-setup"))
          cell.source = [
            [cell.source]
              .flat()
              .join("")
              .replace(/\.[^."]+"\)/, '.AAAA")'),
          ];
      return {};
    },
  ],
  [
    "a token that is none",
    ({ notebook, taught }) => {
      for (const cell of notebook.cells)
        if (isAbout(cell, "-setup")) cell.source = [`const lesson = orrery.lesson("${taught.lesson.slug}", "hello")`];
      return {};
    },
  ],
  ["a formula for a name, and markup", last('throw new Error("=HYPERLINK(1)<script>alert(1)</script>]]>")')],
  [
    "cells without ids",
    ({ notebook }) => {
      for (const cell of notebook.cells) if (cell.metadata.nbgrader !== undefined) Reflect.deleteProperty(cell, "id");
      return {};
    },
  ],
  ["not JSON", refused("{ cells: [")],
  ["an empty file", refused("")],
  ["JSON that is no notebook", refused('{"cells": {}}')],
  ["somebody else's notebook altogether", refused('{"cells": [], "metadata": {}, "nbformat": 4}')],
];
