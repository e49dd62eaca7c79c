/** The moments that a view can show: recorded ones and those that came live, by step; and which of them it shows. */
import type { ClockState, LiveFrameSet } from "../../lessons/live/protocol.ts";
import { type FrameSet, type Scene, unpackFrames } from "../../views/index.ts";

/** Moments that a view remembers while it is live. */
const scenesMax = 500;

/** Applies what was sent as differences. */
export function applyChange(before: Scene, change: FrameSet["changes"][number]): Scene {
  const set: FrameSet = { version: 1, view: "live", dropped: 0, first: before, changes: [change] };
  return unpackFrames(set)[1]!;
}

/**
 * Scenes in order. A picture of a cluster has one a step; one of something fixed has one a hop, all of the same step.
 */
export class FrameStore {
  readonly moves: boolean;
  #scenes: Scene[];
  #at: number;
  #clock: ClockState | undefined;
  /** Branch of the clock that was told last, or of what was recorded; undefined where nobody has said it. */
  #branch: number | undefined;
  /** The shown scene, while it is of a branch that the cluster has left: it stays on the screen and is no stop. */
  #left: Scene | undefined;

  constructor(set: LiveFrameSet) {
    this.#branch = set.live?.branch;
    this.#scenes = [...unpackFrames(set)];
    this.#at = this.#scenes.length - 1;
    const steps = this.#scenes.map(({ step }) => step);
    const rising = steps.every((step, at) => at === 0 || step > steps[at - 1]!);
    this.moves = set.live?.moves ?? (rising && steps.length > 1);
  }

  get scene(): Scene {
    return this.#scenes[this.#at]!;
  }

  get clock(): ClockState | undefined {
    return this.#clock;
  }

  get index(): number {
    return this.#at;
  }

  get count(): number {
    return this.#scenes.length;
  }

  /** Steps that the slider stops at: those of the scenes, and the cluster's present one. */
  get stops(): readonly number[] {
    const own = this.#scenes.filter((scene) => scene !== this.#left);
    const steps = this.moves ? own.map(({ step }) => step) : this.#scenes.map((_, at) => at + 1);
    const now = this.#clock?.step;
    if (!this.moves || now === undefined || steps.includes(now)) return steps;
    return [...steps, now].sort((a, b) => a - b);
  }

  /** Where the shown scene is among the stops; the nearest one where it is none. */
  get stop(): number {
    if (!this.moves) return this.#at;
    const { stops } = this;
    const place = stops.findIndex((step) => step >= this.scene.step);
    return place < 0 ? stops.length - 1 : place;
  }

  /** "step 12 of 80": of the cluster's farthest step, of the newest recorded one, or of a fixed thing's frames. */
  get words(): string {
    if (!this.moves) return `step ${this.#at + 1} of ${this.count}`;
    const last = Math.max(this.#clock?.tip ?? 0, this.#scenes.at(-1)!.step);
    return `step ${this.scene.step} of ${last}`;
  }

  /** Shows another recorded frame; false at an end. */
  show(index: number): boolean {
    const wanted = Math.max(0, Math.min(this.#scenes.length - 1, index));
    const moved = wanted !== this.#at;
    this.#at = wanted;
    return moved;
  }

  /** Takes the clock. Frames that another branch has in their place are forgotten, recorded ones after a reload too. */
  setClock(clock: ClockState | undefined): void {
    const before = this.#branch;
    this.#clock = clock;
    if (clock === undefined || !this.moves) return;
    this.#branch = clock.branch;
    if (before === undefined || before === clock.branch) return;
    const shown = this.scene;
    if (shown.step > clock.since) this.#left = shown;
    const kept = this.#scenes.filter((scene) => scene.step <= clock.since || scene === shown);
    this.#scenes = kept;
    this.#at = kept.indexOf(shown);
  }

  /** Takes the picture of now and shows it. */
  setNow(scene: Scene): void {
    const left = this.#left;
    this.#left = undefined;
    if (left !== undefined) this.#scenes = this.#scenes.filter((one) => one !== left);
    const place = this.#scenes.findIndex(({ step }) => step >= scene.step);
    const at = place < 0 ? this.#scenes.length : place;
    this.#scenes.splice(at, this.#scenes[at]?.step === scene.step ? 1 : 0, scene);
    this.#at = at;
    if (this.#scenes.length <= scenesMax) return;
    // Far from what is shown; the notebook kernel can draw it again.
    const farthest = at > scenesMax / 2 ? 0 : this.#scenes.length - 1;
    this.#scenes.splice(farthest, 1);
    this.#at = this.#scenes.indexOf(scene);
  }

  /** Back to what was recorded alone: the cluster that these steps were of is gone. */
  leave(): void {
    this.#clock = undefined;
    this.#left = undefined;
  }
}
