/**
 * What a namespace has beside what follows from the cluster: commands that somebody ran in it, and what it learnt from
 * packets (neighbours, connections and the like).
 * Ours: DESIGN decision 5 (base and overlay). Left out: a daemon that puts back what was removed by hand.
 * Invariant: the namespace is always its base, with the commands run again on it, and then what it learnt.
 */

import type { Io } from "../time/component.ts";
import type { Instant } from "../time/instant.ts";
import { runInNamespace } from "./command/run-in-namespace.ts";
import type { Namespace } from "./namespace.ts";
import { withoutExpired } from "./netfilter/expiry.ts";

/** The fields of a namespace that packets change. */
const learntFields = ["neighbours", "forwarding", "connections", "recent", "pathMtus"] as const;

type Learnt = Pick<Namespace, (typeof learntFields)[number]>;

/** A command's words, e.g. ["ip", "route", "del", "172.30.8.0/26"]. */
export type Words = readonly string[];

function edits(io: Io) {
  return io.table<readonly Words[]>("network edits");
}

function learnt(io: Io) {
  return io.table<Learnt>("network memory");
}

/** Remembers commands that changed a namespace. */
export function rememberCommands(io: Io, name: string, commands: readonly Words[]): void {
  edits(io).set(name, [...(edits(io).get(name) ?? []), ...commands]);
}

/**
 * Remembers what commands made of a namespace: what they changed of its memory (a flushed table of connections) is kept as it
 * is now, anything else as the commands, to be run again.
 */
export function rememberChange(io: Io, before: Namespace, after: Namespace, commands: readonly Words[]): void {
  const changed = (Object.keys(after) as (keyof Namespace)[]).filter((field) => after[field] !== before[field]);
  const isLearnt = (field: keyof Namespace) => (learntFields as readonly string[]).includes(field);
  if (changed.some(isLearnt)) rememberLearnt(io, after);
  if (changed.some((field) => !isLearnt(field))) rememberCommands(io, after.name, commands);
}

/** Remembers what packets left in a namespace. */
export function rememberLearnt(io: Io, space: Namespace): void {
  const { neighbours, forwarding, connections, recent, pathMtus } = space;
  learnt(io).set(space.name, { neighbours, forwarding, connections, recent, pathMtus });
}

/** Forgets all of one namespace: it was removed, or its machine lost power. */
export function forgetNamespace(io: Io, name: string): void {
  edits(io).delete(name);
  learnt(io).delete(name);
}

function keepCommands(io: Io, name: string, isKept: (words: Words) => boolean): void {
  const commands = edits(io).get(name);
  if (commands === undefined) return;
  const kept = commands.filter(isKept);
  if (kept.length === 0) edits(io).delete(name);
  else if (kept.length < commands.length) edits(io).set(name, kept);
}

/** A device with its address comes or goes: what was set on it, its routes and its neighbours are gone; rules that name it stay. */
export function forgetDevice(io: Io, name: string, device: string, address: string): void {
  const isAbout = (word: string) => word === device || word === address || word.startsWith(`${address}/`);
  const isSetting = (word: string) => word.includes(`.${device}.`) || word.includes(`/${device}/`);
  keepCommands(io, name, ([program, ...words]) => {
    if (program === "sysctl") return !words.some(isSetting);
    return program !== "ip" || !words.some(isAbout);
  });
  const known = learnt(io).get(name);
  if (known === undefined) return;
  const entries = Object.entries(known.neighbours).filter(([, neighbour]) => neighbour.device !== device);
  learnt(io).set(name, { ...known, neighbours: Object.fromEntries(entries) });
}

/** The chain that an iptables command is about; undefined for other commands. */
function chainOf(words: Words): string | undefined {
  if (words[0] !== "iptables") return undefined;
  const verb = words.findIndex((word) => /^-[ADIRFPNXZ]$/.test(word));
  return verb < 0 ? undefined : words[verb + 1];
}

/** Somebody writes chains of his own anew: what was changed in them by hand is overwritten. */
export function forgetRulesIn(io: Io, name: string, isWritten: (chain: string) => boolean): void {
  keepCommands(io, name, (words) => {
    const chain = chainOf(words);
    return chain === undefined || !isWritten(chain);
  });
}

/** The namespace as it is: its base, what was typed in it, and what it learnt. */
export function remembered(io: Io, base: Namespace, now: Instant): Namespace {
  let space = base;
  for (const words of edits(io).get(base.name) ?? []) {
    const rows = new Map([[space.name, space]]);
    runInNamespace(rows, space.name, words);
    space = rows.get(base.name) ?? space;
  }
  const known = learnt(io).get(base.name);
  return known === undefined
    ? space
    : withoutExpired({ ...space, ...known, neighbours: presentOnly(space, known) }, now);
}

/** Neighbours on devices that are still there. */
function presentOnly({ devices }: Namespace, { neighbours }: Learnt): Namespace["neighbours"] {
  const entries = Object.entries(neighbours);
  const present = entries.filter(([, { device }]) => devices[device]?.up === true);
  return present.length === entries.length ? neighbours : Object.fromEntries(present);
}
