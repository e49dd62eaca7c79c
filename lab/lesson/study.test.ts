import { describe, expect, it } from "vitest";
import type { LessonAnswer, LessonOutline, LessonRequest } from "../../lessons/live/lesson-protocol.ts";
import { readKept } from "./memory.ts";
import { type Kept, nothingKept, Study } from "./study.ts";

const outline: LessonOutline = {
  lesson: "01-x",
  version: "1",
  title: "A lesson",
  minutes: 30,
  chapters: [],
  predictions: [{ id: "p", question: "Which?", choices: ["this", "that"], cell: "c" }],
  exercises: [
    { id: "e", title: "Mend it", points: 2, hintCosts: [0.1, 0.25], cell: "c", checkCell: "d" },
    { id: "f", title: "Say it", points: 3, hintCosts: [], cell: "c", checkCell: "d" },
  ],
};

/** A study with the other end of its comm: what was sent, and whether somebody listens. */
function joined(kept: Kept = nothingKept) {
  const sent: LessonRequest[] = [];
  const other = { listens: true, changes: 0 };
  const send = (request: LessonRequest): boolean => {
    if (other.listens) sent.push(request);
    return other.listens;
  };
  const study = new Study({ outline, send, changed: () => other.changes++ }, kept);
  return { study, sent, other };
}

const checked: LessonAnswer = {
  kind: "checked",
  exercise: "e",
  points: 1.5,
  of: 2,
  lines: [
    { passed: true, message: "The pod runs." },
    { passed: false, message: "The Service has no endpoint." },
  ],
};
const told = (progress: Partial<Kept["progress"]>): LessonAnswer => ({
  kind: "progress",
  progress: { ...nothingKept.progress, ...progress },
});

describe("a study", () => {
  it("tells a notebook kernel what was kept as soon as it is joined", () => {
    const kept = { ...nothingKept, progress: { ...nothingKept.progress, predictions: { p: "this" } } };
    const { study, sent } = joined(kept);
    study.joined();
    expect(sent).toEqual([{ kind: "open", lesson: "01-x", progress: kept.progress }]);
  });

  it("shows a check's lines and points, says them, and keeps them", () => {
    const { study, sent } = joined();
    study.check("e");
    expect([sent.at(-1), study.waiting, study.said]).toEqual([
      { kind: "check", exercise: "e" },
      "check/e",
      "Checking…",
    ]);
    study.answered(checked);
    expect(study.said).toBe("1.5 of 2 points. The Service has no endpoint.");
    expect(study.kept.lines.e).toEqual(checked.kind === "checked" ? checked.lines : []);
    expect(study.points).toEqual({ points: 1.5, of: 5 });
    expect(study.waiting).toBeUndefined();
  });

  it("keeps hints with their texts, in their places", () => {
    const { study } = joined();
    study.hint("e");
    study.answered({ kind: "hint", exercise: "e", number: 2, of: 2, cost: 0.5, text: "Look at the labels." });
    expect(study.progress.hints).toEqual({ e: 2 });
    expect(study.kept.hintTexts.e).toEqual(["", "Look at the labels."]);
    expect([study.hintCost("e", 1), study.hintCost("e", 2), study.hintCost("e", 3)]).toEqual([0.2, 0.5, 0]);
  });

  it("asks one thing at a time", () => {
    const { study, sent } = joined();
    study.check("e");
    study.check("f");
    expect(sent).toHaveLength(1);
    expect(study.said).toContain("Wait for the answer");
  });

  it("says what to do when nobody listens, and asks again later", () => {
    const { study, sent, other } = joined();
    other.listens = false;
    study.check("e");
    expect(study.said).toContain("run the first cell");
    other.listens = true;
    study.check("e");
    expect(sent).toHaveLength(1);
    study.left();
    expect(study.said).toContain("before it answered");
    study.check("e");
    expect(sent).toHaveLength(2);
  });

  it("gives the notebook kernel's own sentence for a refusal", () => {
    const { study } = joined();
    study.predict("p", "that");
    study.answered({ kind: "refused", message: "the prediction stands: what is right was shown already" });
    expect([study.said, study.waiting, study.progress.predictions]).toEqual([
      "the prediction stands: what is right was shown already",
      undefined,
      {},
    ]);
  });

  it("stores a prediction when the notebook kernel has stored it", () => {
    const { study } = joined();
    study.predict("p", "that");
    study.answered(told({ predictions: { p: "that" } }));
    expect([study.said, study.progress.predictions]).toEqual(["Your prediction is stored.", { p: "that" }]);
  });

  it("loses nothing to a notebook kernel that knows less", () => {
    const { study } = joined();
    study.answered(
      told({ predictions: { p: "this" }, hints: { e: 2 }, checks: { e: { points: 2, of: 2 } }, visited: ["a"] }),
    );
    study.answered(told({ hints: { e: 1 }, visited: ["b"] }));
    expect(study.progress).toEqual({
      predictions: { p: "this" },
      hints: { e: 2 },
      checks: { e: { points: 2, of: 2 } },
      visited: ["a", "b"],
      revealed: [],
    });
  });

  it("keeps what was right once it was shown", () => {
    const { study } = joined();
    const answers = { p: { choice: "that", explain: "So it is." } };
    study.answered({
      kind: "progress",
      progress: { ...nothingKept.progress, predictions: { p: "this" }, revealed: ["p"] },
      answers,
    });
    study.answered(told({ visited: ["b"] }));
    expect([study.progress.revealed, study.kept.answers]).toEqual([["p"], answers]);
    expect(readKept(JSON.parse(JSON.stringify(study.kept)))).toEqual(study.kept);
  });

  it("says on the card that was asked why it was refused, and asks again when that is mended", () => {
    const { study, sent } = joined();
    study.check("e");
    expect(study.noteOn("check/e")).toEqual({ words: "Checking…", needsFirstCell: false });
    study.answered({ kind: "refused", message: "run the first cell", needs: "first cell" });
    expect(study.noteOn("check/e")).toEqual({ words: "run the first cell", needsFirstCell: true });
    expect(study.noteOn("check/f")).toBeUndefined();
    study.again();
    expect(sent).toEqual([
      { kind: "check", exercise: "e" },
      { kind: "check", exercise: "e" },
    ]);
    study.answered(checked);
    expect(study.noteOn("check/e")).toBeUndefined();
    study.again();
    expect(sent).toHaveLength(2);
  });

  it("notes cells once, and draws nothing for what it knew", () => {
    const { study, other } = joined();
    study.visit(["a", "b"]);
    study.visit(["b"]);
    expect([study.progress.visited, other.changes]).toEqual([["a", "b"], 1]);
  });
});

describe("what is kept in the settings", () => {
  it("comes back as it was", () => {
    const { study } = joined();
    study.answered(checked);
    study.visit(["a"]);
    expect(readKept(JSON.parse(JSON.stringify(study.kept)))).toEqual(study.kept);
  });

  it.each([undefined, null, 3, "x", [], { progress: 3, lines: [] }, { progress: { visited: "all" } }])(
    "%j is as good as nothing",
    (value) => expect(readKept(value)).toEqual(nothingKept),
  );
});
