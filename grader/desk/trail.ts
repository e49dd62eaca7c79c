/**
 * What was asked of clusters that began as one variant, and what was answered, as a tree: a class asks the same again and
 * again, and the same requests in the same order get the same answers of an equal cluster. Only the simulation's own answers
 * get in here; nothing that a submission says can change what another one is told.
 */
import type { Variant } from "../../lessons/engine/variant.ts";
import type { Deeds } from "../../lessons/submission.ts";

/** Characters that are kept for one variant. */
const keptMax = 400_000;

/** An answer that was given before. */
interface Told {
  readonly text: string;
  /** What it cost, in steps. */
  readonly price: number;
  readonly next: Trail;
}

/** A place on the way of a cluster: what has been asked so far. */
export class Trail {
  /** What has been done by here, once somebody has stopped here. */
  deeds: Deeds | undefined;
  readonly #room: { left: number };
  readonly #told = new Map<string, Told>();

  constructor(room = { left: keptMax }) {
    this.#room = room;
  }

  /** What was answered here before; undefined if nobody asked. */
  told(request: string): Told | undefined {
    return this.#told.get(request);
  }

  /** Keeps an answer and gives the place behind it; undefined when there is no room for more. */
  keep(request: string, text: string, price: number): Trail | undefined {
    const known = this.#told.get(request);
    if (known !== undefined) return known.next;
    this.#room.left -= request.length + text.length;
    if (this.#room.left < 0) return undefined;
    const next = new Trail(this.#room);
    this.#told.set(request, { text, price, next });
    return next;
  }
}

const trails = new WeakMap<Variant, Trail>();

/** Where all clusters of a variant begin. */
export function trailOf(variant: Variant): Trail {
  const trail = trails.get(variant) ?? new Trail();
  trails.set(variant, trail);
  return trail;
}
