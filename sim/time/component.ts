/**
 * The contract between a simulated process and the world: events in, notes, messages and timers out.
 * Models no upstream code; the shape follows etcd-io/raft: the core does no I/O and reads no clock.
 * Invariant: a component is a constant without fields. All that it remembers is in containers that it asks `Io` for by
 * name, so that a fork, a checkpoint and a rewind can never miss any of it.
 */
import type { Duration, Instant } from "./instant.ts";
import type { RandomStream } from "./random.ts";
import type { SortedMap } from "./sorted-map.ts";
import type { Table } from "./table.ts";
import type { Body } from "./timeline.ts";

/** What every mutable container can do, so that the world can fork and hash itself without knowing it. */
export interface Forkable {
  fork(): Forkable;
}

/** A body that recurs for ever without changing anything by itself; `settle` does not wait for it. */
export interface PeriodicBody extends Body {
  readonly periodic?: true;
}

/**
 * A body that crosses the network. When it cannot be delivered, the party named by `tellWhenLost` gets a `LostBody`
 * after `timeoutUs` (a silent network) or at once (a machine that is up refuses for a process that is not).
 */
export interface Message extends Body {
  readonly tellWhenLost?: "sender" | "receiver";
  readonly timeoutUs?: Duration;
}

/** Tells a process that a message it sent or waited for was lost. */
export interface LostBody extends Body {
  readonly kind: "lost";
  readonly body: Message;
  /** The other end of the lost message. */
  readonly peer: string;
  readonly why: "refused" | "timeout";
}

/** What a handler may do. Valid only during the call that it was given to. */
export interface Io {
  readonly now: Instant;
  readonly step: number;
  /** Process id of the one who handles, e.g. "kubelet/worker-1". */
  readonly self: string;
  /** Machine it runs on. */
  readonly machine: string;
  /** Incarnation of this process; grows by one with each start. */
  readonly epoch: number;
  /** Process id of the sender; equal to `self` for a timer. */
  readonly from: string;
  /** True when periodic work must run as events although its outcome cannot change. */
  readonly eager: boolean;
  /** A forkable map shared by all processes of the world under that name; made empty at first use. */
  table<V>(name: string): Table<V>;
  /** A forkable ordered map, as `table`. */
  sorted<V>(name: string): SortedMap<V>;
  /** Any other forkable container. */
  container<F extends Forkable>(name: string, make: () => F): F;
  /** This process's own random stream. */
  readonly random: RandomStream;
  /** A named latency of the world's profile; may draw from this process's stream. */
  latency(name: string): Duration;
  /** A timer: the body comes back to this incarnation of this process after the delay. */
  after(delay: Duration, body: PeriodicBody): void;
  /** A message over the network, with the profile's latency unless one is given. */
  send(to: string, body: Message, delay?: Duration): void;
  /** A message over a connection that an incarnation of another process has opened: it reaches no later one. */
  reply(to: string, epoch: number, body: Message): void;
  /** A message that is handled within this step: for processes on one machine whose exchange takes no time of its own. */
  call(to: string, body: Message): void;
  /** Names the step that is the true cause of what is emitted from here on, where one event serves several causes. */
  because(step: number): void;
  /** Whether a message sent now, by this process or by `from`, would arrive: machines up, no cut link, the process runs. */
  reachable(to: string, from?: string): boolean;
  /** Incarnation of another process now; -1 if there is none of that name. */
  epochOf(process: string): number;
  /**
   * Writes the journal: who (self) did what to which object, for which reason, in which words. `detail` is data that a
   * view may show, e.g. the stages of a request.
   */
  note(verb: string, object: string, reason?: string, message?: string, detail?: unknown): void;
}

/** A kind of process: constant behaviour, no fields. */
export interface Component {
  /** Upstream's name of the process, e.g. "kube-scheduler". */
  readonly name: string;
  /** The process has just started (or restarted) with nothing in memory. */
  start(io: Io): void;
  /** Handles one event. */
  handle(body: Body, io: Io): void;
  /** A fault or a repair may have changed who can reach whom, or a machine or process has stopped or started. */
  disturbed?(io: Io): void;
  /**
   * The process is being ended: what the operating system does with its connections and its memory. `silent` when the
   * machine itself loses power, so that peers are told nothing.
   */
  closed?(io: Io, silent: boolean): void;
}
