/**
 * The door through which a simulated command line reaches a cluster.
 * The shell never touches the simulation's insides: it sends API requests, as the real tool does, and lets time pass.
 */
import type { ApiRequest, ApiResponse } from "../sim/api/types.ts";

/** What the API server could not even answer, e.g. because it does not run. */
export interface ConnectionFailure {
  readonly kind: "refused" | "timeout";
  /** Host and port that was dialled, e.g. "10.0.0.10:6443". */
  readonly server: string;
}

/** One cluster as a command line meets it: an API server that answers, and time that passes only when asked. */
export interface ShellClient {
  /** Sends one request as the cluster's administrator; the timeline runs just to its answer. */
  request(request: Omit<ApiRequest, "user" | "userAgent">): ApiResponse | ConnectionFailure;
  /** Lets the simulation run one event; false when nothing is left but periodic work. For commands that wait. */
  step(): boolean;
  /** Simulated microseconds since the cluster's start. */
  readonly now: number;
  /** Simulated wall-clock as milliseconds since 1970, for ages. */
  readonly wallMs: number;
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
}
