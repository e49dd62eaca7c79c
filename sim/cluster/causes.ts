/**
 * The answer of `why`: a chain of causes, oldest first, that prints itself.
 * Models no upstream code.
 * Invariant: immutable.
 */
import type { JournalEntry } from "../snapshot.ts";
import { journalLine } from "./step-report.ts";

/** A chain of causes about one object; prints itself, one line a cause. */
export class Causes {
  readonly object: string;
  readonly entries: readonly JournalEntry[];

  constructor(object: string, entries: readonly JournalEntry[]) {
    this.object = object;
    this.entries = entries;
  }

  toString(): string {
    if (this.entries.length === 0) return `nothing is known to have happened to ${this.object}`;
    return [`why ${this.object}:`, ...this.entries.map(journalLine)].join("\n");
  }
}
