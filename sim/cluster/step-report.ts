/**
 * What some steps did, in lines that a notebook prints.
 * Models no upstream code.
 * Invariant: immutable; made from the journal.
 */
import type { JournalEntry } from "../snapshot.ts";
import { formatInstant, type Instant } from "../time/instant.ts";

const linesMax = 40;

/** One line of the journal as text: step, time, who, what. */
export function journalLine({ step, at, actor, verb, object, reason, message }: JournalEntry): string {
  const what = [verb, object.replace("//", "/"), reason === "" ? "" : `(${reason})`]
    .filter((part) => part !== "")
    .join(" ");
  return `${String(step).padStart(6)}  ${formatInstant(at).padStart(10)}  ${actor}: ${what}${message === "" ? "" : ` — ${message}`}`;
}

/** What some steps did; prints itself as the journal's lines. */
export class StepReport {
  /** Step before the first and after the last one reported. */
  readonly from: number;
  readonly to: number;
  readonly now: Instant;
  readonly journal: readonly JournalEntry[];

  constructor(from: number, to: number, now: Instant, journal: readonly JournalEntry[]) {
    this.from = from;
    this.to = to;
    this.now = now;
    this.journal = journal;
  }

  /** Number of steps taken. */
  get steps(): number {
    return this.to - this.from;
  }

  toString(): string {
    const head = this.steps === 1 ? `step ${this.to}` : `${this.steps} steps, now at step ${this.to}`;
    const shown = this.journal.slice(-linesMax).map(journalLine);
    const left = this.journal.length - shown.length;
    const lines = left > 0 ? [`        … ${left} earlier lines`, ...shown] : shown;
    return [`${head}, ${formatInstant(this.now)}`, ...lines].join("\n");
  }
}
