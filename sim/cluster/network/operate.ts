/**
 * Operations on the network of a world: following a request, running a command in a namespace; and looking at one.
 * Models no upstream code.
 * Invariant: a command that was refused, or that only looks, leaves nothing behind.
 */

import type { HttpAnswer } from "../../kubelet/http-answer.ts";
import { runInNamespace } from "../../net/command/run-in-namespace.ts";
import { rememberCommand } from "../../net/memory.ts";
import type { NamespaceSnapshot } from "../../snapshot.ts";
import type { World } from "../../time/world.ts";
import type { Trace } from "../../trace.ts";
import { readOnlyIo } from "../read-only-io.ts";
import { answerHttp, type SentHttp } from "./http.ts";
import { findPlace } from "./places.ts";
import { fabricName } from "./plan.ts";
import { followRequest, type TraceOptions } from "./request.ts";
import { NetworkRows } from "./rows.ts";
import { namespaceSnapshot } from "./snapshot.ts";
import { readTarget } from "./target.ts";

/** What a command printed, and its exit status. */
export interface CommandOutput {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Name of the stream from which probes draw. */
const stream = "network probes";

/** Refuses a place or a target before anything is recorded. Throws a RangeError. */
export function checkTrace(world: World, from: string, to: string): void {
  findPlace(readOnlyIo(world), from);
  readTarget(to);
}

/** Follows a request and writes down that it was made. */
export function traceInWorld(world: World, from: string, to: string, options: TraceOptions): Trace {
  const io = readOnlyIo(world);
  const rows = new NetworkRows(io);
  const story = followRequest({ io, rows, random: world.random.stream(stream) }, from, to, world.steps, options);
  world.note("user", "trace", "", "", `${story.from} → ${to}: ${story.outcome.kind}`);
  return story;
}

/** What a command in a place does, without doing it. Throws a RangeError for a place that there is not. */
export function runInPlace(
  world: World,
  place: string,
  words: readonly string[],
): { readonly output: CommandOutput; readonly changes: boolean } {
  const io = readOnlyIo(world);
  const { namespace } = findPlace(io, place);
  const { changes, ...output } = runInNamespace(new NetworkRows(io), namespace, words, { nowUs: io.now });
  return { output, changes };
}

/** Runs a command in a place, for good. */
export function configureInWorld(world: World, place: string, words: readonly string[]): CommandOutput {
  const io = readOnlyIo(world);
  const found = findPlace(io, place);
  const { changes, ...output } = runInNamespace(new NetworkRows(io), found.namespace, words, { nowUs: io.now });
  if (changes) {
    rememberCommand(io, found.namespace, words);
    world.note("user", "configure", "", "", `${found.name}: ${words.join(" ")}`);
  }
  return output;
}

/** The namespace of a place as a snapshot shows it. Throws a RangeError for a place that there is not. */
export function networkOf(world: World, place: string): NamespaceSnapshot {
  const io = readOnlyIo(world);
  const name = place === fabricName ? fabricName : findPlace(io, place).namespace;
  return namespaceSnapshot(io, new NetworkRows(io), name) as NamespaceSnapshot;
}

/** What the process that answered a trace says to an HTTP request. */
export function httpOf(world: World, trace: Trace, request: SentHttp): HttpAnswer | undefined {
  return answerHttp(readOnlyIo(world), trace, request);
}
