/**
 * The timeline: all events that are still to happen, as frozen data ordered by (at, seq).
 * Models no upstream code. A 4-ary heap with its keys in typed arrays, because that measured best at every size.
 * Invariant: `seq` grows by one with each event that is put in, so that the order is total; a fork shares the arrays
 * until one side changes them.
 */
import type { Instant } from "./instant.ts";

/** What an event asks of its receiver; components declare their own kinds. */
export interface Body {
  readonly kind: string;
}

/** One thing that will happen at one process at one moment. */
export interface TimelineEvent {
  readonly at: Instant;
  readonly seq: number;
  /** Process id of the receiver, e.g. "kubelet/worker-1". */
  readonly to: string;
  /** Process id of the sender; equal to `to` for a timer. */
  readonly from: string;
  /** Incarnation of the receiver that this event is meant for; -1 reaches any (a message over the network). */
  readonly epoch: number;
  /** Step that emitted it; negative: operation number -(cause + 1). */
  readonly cause: number;
  readonly body: Body;
}

const arity = 4;

/** The events still to happen; a priority queue that forks. */
export class Timeline {
  #ats: Float64Array;
  #seqs: Float64Array;
  #events: (TimelineEvent | undefined)[];
  #size: number;
  #nextSeq: number;
  #shared: boolean;

  constructor() {
    this.#ats = new Float64Array(64);
    this.#seqs = new Float64Array(64);
    this.#events = [];
    this.#size = 0;
    this.#nextSeq = 0;
    this.#shared = false;
  }

  /** Number of events still to happen. */
  get size(): number {
    return this.#size;
  }

  /** Sequence number that the next event will get. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Puts an event in; it gets the next sequence number, which is returned. */
  push(at: Instant, to: string, from: string, epoch: number, cause: number, body: Body): number {
    this.#own();
    const seq = this.#nextSeq++;
    if (this.#size === this.#ats.length) this.#grow();
    const event: TimelineEvent = { at, seq, to, from, epoch, cause, body };
    let index = this.#size++;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if ((this.#ats[parent] as number) <= at) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#place(index, event);
    return seq;
  }

  /** The next event without taking it; undefined when nothing is left. */
  peek(): TimelineEvent | undefined {
    return this.#size === 0 ? undefined : this.#events[0];
  }

  /** Takes the next event. */
  pop(): TimelineEvent | undefined {
    if (this.#size === 0) return undefined;
    this.#own();
    const top = this.#events[0] as TimelineEvent;
    const size = --this.#size;
    const last = this.#events[size] as TimelineEvent;
    this.#events[size] = undefined;
    if (size > 0) this.#sink(last, size);
    return top;
  }

  /** All events still to happen, in the order in which they will. Costs a sort: for looking and hashing. */
  pending(): TimelineEvent[] {
    const events = this.#events.slice(0, this.#size) as TimelineEvent[];
    return events.sort((a, b) => a.at - b.at || a.seq - b.seq);
  }

  /** An independent timeline with the same events; the arrays are copied when one side first changes them. */
  fork(): Timeline {
    this.#shared = true;
    const copy = new Timeline();
    copy.#ats = this.#ats;
    copy.#seqs = this.#seqs;
    copy.#events = this.#events;
    copy.#size = this.#size;
    copy.#nextSeq = this.#nextSeq;
    copy.#shared = true;
    return copy;
  }

  #own(): void {
    if (!this.#shared) return;
    this.#ats = this.#ats.slice();
    this.#seqs = this.#seqs.slice();
    this.#events = this.#events.slice(0, this.#size);
    this.#shared = false;
  }

  #grow(): void {
    const ats = new Float64Array(this.#ats.length * 2);
    ats.set(this.#ats);
    this.#ats = ats;
    const seqs = new Float64Array(ats.length);
    seqs.set(this.#seqs);
    this.#seqs = seqs;
  }

  #move(from: number, to: number): void {
    this.#ats[to] = this.#ats[from] as number;
    this.#seqs[to] = this.#seqs[from] as number;
    this.#events[to] = this.#events[from];
  }

  #place(index: number, event: TimelineEvent): void {
    this.#ats[index] = event.at;
    this.#seqs[index] = event.seq;
    this.#events[index] = event;
  }

  #sink(event: TimelineEvent, size: number): void {
    let index = 0;
    for (;;) {
      const first = index * arity + 1;
      if (first >= size) break;
      const end = Math.min(first + arity, size);
      let least = first;
      for (let child = first + 1; child < end; child++) if (this.#before(child, least)) least = child;
      const at = this.#ats[least] as number;
      if (at > event.at || (at === event.at && (this.#seqs[least] as number) > event.seq)) break;
      this.#move(least, index);
      index = least;
    }
    this.#place(index, event);
  }

  #before(a: number, b: number): boolean {
    const atA = this.#ats[a] as number;
    const atB = this.#ats[b] as number;
    return atA < atB || (atA === atB && (this.#seqs[a] as number) < (this.#seqs[b] as number));
  }
}
