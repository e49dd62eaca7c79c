/**
 * A cluster of one submission. One of an exercise stands for a real one that need not be there yet: as long as all that is
 * asked was asked of an equal cluster before, the answers are known. Where something new is asked, all that was asked so far
 * is done in earnest.
 */
import { deedsOf } from "../../lessons/engine/deeds.ts";
import type { Variant } from "../../lessons/engine/variant.ts";
import type { Deeds } from "../../lessons/submission.ts";
import type { Cluster } from "../../sim/index.ts";
import type { Effort } from "./effort.ts";
import { type Trail, trailOf } from "./trail.ts";

/** What places share with their desk. */
export interface PlaceParts {
  readonly effort: Effort;
  /** A real cluster has come to stand where its number already was. */
  arrived(cluster: Cluster, place: Place): void;
}

/** See above. */
export class Place {
  readonly #parts: PlaceParts;
  readonly #open: (() => Variant) | undefined;
  #cluster: Cluster | undefined;
  #variant: Variant | undefined;
  #trail: Trail | undefined;
  /** What has to be done again before anything new can be. */
  #past: (() => unknown)[] = [];

  /** A place for a cluster that is there, or for one of a variant that is made when something is first done with it. */
  constructor(from: Cluster | (() => Variant), parts: PlaceParts) {
    this.#parts = parts;
    if (typeof from === "function") this.#open = from;
    else this.#cluster = from;
  }

  /** The real cluster; what is done to it by another way than `asked` must be announced by `leaveTrail`. */
  get cluster(): Cluster {
    if (this.#cluster !== undefined) return this.#cluster;
    this.#begin();
    const cluster = (this.#variant as Variant).cluster.fork();
    this.#cluster = cluster;
    this.#parts.arrived(cluster, this);
    cluster.mark();
    const past = this.#past;
    this.#past = [];
    this.#parts.effort.free(() => {
      for (const act of past) act();
    });
    return cluster;
  }

  /** Marks the start of a cell, for `undo`. */
  mark(): void {
    if (this.#cluster !== undefined) this.#cluster.mark();
    else if (this.#trail !== undefined) this.#past.push(() => this.cluster.mark());
  }

  /** From here on the cluster goes its own way: nobody's answers are its own. */
  leaveTrail(): void {
    this.#begin();
    this.#trail = undefined;
    void this.cluster;
  }

  /** Answers a request: as it was answered before, or by `act`, which does it in earnest. */
  asked(request: string, act: () => string): string {
    const { effort } = this.#parts;
    this.#begin();
    const told = this.#trail?.told(request);
    if (told !== undefined && this.#cluster === undefined && effort.left > told.price) {
      effort.pay(told.price);
      this.#past.push(act);
      this.#trail = told.next;
      return told.text;
    }
    void this.cluster;
    const before = effort.spent;
    const text = act();
    // What ran out of its allowance would have gone on with more of it.
    this.#trail = effort.left > 0 ? this.#trail?.keep(request, text, effort.spent - before) : undefined;
    return text;
  }

  /** Whether anything was asked here. */
  get isTouched(): boolean {
    return this.#variant !== undefined;
  }

  /** What was done here, on a cluster of a variant. Throws an AnswerError where that can't be judged. */
  deeds(): Deeds {
    this.#begin();
    const known = this.#trail?.deeds;
    if (known !== undefined) return known;
    const deeds = deedsOf(this.cluster, this.#variant as Variant);
    if (this.#trail !== undefined) this.#trail.deeds = deeds;
    return deeds;
  }

  #begin(): void {
    if (this.#variant !== undefined || this.#open === undefined) return;
    this.#variant = this.#open();
    this.#trail = trailOf(this.#variant);
  }
}
