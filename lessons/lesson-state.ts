/** How far the learner of one lesson has come, in this process and in those before it. */
import type { LessonProgress } from "./live/lesson-protocol.ts";

/** What is kept of a lesson, whether its first cell has run yet or not. */
export class LessonState {
  readonly predictions = new Map<string, string>();
  readonly revealed = new Set<string>();
  readonly hints = new Map<string, number>();
  readonly checks = new Map<string, { readonly points: number; readonly of: number }>();
  readonly #visited = new Set<string>();

  /** Takes over what was kept elsewhere. What has happened here since wins, and a hint that was taken stays taken, as does what was shown. */
  restore({ predictions, hints, checks, visited, revealed = [] }: LessonProgress): void {
    // Here nothing was shown yet, so another prediction could be made; the one that stood at the reveal stands.
    for (const id of revealed) {
      const stood = predictions[id];
      if (stood === undefined || this.revealed.has(id)) continue;
      this.predictions.set(id, stood);
      this.revealed.add(id);
    }
    for (const [id, choice] of Object.entries(predictions))
      if (!this.predictions.has(id)) this.predictions.set(id, choice);
    for (const [id, count] of Object.entries(hints)) this.hints.set(id, Math.max(count, this.hints.get(id) ?? 0));
    for (const [id, check] of Object.entries(checks)) if (!this.checks.has(id)) this.checks.set(id, check);
    for (const cell of visited) this.#visited.add(cell);
  }

  /** The same as plain data. */
  progress(): LessonProgress {
    return {
      predictions: Object.fromEntries(this.predictions),
      hints: Object.fromEntries(this.hints),
      checks: Object.fromEntries(this.checks),
      visited: [...this.#visited],
      revealed: [...this.revealed],
    };
  }
}
