/**
 * The journal: who did what to which object, because of what; and which event each step was.
 * Models no upstream code. Kept for the last steps only: what is older is found again by replaying (history.ts).
 * Invariant: an entry's cause is the step (or, negative, the operation) that emitted the event being handled.
 */
import type { Instant } from "./instant.ts";
import { Log } from "./log.ts";
import type { TimelineEvent } from "./timeline.ts";

/** One line of the journal. */
export interface JournalEntry {
  readonly step: number;
  readonly at: Instant;
  /** Process id, "user" or "network". */
  readonly actor: string;
  readonly verb: string;
  /** `kind/namespace/name`, lower-case kind; "" if about no object. */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
  /** Step whose event caused this one; negative: operation number -(cause + 1). */
  readonly cause: number;
  /** Data that a view may show, e.g. the stages of a request. */
  readonly detail?: unknown;
}

const entriesMax = 50_000;
const stepsMax = 50_000;
/** Old lines are dropped this many at a time. */
const dropChunk = 4_096;

/** Lines and events of the last steps. */
export class Journal {
  #entries = new Log<JournalEntry>();
  #events = new Log<TimelineEvent>();

  /** Oldest step whose event is still held. */
  get firstStep(): number {
    return this.#events.start + 1;
  }

  /** Records that a step handles an event. Steps come without gaps; the first is 1. */
  beginStep(event: TimelineEvent): void {
    this.#events.push(event);
    if (this.#events.end - this.#events.start > stepsMax + dropChunk)
      this.#events.dropBefore(this.#events.end - stepsMax);
  }

  /** Adds a line. */
  note(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.end - this.#entries.start > entriesMax + dropChunk) {
      this.#entries.dropBefore(this.#entries.end - entriesMax);
    }
  }

  /** The event that a step handled; undefined when it is too old or has not happened. */
  eventOf(step: number): TimelineEvent | undefined {
    return this.#events.at(step - 1);
  }

  /** Lines newest first, from the end; stop reading when you have what you need. */
  *newestFirst(): IterableIterator<JournalEntry> {
    for (let index = this.#entries.end - 1; index >= this.#entries.start; index--) {
      yield this.#entries.at(index) as JournalEntry;
    }
  }

  /** Lines of steps from `firstStep` up to, not including, `endStep`, oldest first. */
  between(firstStep: number, endStep: number = Number.POSITIVE_INFINITY): JournalEntry[] {
    const lines: JournalEntry[] = [];
    for (let index = this.#firstLineOf(firstStep); index < this.#entries.end; index++) {
      const entry = this.#entries.at(index) as JournalEntry;
      if (entry.step >= endStep) break;
      lines.push(entry);
    }
    return lines;
  }

  #firstLineOf(step: number): number {
    let low = this.#entries.start;
    let high = this.#entries.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries.at(middle) as JournalEntry).step < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Number of lines ever written. */
  get length(): number {
    return this.#entries.end;
  }

  /** Forgets what is older than the last `steps` steps. */
  keepLast(steps: number): void {
    const first = this.#events.end - steps;
    if (first <= this.#events.start) return;
    this.#events.dropBefore(first);
    this.#entries.dropBefore(this.#firstLineOf(first + 1));
  }

  fork(): Journal {
    const copy = new Journal();
    copy.#entries = this.#entries.fork();
    copy.#events = this.#events.fork();
    return copy;
  }
}
