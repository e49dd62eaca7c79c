/** From a verdict to points and words. The words stand in lesson.md; where it is not at hand, the codes must do. */
import type { CheckLine } from "../live/lesson-protocol.ts";
import type { ExerciseText } from "./exercise-text.ts";
import type { Verdict } from "./judge.ts";

/** What an answer is worth, and why. */
export interface Mark {
  /** From 0 to `of`, hints paid, rounded to two decimals. */
  readonly points: number;
  readonly of: number;
  /** A line a finding, in the check's order, and then a line that has not passed for each note. */
  readonly lines: readonly CheckLine[];
}

/** Most hundredths of a point that matter. */
const hundredths = (points: number): number => Math.round(points * 100) / 100;

/** Marks a verdict. Without the exercise's text it is marked out of one point, and findings are told by their codes. */
export function markOf(verdict: Verdict, text: ExerciseText | undefined, hintsTaken: number): Mark {
  const of = text?.points ?? 1;
  const costs = (text?.hints ?? []).slice(0, hintsTaken).reduce((total, { cost }) => total + cost, 0);
  const lines = verdict.findings.map(({ code, passed, facts }) => ({
    passed,
    message: wordsFor(text, code, passed, facts),
  }));
  const notes = verdict.notes.map((note) => ({ passed: false, message: sentence(note) }));
  return { points: hundredths(Math.max(0, verdict.share - costs) * of), of, lines: [...lines, ...notes] };
}

function wordsFor(
  text: ExerciseText | undefined,
  code: string,
  passed: boolean,
  facts: Readonly<Record<string, string | number>>,
): string {
  const message = text?.messages.get(code);
  if (message === undefined) return code;
  return filledIn(passed ? message.passed : message.failed, facts);
}

/** Puts facts where the words say {name}; what has no fact stays as it is written. */
function filledIn(words: string, facts: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{([A-Za-z][A-Za-z0-9]*)\}/g, (whole, name: string) =>
    Object.hasOwn(facts, name) ? String(facts[name]) : whole,
  );
}

const sentence = (note: string): string =>
  `${note.slice(0, 1).toUpperCase()}${note.slice(1)}${/[.!?…]$/.test(note) ? "" : "."}`;
