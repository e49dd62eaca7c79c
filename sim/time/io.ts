/**
 * The one implementation of `Io`: a window onto the world for the handler that runs now.
 * Models no upstream code. Reused for every step, so that a step allocates nothing for it; nested calls stack up.
 * Invariant: between steps the window stands open for nobody.
 */
import type { Forkable, Io, Message, PeriodicBody } from "./component.ts";
import type { Duration, Instant } from "./instant.ts";
import type { ProcessRow } from "./processes.ts";
import type { RandomStream } from "./random.ts";
import type { SortedMap } from "./sorted-map.ts";
import type { Table } from "./table.ts";
import type { World } from "./world.ts";

const nobody: ProcessRow = { id: "", component: "", machine: "", running: false, epoch: -1, started: false };

/** The window that `World` opens for each handler. */
export class WorldIo implements Io {
  readonly #world: World;
  #process: ProcessRow = nobody;
  #from = "";
  readonly #stack: [ProcessRow, string][] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Opens the window for a process; `leave` closes it. */
  enter(process: ProcessRow, from: string): Io {
    this.#stack.push([this.#process, this.#from]);
    this.#process = process;
    this.#from = from;
    return this;
  }

  leave(): void {
    const before = this.#stack.pop();
    this.#process = before?.[0] ?? nobody;
    this.#from = before?.[1] ?? "";
  }

  get now(): Instant {
    return this.#world.now;
  }

  get step(): number {
    return this.#world.steps;
  }

  get self(): string {
    return this.#process.id;
  }

  get machine(): string {
    return this.#process.machine;
  }

  get epoch(): number {
    return this.#process.epoch;
  }

  get from(): string {
    return this.#from;
  }

  get eager(): boolean {
    return this.#world.options.eager;
  }

  get random(): RandomStream {
    return this.#world.random.stream(this.#process.id);
  }

  table<V>(name: string): Table<V> {
    return this.#world.table<V>(name);
  }

  sorted<V>(name: string): SortedMap<V> {
    return this.#world.sorted<V>(name);
  }

  container<F extends Forkable>(name: string, make: () => F): F {
    return this.#world.container(name, make);
  }

  latency(name: string): Duration {
    return this.#world.latency(name, this.#process.id);
  }

  after(delay: Duration, body: PeriodicBody): void {
    const process = this.#process;
    this.#world.emit(this.#world.now + delay, process.id, process.id, process.epoch, body);
  }

  send(to: string, body: Message, delay?: Duration): void {
    this.#world.send(delay ?? this.latency("message"), to, this.#process.id, -1, body);
  }

  reply(to: string, epoch: number, body: Message): void {
    this.#world.send(this.latency("message"), to, this.#process.id, epoch, body);
  }

  call(to: string, body: Message): void {
    this.#world.callWithin(this.#process.id, to, body);
  }

  because(step: number): void {
    this.#world.setCause(step);
  }

  reachable(to: string, from: string = this.#process.id): boolean {
    return this.#world.reachable(from, to);
  }

  epochOf(process: string): number {
    return this.#world.processes.get(process)?.epoch ?? -1;
  }

  note(verb: string, object: string, reason = "", message = "", detail?: unknown): void {
    this.#world.note(this.#process.id, verb, object, reason, message, detail);
  }
}
