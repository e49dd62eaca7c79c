/** How simulated time follows the wall clock while real clients talk to a cluster. */
import type { Cluster } from "../sim/index.ts";

/**
 * `on-demand`: time runs while a client waits (fast where something is due before long, else as on the wall), and to rest
 * after each request. `paused`: a request runs the timeline just to its answer. `playing`: `speed` simulated seconds pass in a second of the wall clock.
 */
export type ClockMode =
  | { readonly kind: "on-demand" | "paused" }
  | { readonly kind: "playing"; readonly speed: number };

/** Simulated time to the wall clock's while a client waits: a rollout of half a minute is seen within half a second. */
const demandSpeed = 60;
/** With nobody waiting time goes on so long after the last request, where rest never comes: a container that crashes again and again. */
const afterRequestUs = 10 * 60_000_000;
/** Where only back-offs, ends of processes and their like are left, a client waits at that speed for what is due so soon. */
const soonUs = 5 * 60_000_000;
const tickMs = 20;
/** At the wall clock's own pace nothing is gained by looking more often. */
const slowTickMs = 100;
/** How much wall time one tick may take before clients are listened to again. */
const sliceMs = 15;
const sliceSteps = 500;
/** What one tick makes up for at most, after the machine slept or was busy. */
const catchUpMs = 250;

/** Runs a cluster's timeline by the wall clock. Burns nothing while nothing is to be run. */
export class GatewayClock {
  readonly #cluster: Cluster;
  readonly #moved: () => void;
  readonly #demand: () => "wait" | "follow" | undefined;
  #mode: ClockMode;
  #timer: NodeJS.Timeout | undefined;
  #slow = false;
  #lastTick = 0;
  #runUntil = 0;
  /** Where the cluster stood after the last request or move; who finds it before that has gone back in time. */
  #stood = { steps: 0, now: 0 };
  /** The next news, as of a step: looking for them costs time, and they change with steps only. */
  #news: { readonly step: number; readonly at: number } | undefined;

  /**
   * `moved` is called after each move of the clock; `demand` tells whether a client waits for changes, or follows what goes on for
   * ever (a log): that one sees time pass as on the wall when the cluster is at rest.
   */
  constructor(cluster: Cluster, mode: ClockMode, moved: () => void, demand: () => "wait" | "follow" | undefined) {
    this.#cluster = cluster;
    this.#mode = mode;
    this.#moved = moved;
    this.#demand = demand;
    this.#arm();
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  /** Changes how time goes, from now on. */
  set mode(mode: ClockMode) {
    this.#mode = mode;
    this.#disarm();
    this.#arm();
  }

  /** A client has asked for something, or begun to wait. */
  poke(): void {
    this.#runUntil = this.#cluster.now + afterRequestUs;
    this.#remember();
    if (this.#slow) this.#disarm();
    this.#arm();
  }

  /** Ends all movement. */
  stop(): void {
    this.#mode = { kind: "paused" };
    this.#disarm();
  }

  /** How fast time goes now; 0: it stands. */
  #speed(): number {
    if (this.#mode.kind === "playing") return this.#mode.speed;
    if (this.#mode.kind === "paused") return 0;
    // What was undone must not be done again by time alone: it stands until somebody asks for something.
    if (this.#cluster.steps < this.#stood.steps || this.#cluster.now < this.#stood.now) return 0;
    const demand = this.#demand();
    const wanted = demand !== undefined || this.#cluster.now < this.#runUntil;
    if (wanted && this.#cluster.hasWork) return demandSpeed;
    if (demand === undefined) return 0;
    return demand === "wait" && this.#newsSoon() ? demandSpeed : 1;
  }

  #remember(): void {
    const { steps, now } = this.#cluster;
    this.#stood = { steps, now };
  }

  /** Whether something that a client may wait for is due before long. */
  #newsSoon(): boolean {
    const { steps, now } = this.#cluster;
    if (this.#news?.step !== steps) {
      this.#news = { step: steps, at: this.#cluster.nextNews ?? Number.POSITIVE_INFINITY };
    }
    return this.#news.at - now <= soonUs;
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const speed = this.#speed();
    if (speed === 0) return;
    this.#lastTick = performance.now();
    this.#slow = speed === 1;
    this.#timer = setTimeout(() => this.#tick(), this.#slow ? slowTickMs : tickMs);
    // An idle process may end by itself; what holds it is its listener.
    this.#timer.unref();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    const speed = this.#speed();
    if (speed === 0) return;
    const now = performance.now();
    const elapsedMs = Math.min(now - this.#lastTick, catchUpMs);
    const end = this.#cluster.now + Math.round(elapsedMs * 1000 * speed);
    while (!this.#cluster.runTo(end, sliceSteps) && performance.now() - now < sliceMs);
    this.#remember();
    this.#moved();
    this.#arm();
  }
}
