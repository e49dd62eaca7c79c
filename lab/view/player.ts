/** Plays: asks for a step, waits for it to be there, and asks for the next when its time has come. */

/** What a player plays. */
export interface Playable {
  /** Asks for the next moment; false when there is none. */
  next(): boolean;
  changed(): void;
}

/** How long an answer may take before playing stops, in milliseconds. */
const patienceMs = 10_000;

/** The play button's mechanics. Never more than one step is under way. */
export class Player {
  readonly #playable: Playable;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #perSecond = 2;
  #askedAt = 0;

  constructor(playable: Playable) {
    this.#playable = playable;
  }

  get playing(): boolean {
    return this.#timer !== undefined;
  }

  set speed(perSecond: number) {
    this.#perSecond = perSecond;
  }

  start(): void {
    if (this.playing) return;
    this.#ask();
    this.#playable.changed();
  }

  stop(): void {
    if (!this.playing) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#playable.changed();
  }

  /** The moment that was asked for is on the screen; not to be called for one that came because of somebody else. */
  arrived(): void {
    if (!this.playing) return;
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#askedAt + 1000 / this.#perSecond - performance.now());
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  #ask(): void {
    this.#askedAt = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), patienceMs);
    if (!this.#playable.next()) this.stop();
  }
}
