/** How far a learner has come, for people: the same data as the lesson panel's, with the words of the lesson. */
import { escapeXml } from "../views/svg.ts";
import type { LessonSource } from "./engine/lesson-source.ts";
import type { ShownForms } from "./lesson-values.ts";
import type { LessonProgress } from "./live/lesson-protocol.ts";

type Row = readonly [what: string, state: string];

/** Progress as a value: its fields are the data, and it shows itself as tables. */
export class ProgressReport implements LessonProgress {
  readonly predictions: LessonProgress["predictions"];
  readonly hints: LessonProgress["hints"];
  readonly checks: LessonProgress["checks"];
  readonly visited: LessonProgress["visited"];
  readonly revealed: readonly string[];
  readonly #source: LessonSource | undefined;

  /** `source` has the words; without it, ids take their place. What is right is told of revealed questions alone. */
  constructor(progress: LessonProgress, source: LessonSource | undefined) {
    this.predictions = progress.predictions;
    this.hints = progress.hints;
    this.checks = progress.checks;
    this.visited = progress.visited;
    this.revealed = progress.revealed ?? [];
    this.#source = source;
  }

  /** The forms to show. */
  toMimeBundle(): ShownForms {
    const tables = this.#tables().map(
      ([title, rows]) =>
        `<table><caption>${title}</caption><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeXml(cell)}</td>`).join("")}</tr>`).join("")}</tbody></table>`,
    );
    return { "text/html": tables.join(""), "text/plain": this.toString() };
  }

  toString(): string {
    const texts = this.#tables().map(
      ([title, rows]) => `${title}\n${rows.map(([what, state]) => `  ${what}: ${state}`).join("\n")}`,
    );
    return texts.join("\n");
  }

  /** Tables that have something in them. */
  #tables(): readonly (readonly [title: string, rows: readonly Row[]])[] {
    const tables = [["Predictions", this.#questions()] as const, ["Exercises", this.#exercises()] as const];
    return tables.filter(([, rows]) => rows.length > 0);
  }

  #questions(): readonly Row[] {
    const asked = this.#source?.predictions;
    if (asked === undefined) return Object.entries(this.predictions);
    return asked.map(({ id, question, choices, answer }) => {
      const choice = this.predictions[id];
      if (choice === undefined) return [question.trim(), "not predicted yet"];
      const came = choice === choices[answer] ? "✓ as it came" : "✗ it came otherwise";
      return [question.trim(), this.revealed.includes(id) ? `${choice} (${came})` : choice];
    });
  }

  #exercises(): readonly Row[] {
    const texts = this.#source?.exercises ?? Object.keys(this.checks).map((id) => ({ id, title: id, points: 0 }));
    if (texts.length === 0) return [];
    const rows = texts.map(({ id, title, points: all }): Row => {
      const check = this.checks[id];
      const hints = this.hints[id] ?? 0;
      const taken = hints === 0 ? "" : `, ${hints} ${hints === 1 ? "hint" : "hints"} taken`;
      const stands = check === undefined ? `not checked yet, of ${all}` : `${check.points} of ${check.of}`;
      return [title, `${stands} points${taken}`];
    });
    const reached = texts.reduce((sum, { id }) => sum + (this.checks[id]?.points ?? 0), 0);
    const all = texts.reduce((sum, { id, points }) => sum + (this.checks[id]?.of ?? points), 0);
    return [...rows, ["All together", `${Math.round(reached * 100) / 100} of ${all} points in the last checks`]];
  }
}
