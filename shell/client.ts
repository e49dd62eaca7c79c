/**
 * The door through which a simulated command line reaches a cluster.
 * The shell never touches the simulation's insides: it sends API requests and packets, as the real tools do, and lets time pass.
 */
import type { Descriptions } from "../sim/api/openapi/definitions.ts";
import type { ApiRequest, ApiResponse } from "../sim/api/types.ts";
import type { NamespaceSnapshot } from "../sim/snapshot.ts";
import type { Trace } from "../sim/trace.ts";

/** What the API server could not even answer, e.g. because it does not run. */
export interface ConnectionFailure {
  readonly kind: "refused" | "timeout";
  /** Host and port that was dialled, e.g. "10.0.0.10:6443". */
  readonly server: string;
}

/** How a request on the network is meant, beside what its target says. */
export interface TraceOptions {
  /** How long the sender waits for an answer. */
  readonly timeoutUs?: number;
  /** Name server to ask instead of the place's own. */
  readonly nameServer?: string;
  /** Hops that the packet may take. */
  readonly ttl?: number;
  /** For an http or https target: what is asked, for the server's log. */
  readonly method?: string;
  readonly userAgent?: string;
}

/** An HTTP request as a server sees it. */
export interface HttpRequest {
  readonly method: string;
  /** "https" for one that comes through TLS; a server that does not speak it has no answer. */
  readonly scheme: "http" | "https";
  /** With its query, e.g. "/healthz?v=1". */
  readonly path: string;
  /** The Host header, e.g. "web:8080". */
  readonly host: string;
  readonly port: number;
  readonly userAgent: string;
  /** The other headers, in the order in which they were given. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What a server says to an HTTP request. */
export interface HttpAnswer {
  readonly status: number;
  /** The words after the status, e.g. "OK". */
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** The network of a cluster as programs in nodes, in pods and outside meet it. Places are written as `placeText` does. */
export interface ShellNetwork {
  /** Sends one request, "http://web", "web:8080", "udp://10.0.0.1:53" or "ping 10.0.0.1", and follows it to its end. */
  trace(from: string, to: string, options?: TraceOptions): Trace;
  /** The network namespace of a place now; undefined where there is none. */
  namespace(place: string): NamespaceSnapshot | undefined;
  /** Runs `ip …`, `iptables …`, `sysctl …` or `conntrack …` in a place. */
  configure(place: string, words: readonly string[]): CommandResult;
  /** What the process that took the request of a trace says to it in HTTP; undefined where it speaks none. */
  httpAnswer(trace: Trace, request: HttpRequest): HttpAnswer | undefined;
}

/** A request as a command line writes it: whose it is may be left out, which client sends it goes without saying. */
export type ShellRequest = Omit<ApiRequest, "user" | "userAgent"> & Partial<Pick<ApiRequest, "user">>;

/** One cluster as a command line meets it: an API server that answers, and time that passes only when asked. */
export interface ShellClient {
  /** Sends one request, as the cluster's administrator where no `user` is named; the timeline runs just to its answer. */
  request(request: ShellRequest): ApiResponse | ConnectionFailure;
  /** Lets the simulation run one event; false when nothing is left but periodic work. For commands that wait. */
  step(): boolean;
  /** Lets so many microseconds pass, with all that is due in them. For commands that take time, e.g. `sleep`. */
  advance(us: number): void;
  /** Host and port of the API server, e.g. "10.0.0.10:6443". */
  readonly server: string;
  /** Simulated microseconds since the cluster's start. */
  readonly now: number;
  /** Simulated wall-clock as milliseconds since 1970, for ages. */
  readonly wallMs: number;
  readonly network: ShellNetwork;
  /** The words of the API's types, for `kubectl explain`; without them it shows names and types only. */
  readonly descriptions?: Descriptions;
}

/** A command's outcome, as a terminal would show it. */
export interface CommandResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Files that a command may read by name (`-f web.yaml`) and standard input (`-f -`). */
export interface ShellFiles {
  read(path: string): string | undefined;
  readonly stdin?: string;
  /** Drops so many characters of standard input, because somebody has read them; absent where it is always read whole. */
  take?(characters: number): void;
}
