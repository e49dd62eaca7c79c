/**
 * The world: a timeline, named containers and processes, and the one way in which an event is handled.
 * Models no upstream code. Knows nothing about Kubernetes; `cluster.ts` fills it.
 * Left out: nothing runs in parallel: each step is one event at one process.
 * Invariant: everything mutable is the timeline, the containers, the journal and four counters, so `fork` is complete;
 * the same seed and the same operations give the same rolling hash after each step.
 */
import type { Component, Forkable, Message } from "./component.ts";
import { guarded } from "./freeze.ts";
import { mixNumber, mixString } from "./hash.ts";
import type { Duration, Instant } from "./instant.ts";
import { WorldIo } from "./io.ts";
import { Journal } from "./journal.ts";
import { type LatencyProfile, latencyOf } from "./latency.ts";
import { isCut } from "./links.ts";
import type { MachineRow, ProcessRow } from "./processes.ts";
import { RandomStreams } from "./random.ts";
import { SortedMap } from "./sorted-map.ts";
import { Table } from "./table.ts";
import { type Body, Timeline, type TimelineEvent } from "./timeline.ts";

/** What a world is started with; the same options and operations give the same run. */
export interface WorldOptions {
  readonly seed: number;
  readonly profile: LatencyProfile;
  /** Run periodic work as events even where its outcome cannot change (for tests of the elision). */
  readonly eager: boolean;
}

/** Where the rolling hash starts: any fixed word. */
const hashSeed = 0x6f72_7279;

/** How long a machine that is up takes to refuse a connection to a process that does not run. */
const refusalName = "message";

/** One simulated world at one moment. */
export class World {
  readonly options: WorldOptions;
  readonly components: ReadonlyMap<string, Component>;
  #now: Instant = 0;
  #steps = 0;
  #hash = hashSeed;
  #active = 0;
  #timeline = new Timeline();
  #journal = new Journal();
  #random: RandomStreams;
  #containers = new Map<string, Forkable>();
  readonly #io: WorldIo;
  /** Cause that is given to what is emitted now: the running step, or the operation being applied; 0 is the start. */
  #cause = 0;
  #causeOfStep = 0;

  constructor(options: WorldOptions, components: ReadonlyMap<string, Component>) {
    this.options = options;
    this.components = components;
    this.#random = new RandomStreams(options.seed);
    this.#io = new WorldIo(this);
  }

  get now(): Instant {
    return this.#now;
  }

  /** Events handled so far. */
  get steps(): number {
    return this.#steps;
  }

  get journal(): Journal {
    return this.#journal;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  /** Events still to happen that are not periodic. */
  get activeEvents(): number {
    return this.#active;
  }

  get random(): RandomStreams {
    return this.#random;
  }

  /** Rolling hash over all steps so far, as a whole number of 32 bits. */
  get rollingHash(): number {
    return this.#hash >>> 0;
  }

  /** Cause of the event being handled, or of the operation being applied; journal entries carry it. */
  get causeOfStep(): number {
    return this.#causeOfStep;
  }

  table<V>(name: string): Table<V> {
    const found = this.#containers.get(name);
    if (found !== undefined) return found as Table<V>;
    const made = new Table<V>();
    this.#containers.set(name, made as unknown as Forkable);
    return made;
  }

  sorted<V>(name: string): SortedMap<V> {
    return this.container(name, () => new SortedMap<V>() as unknown as Forkable) as unknown as SortedMap<V>;
  }

  container<F extends Forkable>(name: string, make: () => F): F {
    const found = this.#containers.get(name);
    if (found !== undefined) return found as F;
    const made = make();
    this.#containers.set(name, made);
    return made;
  }

  /** All containers by name, ordered by name; for hashing and looking. */
  containers(): readonly (readonly [string, Forkable])[] {
    return [...this.#containers].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }

  get processes(): Table<ProcessRow> {
    return this.table<ProcessRow>("processes");
  }

  get machines(): Table<MachineRow> {
    return this.table<MachineRow>("machines");
  }

  /** Names another step than the running one as the cause of what is emitted (see `Io.because`). */
  setCause(step: number): void {
    this.#cause = step;
  }

  /** Puts an event on the timeline. `cause` is the running step or operation. */
  emit(at: Instant, to: string, from: string, epoch: number, body: Body): void {
    if ((body as { periodic?: true }).periodic !== true) this.#active += 1;
    this.#timeline.push(at, to, from, epoch, this.#cause, guarded(body));
  }

  /**
   * Puts a message on the timeline. One from the same sender to the same receiver never overtakes another, as bytes of
   * one connection don't; only where latencies are drawn could it.
   */
  send(delay: Duration, to: string, from: string, epoch: number, body: Body): void {
    if (this.options.profile !== "realistic") return this.emit(this.#now + delay, to, from, epoch, body);
    const arrivals = this.table<Instant>("last arrivals");
    const pair = `${from}|${to}`;
    const at = Math.max(this.#now + delay, arrivals.get(pair) ?? 0);
    arrivals.set(pair, at);
    this.emit(at, to, from, epoch, body);
  }

  /** Named latency of the profile for a process. */
  latency(name: string, process: string): Duration {
    return latencyOf(this.options.profile, name, (n) => this.#random.stream(process).below(n));
  }

  /** Moves the clock forward; the next event must not be earlier. Throws a RangeError if one is. */
  moveTo(instant: Instant): void {
    const next = this.next();
    if (instant < this.#now || (next !== undefined && next.at < instant)) {
      throw new RangeError(
        `the clock can't move to ${instant} µs: it stands at ${this.#now} µs and an event is due before`,
      );
    }
    this.#now = instant;
  }

  /** Runs `action` as the cause of what it emits: operation number `index` (0, 1, 2 …). */
  asOperation(index: number, action: () => void): void {
    this.#cause = -(index + 1);
    this.#causeOfStep = this.#cause;
    this.#hash = mixNumber(this.#hash, index);
    action();
  }

  /** The next event that will happen. What was for processes that have ended is dropped: it is nothing that happens. */
  next(): TimelineEvent | undefined {
    for (;;) {
      const event = this.#timeline.peek();
      if (event === undefined || this.concerns(event)) return event;
      this.#take();
    }
  }

  /** Whether an event is for somebody: not for an incarnation of a process that has ended. */
  concerns(event: TimelineEvent): boolean {
    if (event.epoch === -1) return true;
    const row = this.processes.get(event.to);
    return row?.running === true && row.epoch === event.epoch;
  }

  /** Handles the next event; returns it, or undefined when nothing is left. */
  step(): TimelineEvent | undefined {
    if (this.next() === undefined) return undefined;
    const event = this.#take() as TimelineEvent;
    this.#now = event.at;
    this.#steps += 1;
    this.#cause = this.#steps;
    this.#causeOfStep = event.cause;
    this.#journal.beginStep(event);
    this.#hash = mixNumber(mixString(mixString(mixNumber(this.#hash, event.at), event.to), event.body.kind), event.seq);
    this.#deliver(event, this.processes.get(event.to));
    return event;
  }

  #take(): TimelineEvent | undefined {
    const event = this.#timeline.pop();
    if (event !== undefined && (event.body as { periodic?: true }).periodic !== true) this.#active -= 1;
    return event;
  }

  /** Hands a message to a process within the running step (see `Io.call`). */
  callWithin(from: string, to: string, body: Message): void {
    const row = this.processes.get(to);
    const event: TimelineEvent = { at: this.#now, seq: -1, to, from, epoch: -1, cause: this.#cause, body };
    this.#deliver(event, row);
  }

  /** Writes a line of the journal for the running step or operation and folds it into the rolling hash. */
  note(actor: string, verb: string, object: string, reason: string, message: string, detail?: unknown): void {
    this.#hash = mixString(mixString(mixString(this.#hash, verb), object), message);
    const cause = this.#causeOfStep;
    const line = { step: this.#steps, at: this.#now, actor, verb, object, reason, message, cause };
    this.#journal.note(detail === undefined ? line : { ...line, detail });
  }

  /** Lets a process that is about to end close its connections (see `Component.closed`). */
  closeProcess(row: ProcessRow, silent: boolean): void {
    const component = this.components.get(row.component) as Component;
    component.closed?.(this.#io.enter(row, row.id), silent);
    this.#io.leave();
  }

  /** Whether a message from one process to another would arrive now. */
  reachable(from: string, to: string): boolean {
    const row = this.processes.get(to);
    return row?.started === true && this.#path(from, row);
  }

  /** An independent world that goes on from here. Costs a few microseconds, whatever the size. */
  fork(): World {
    const copy = new World(this.options, this.components);
    copy.#now = this.#now;
    copy.#steps = this.#steps;
    copy.#hash = this.#hash;
    copy.#active = this.#active;
    copy.#cause = this.#cause;
    copy.#causeOfStep = this.#causeOfStep;
    copy.#timeline = this.#timeline.fork();
    copy.#journal = this.#journal.fork();
    copy.#random = this.#random.fork();
    for (const [name, container] of this.#containers) copy.#containers.set(name, container.fork());
    return copy;
  }

  #path(from: string, to: ProcessRow): boolean {
    if (this.machines.get(to.machine)?.up !== true) return false;
    const sender = this.processes.get(from);
    if (sender !== undefined && this.machines.get(sender.machine)?.up !== true) return false;
    return !isCut(this.table("links"), from, sender?.machine ?? "", to.id, to.machine);
  }

  #deliver(event: TimelineEvent, row: ProcessRow | undefined): void {
    if (row === undefined)
      throw new Error(`no process is called "${event.to}"; an event of kind "${event.body.kind}" names it`);
    const { kind } = event.body;
    if (kind === "start") this.processes.set(row.id, { ...row, started: true });
    else if (!row.started) {
      if (kind !== "disturbed") this.#lose(event, row);
      return;
    } else if (event.from !== event.to && !this.#path(event.from, row)) return this.#lose(event, row);
    const component = this.components.get(row.component) as Component;
    const io = this.#io.enter(row, event.from);
    if (kind === "start") component.start(io);
    else if (kind === "disturbed") component.disturbed?.(io);
    else component.handle(event.body, io);
    this.#io.leave();
  }

  #lose(event: TimelineEvent, row: ProcessRow): void {
    const body = event.body as Message;
    this.note("network", "lose", "", "", `${event.body.kind} from ${event.from} to ${event.to}`);
    if (body.tellWhenLost === undefined) return;
    const told = body.tellWhenLost === "sender" ? event.from : event.to;
    const peer = body.tellWhenLost === "sender" ? event.to : event.from;
    const refused = told === event.from && this.#path(event.from, row);
    const delay = refused ? this.latency(refusalName, told) : (body.timeoutUs ?? 30_000_000);
    const why = refused ? "refused" : "timeout";
    const lost: Body & { body: Message; peer: string; why: string } = { kind: "lost", body, peer, why };
    this.emit(this.#now + delay, told, told, this.processes.get(told)?.epoch ?? -1, lost);
  }
}
