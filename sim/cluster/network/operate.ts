/**
 * Operations on the network of a world: following a request, running a command in a namespace; and looking at one.
 * Models no upstream code.
 * Invariant: a command that was refused, or that only looks, leaves nothing behind.
 */

import { attachmentsOn } from "../../calico/cni-plugin.ts";
import { resolvConfText } from "../../dns/resolver.ts";
import type { HttpAnswer } from "../../kubelet/http-answer.ts";
import { normalised } from "../../net/command/normalised.ts";
import { runInNamespace } from "../../net/command/run-in-namespace.ts";
import type { Device } from "../../net/device/device.ts";
import { rememberChange, rememberCommands } from "../../net/memory.ts";
import type { Namespace } from "../../net/namespace.ts";
import type { NamespaceSnapshot } from "../../snapshot.ts";
import type { Io } from "../../time/component.ts";
import type { World } from "../../time/world.ts";
import type { Trace } from "../../trace.ts";
import { readOnlyIo } from "../read-only-io.ts";
import { machinesByName } from "./host-space.ts";
import { answerHttp, type SentHttp } from "./http.ts";
import { resolvConfAt } from "./names.ts";
import { findPlace, type Place } from "./places.ts";
import { fabricName, planOf } from "./plan.ts";
import { followRequest, resolveObject } from "./request.ts";
import { NetworkRows } from "./rows.ts";
import { namespaceSnapshot } from "./snapshot.ts";
import { readTarget } from "./target.ts";
import type { TraceOptions } from "./trace-options.ts";

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
  const io = readOnlyIo(world);
  resolveObject(io, findPlace(io, from), readTarget(to));
}

/** Follows a request and writes down that it was made. */
export function traceInWorld(world: World, from: string, to: string, options: TraceOptions): Trace {
  const io = readOnlyIo(world);
  const rows = new NetworkRows(io);
  const story = followRequest({ io, rows, random: world.random.stream(stream) }, from, to, world.steps, options);
  world.note("user", "trace", "", "", `${story.from} → ${to}: ${story.outcome.kind}`);
  return story;
}

/** A command where it takes effect: `ip netns exec NAME …` and `ip -n NAME …` run in another namespace of the same machine. */
interface Located {
  readonly namespace: string;
  readonly words: readonly string[];
}

function located(io: Io, { namespace, machine, pod }: Place, words: readonly string[]): Located | CommandOutput {
  const [program, option, second, third] = words;
  const isExec = program === "ip" && option === "netns" && second === "exec";
  const isOther = program === "ip" && (option === "-n" || option === "-netns");
  if (!isExec && !isOther) return { namespace, words };
  const name = (isExec ? third : second) ?? "";
  const own = pod === undefined ? attachmentsOn(io, machine).map(({ netns }) => netns) : [];
  if (!own.includes(name))
    return { exit: 255, stdout: "", stderr: `Cannot open network namespace "${name}": No such file or directory\n` };
  return { namespace: name, words: isExec ? words.slice(4) : ["ip", ...words.slice(3)] };
}

function checkWords(words: readonly string[]): void {
  const isList = Array.isArray(words) && words.every((word) => typeof word === "string");
  if (!isList || words.length === 0)
    throw new RangeError('a command is a list of words, e.g. ["ip", "route", "del", "172.30.8.0/26"]');
}

interface Ran {
  readonly output: CommandOutput;
  readonly changes: boolean;
  readonly place: Place;
  readonly at: Located;
  /** The namespace before and after. */
  readonly before: Namespace;
  readonly after: Namespace;
}

function run(io: Io, placeText: string, words: readonly string[]): Ran {
  checkWords(words);
  const place = findPlace(io, placeText);
  const found = located(io, place, words);
  const at = "exit" in found ? { namespace: place.namespace, words } : found;
  const rows = new NetworkRows(io);
  const before = rows.get(at.namespace) as Namespace;
  if ("exit" in found) return { output: found, changes: false, place, at, before, after: before };
  const { exit, stdout, stderr, changes } = runInNamespace(rows, at.namespace, at.words, { nowUs: io.now });
  return { output: { exit, stdout, stderr }, changes, place, at, before, after: rows.get(at.namespace) as Namespace };
}

/** What a command in a place does, without doing it. Throws a RangeError for a place that there is not. */
export function runInPlace(
  world: World,
  place: string,
  words: readonly string[],
): { readonly output: CommandOutput; readonly changes: boolean } {
  const { output, changes } = run(readOnlyIo(world), place, words);
  return { output, changes };
}

/** Runs a command in a place, for good. */
export function configureInWorld(world: World, place: string, words: readonly string[]): CommandOutput {
  const io = readOnlyIo(world);
  const { output, changes, place: found, at, before, after } = run(io, place, words);
  if (!changes) return output;
  rememberChange(io, before, after, normalised(before, at.words));
  for (const { type } of lostDevices(before, after))
    if (type.kind === "veth") rememberCommands(io, type.peerNamespace, [["ip", "link", "del", type.peer]]);
  world.note("user", "configure", "", "", `${found.name}: ${words.join(" ")}`);
  return output;
}

/** Devices that a command has removed; the other end of a veth pair goes with the one. */
function lostDevices(before: Namespace, after: Namespace): readonly Device[] {
  return Object.values(before.devices).filter(({ name }) => after.devices[name] === undefined);
}

/** The namespace of a place as a snapshot shows it. Throws a RangeError for a place that there is not. */
export function networkOf(world: World, place: string): NamespaceSnapshot {
  const io = readOnlyIo(world);
  const machine = place.replace(/^nodes?\//, "");
  const isFixed = place === fabricName || machinesByName(planOf(io)).has(machine);
  const found = isFixed ? { name: `node/${machine}`, namespace: machine, machine } : findPlace(io, place);
  const snapshot = namespaceSnapshot(io, new NetworkRows(io), found.namespace) as NamespaceSnapshot;
  return place === fabricName ? snapshot : { ...snapshot, resolvConf: resolvConfText(resolvConfAt(io, found)) };
}

/** What the process that answered a trace says to an HTTP request. */
export function httpOf(world: World, trace: Trace, request: SentHttp): HttpAnswer | undefined {
  return answerHttp(readOnlyIo(world), trace, request);
}
