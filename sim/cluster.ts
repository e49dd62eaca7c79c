/**
 * A cluster as cells, shells and graders hold it: composes all components, and is the one door in and out.
 * Models a small Kubernetes 1.32 cluster. Operations go in (requests, faults), snapshots come out.
 * Invariant: every call that changes something is a recorded operation or a number of steps; the same seed, options and
 * operations give the same cluster, step for step.
 */

import type { ObjectOf } from "./api/kinds/object-of.ts";
import { renewed } from "./api/server/heartbeat.ts";
import { objectAt, objectsAt, resourceKey, storeOf } from "./api/server/storage.ts";
import type { ApiRequest, KubeObject } from "./api/types.ts";
import { Causes } from "./cluster/causes.ts";
import { forbidden, type Limit, refusalOf } from "./cluster/limits.ts";
import { findEnd, findMachine, findProcess } from "./cluster/names.ts";
import type { SentHttp } from "./cluster/network/http.ts";
import { type CommandOutput, checkTrace, httpOf, networkOf, runInPlace } from "./cluster/network/operate.ts";
import { checkedOptions, type TraceOptions } from "./cluster/network/trace-options.ts";
import { addition, applyOperation, type Operation } from "./cluster/operations.ts";
import { pendingEvents } from "./cluster/pending.ts";
import { readOnlyIo } from "./cluster/read-only-io.ts";
import { type ReplayEnd, replayOperations } from "./cluster/replay.ts";
import { hasWork, nextNews, runToRest } from "./cluster/rest.ts";
import { makeSnapshot } from "./cluster/snapshot-maker.ts";
import { StepReport } from "./cluster/step-report.ts";
import { build, type ClusterOptions, type CompleteOptions, completeOptions, components } from "./cluster/topology.ts";
import { answerTo, type UserAnswer } from "./cluster/user.ts";
import { type Feed, type Watched, watchFeed } from "./cluster/watch-feed.ts";
import { causesOf } from "./cluster/why.ts";
import type { HttpAnswer } from "./kubelet/http-answer.ts";
import type { NamespaceSnapshot, Snapshot } from "./snapshot.ts";
import { deepFreeze } from "./time/freeze.ts";
import { type Branch, History, type RecordedOperation } from "./time/history.ts";
import { formatInstant, type Instant, parseDuration, wallMs } from "./time/instant.ts";
import type { Cut } from "./time/links.ts";
import { hashText, stateHash } from "./time/state-hash.ts";
import { World } from "./time/world.ts";
import type { Trace } from "./trace.ts";

/** What `settle` and `until` did: whether they reached their end, and what was still to happen if not. */
export interface Outcome {
  readonly reached: boolean;
  readonly steps: number;
  /** Kinds of events still pending with their counts; empty when reached. */
  readonly pending: readonly string[];
}

const settleBudget = 1_000_000;
const untilBudget = 100_000;

/** The administrator, as kubeadm's admin.conf has it. */
const administrator = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** A simulated cluster and its history: step it, rewind it, break it, ask it why. */
export class Cluster {
  readonly options: CompleteOptions;
  readonly #history: History<Operation>;
  #limits: readonly Limit[] | undefined;

  private constructor(options: CompleteOptions, history: History<Operation>, limits?: readonly Limit[]) {
    this.options = options;
    this.#history = history;
    this.#limits = limits;
  }

  /** Makes a cluster and boots it: all nodes Ready, nothing left to do. Throws a RangeError for a wrong option. */
  static create(options: ClusterOptions = {}): Cluster {
    const cluster = Cluster.empty(options);
    const { reached, pending } = cluster.settle();
    if (!reached) throw new Error(`the cluster did not come to rest at boot; still pending: ${pending.join(", ")}`);
    return cluster;
  }

  /** Makes a cluster whose machines have just been switched on: nothing has happened yet. */
  static empty(options: ClusterOptions = {}): Cluster {
    const complete = completeOptions(options);
    const world = new World({ seed: complete.seed, profile: complete.latency, eager: complete.eager }, components);
    build(world, complete);
    return new Cluster(complete, new History<Operation>(world, applyOperation));
  }

  /** Simulated microseconds since the start. */
  get now(): Instant {
    return this.#world.now;
  }

  /** Simulated wall-clock time as milliseconds since 1970. */
  get wallMs(): number {
    return wallMs(this.#world.now);
  }

  /** Events handled so far. */
  get steps(): number {
    return this.#world.steps;
  }

  /** Newest etcd revision. */
  get revision(): number {
    return storeOf(readOnlyIo(this.#world)).revision;
  }

  /** Rolling hash over all steps: equal histories have equal ones. */
  get hash(): string {
    return hashText(this.#world.rollingHash);
  }

  /** Hash of everything that the cluster consists of now. Costs time with the size of the cluster. */
  stateHash(): string {
    return stateHash(this.#world);
  }

  /** Hash of what etcd holds: equal stores have equal ones. */
  storeHash(): number {
    return storeOf(readOnlyIo(this.#world)).hash();
  }

  /** Whether anything but periodic work is left to happen. */
  get hasWork(): boolean {
    return hasWork(this.#world);
  }

  /** When the next event is due that somebody may wait for, upkeep left aside; undefined if none is. */
  get nextNews(): Instant | undefined {
    return nextNews(this.#world);
  }

  /** Runs the next event, or the next n. */
  step(n = 1): StepReport {
    if (!Number.isInteger(n) || n < 0)
      throw new RangeError(`step takes a whole number of steps, not ${n}; to go back use back(n)`);
    const first = this.steps;
    for (let done = 0; done < n; done++) if (!this.#history.step()) break;
    return this.#report(first);
  }

  /** Lets time pass, e.g. "2s" or "1m30s": runs everything that is due until then. */
  advance(duration: string | number): StepReport {
    const first = this.steps;
    const end = this.now + parseDuration(duration);
    while (this.#history.step(end));
    this.#history.moveTo(end);
    return this.#report(first);
  }

  /** Runs what is due until an instant, at most `budget` events; whether the instant was reached. */
  runTo(instant: Instant, budget = untilBudget): boolean {
    const last = this.steps + budget;
    while (this.steps < last) {
      if (this.#history.step(instant)) continue;
      this.#history.moveTo(Math.max(instant, this.now));
      return true;
    }
    return false;
  }

  /** Runs events until the predicate holds for this cluster, at most `budget` of them. */
  until(predicate: (cluster: Cluster) => boolean, budget = untilBudget): Outcome {
    const first = this.steps;
    while (!predicate(this)) {
      if (this.steps - first >= budget || !this.#history.step()) return this.#outcome(first, false);
    }
    return this.#outcome(first, true);
  }

  /**
   * Runs events until nothing is left but periodic work, at most `budget` of them. Gives up where ten simulated minutes
   * of steps have changed nothing in etcd: that is somebody who tries again and again, e.g. while the API server is away.
   */
  settle(budget = settleBudget): Outcome {
    const first = this.steps;
    return this.#outcome(first, runToRest(this.#history, budget));
  }

  /** Goes back n steps. What was done after stays reachable: `goto` follows it, a new operation starts a branch. */
  back(n = 1): void {
    if (!Number.isInteger(n) || n < 0) throw new RangeError(`back takes a whole number of steps, not ${n}`);
    if (n > this.steps) throw new RangeError(`can't go back ${n} steps: only ${this.steps} have been taken`);
    this.#history.goto(this.steps - n);
  }

  /** Takes back what the last cell did to the cluster; false if no cell is remembered. */
  undo(): boolean {
    return this.#history.undo();
  }

  /** Marks the start of a cell, for `undo`. */
  mark(): void {
    this.#history.mark();
  }

  /** Goes to the moment right after a step, of the current branch or of another one. */
  goto(step: number, branch?: number): void {
    this.#history.goto(step, branch);
  }

  /** The branches of this cluster's history. */
  get branches(): readonly Branch<Operation>[] {
    return this.#history.branches;
  }

  /** The branch that the cluster stands on. */
  get branch(): Branch<Operation> {
    return this.#history.branch;
  }

  /** An independent cluster that has the same past. */
  fork(): Cluster {
    return new Cluster(this.options, this.#history.fork(), this.#limits);
  }

  /** The operations that led here: with seed and options, all that a replay needs. */
  get operations(): readonly RecordedOperation<Operation>[] {
    return this.#history.operations;
  }

  /**
   * Allows only these operations from now on, as an exercise does; forks are limited too. What else is tried throws a
   * RangeError, or for a request is answered 403, and has not happened. Can't be widened again.
   */
  limit(allowed: readonly Limit[]): this {
    if (this.#limits !== undefined) throw new RangeError("this cluster's operations are limited already");
    this.#limits = deepFreeze([...allowed]);
    return this;
  }

  /**
   * Does what was done to an equal cluster: each operation at its place, then on to `end`. Throws a RangeError for an
   * operation that is not allowed, or whose place lies behind, and when more than `budget` steps would be taken.
   */
  replay(operations: readonly RecordedOperation<Operation>[], end: ReplayEnd, budget = untilBudget): void {
    replayOperations(this.#history, operations, end, this.#limits, budget);
  }

  /**
   * Sends a request as the administrator and runs the timeline just to its answer, or until `timeout` has passed, e.g.
   * "5s"; without one, the API server's own limit is the end.
   */
  request(
    request: Omit<ApiRequest, "user" | "userAgent"> & Partial<Pick<ApiRequest, "user" | "userAgent">>,
    timeout?: string | number,
  ): UserAnswer {
    const end = timeout === undefined ? undefined : this.now + parseDuration(timeout);
    const complete: ApiRequest = { user: administrator, userAgent: "orrery", ...request };
    const operation: Operation = { kind: "request", request: deepFreeze(complete) };
    const refusal = refusalOf(operation, this.#limits);
    if (refusal !== undefined) return { kind: "response", response: forbidden(complete, refusal) };
    const token = this.#history.operate(operation) as number;
    for (;;) {
      const answer = answerTo(this.#world, token);
      if (answer !== undefined) return answer;
      if (this.#history.step(end)) continue;
      if (end === undefined) throw new Error("the timeline ran out before the request was answered");
      this.#history.moveTo(end);
      return { kind: "timeout" };
    }
  }

  /** An object as etcd holds it now; undefined if there is none. Frozen. */
  get<R extends string>(resource: R, name: string, namespace = "default"): ObjectOf<R> | undefined {
    const io = readOnlyIo(this.#world);
    const key = resourceKey(resource, namespace, name);
    const object = objectAt(io, key, this.revision);
    return object && (deepFreeze(renewed(io, key, object)) as ObjectOf<R>);
  }

  /** All objects of a resource, e.g. "pods", of one namespace if it is given. Frozen. */
  list<R extends string>(resource: R, namespace?: string): readonly ObjectOf<R>[] {
    const objects = [...objectsAt(readOnlyIo(this.#world), resource, this.revision)];
    const wanted =
      namespace === undefined ? objects : objects.filter(({ metadata }) => metadata.namespace === namespace);
    return deepFreeze(wanted) as readonly KubeObject[] as readonly ObjectOf<R>[];
  }

  /**
   * What a client that watches is told: the changes since a revision, or, without one, everything as if just added. Throws
   * a RangeError for a resource that is not served, a SelectorError for a wrong selector.
   */
  changes(watched: Watched, since?: number): Feed {
    return watchFeed(this.#world, watched, since);
  }

  /** The chain of causes behind the newest thing that happened to an object, e.g. "pod/web-7c5d-abcde"; newest last. */
  why(object: string): Causes {
    return new Causes(object, causesOf(this.#world, object, this.operations));
  }

  /** Everything that a view or a check may see; with the messages and journal of the last `steps` steps. */
  snapshot(steps = 1): Snapshot {
    return makeSnapshot(this.#world, Math.max(0, this.steps - steps));
  }

  /** Snapshots after each of the last n steps, oldest first: frames for a view. */
  frames(n: number): readonly Snapshot[] {
    const snapshots: Snapshot[] = [];
    this.#history.walk(Math.max(0, this.steps - n + 1), (world) => snapshots.push(makeSnapshot(world)));
    snapshots.push(makeSnapshot(this.#world));
    return snapshots;
  }

  /**
   * Follows a request over the network, as the place would send it now: from "pod/client", "pod/shop/client",
   * "node/worker-1" or "outside" to "http://web", "web:8080", "udp://10.0.0.1:53", "ping web" or "pod/web-1:80". No
   * simulated time passes; what the packets leave behind (neighbours, tracked connections) stays. Throws a RangeError for a
   * place or target that there is not.
   */
  trace(from: string, to: string, options: TraceOptions = {}): Trace {
    const checked = checkedOptions(options);
    checkTrace(this.#world, from, to);
    return deepFreeze(this.#operate({ kind: "trace", from, to, options: checked })) as Trace;
  }

  /** The network namespace of a place, as `trace` names it; also "network", what lies between the machines. */
  network(place: string): NamespaceSnapshot {
    return deepFreeze(networkOf(this.#world, place));
  }

  /** What the process that answered a trace says to an HTTP request; undefined where nobody spoke HTTP. */
  httpAnswer(trace: Trace, request: SentHttp): HttpAnswer | undefined {
    return httpOf(this.#world, trace, request);
  }

  /**
   * Runs a command that looks at or changes the network of a node or a pod: ["ip", "route", "del", "172.30.8.0/26"]; also
   * iptables, sysctl, conntrack. Answers as the real one does; what is refused changes nothing.
   */
  configure(place: string, words: readonly string[]): CommandOutput {
    const looked = runInPlace(this.#world, place, words);
    if (!looked.changes) return looked.output;
    return this.#operate({ kind: "configure", place, words: [...words] }) as CommandOutput;
  }

  /** Ends a process, e.g. "kube-scheduler" or "kubelet/worker-1", as SIGKILL does. False if it did not run. */
  kill(process: string): boolean {
    return this.#fault({ kind: "kill process", process: findProcess(this.#world, process) });
  }

  /** Starts a process that has ended. False if it runs. */
  start(process: string): boolean {
    return this.#fault({ kind: "start process", process: findProcess(this.#world, process) });
  }

  /** Cuts a machine's power. False if it was off. */
  stopMachine(machine: string): boolean {
    return this.#fault({ kind: "stop machine", machine: findMachine(this.#world, machine) });
  }

  /** Switches a machine on again. False if it was on. */
  startMachine(machine: string): boolean {
    return this.#fault({ kind: "start machine", machine: findMachine(this.#world, machine) });
  }

  /** Sets up one more worker, in a zone counted from 1 and as large as the others; returns its name, e.g. "worker-4". */
  addWorker(zone = 1): string {
    return this.#operate(addition(this.options, zone)) as string;
  }

  /** Cuts the link between two processes or machines: nothing gets through, nobody is told. */
  cut(a: string, b: string): boolean {
    return this.#fault({ kind: "cut link", between: [findEnd(this.#world, a), findEnd(this.#world, b)] });
  }

  /** Repairs a link. */
  heal(a: string, b: string): boolean {
    return this.#fault({ kind: "heal link", between: [findEnd(this.#world, a), findEnd(this.#world, b)] });
  }

  /** Links that are cut now. */
  get cutLinks(): readonly Cut[] {
    return this.snapshot(0).cutLinks;
  }

  toString(): string {
    const many = (resource: string) => `${this.list(resource).length} ${resource}`;
    return `cluster with ${many("nodes")} and ${many("pods")} at step ${this.steps}, ${formatInstant(this.now)}`;
  }

  get #world(): World {
    return this.#history.world;
  }

  #fault(operation: Operation): boolean {
    return this.#operate(operation) as boolean;
  }

  #operate(operation: Operation): unknown {
    const refusal = refusalOf(operation, this.#limits);
    if (refusal !== undefined) throw new RangeError(refusal);
    return this.#history.operate(operation);
  }

  #report(first: number): StepReport {
    const world = this.#world;
    return new StepReport(first, world.steps, world.now, world.journal.between(first + 1));
  }

  #outcome(first: number, reached: boolean): Outcome {
    const steps = this.steps - first;
    if (reached) return { reached, steps, pending: [] };
    return { reached, steps, pending: pendingEvents(this.#world) };
  }
}
