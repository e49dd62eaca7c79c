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

/** Remembers a command that changed a namespace. */
export function rememberCommand(io: Io, name: string, words: Words): void {
  edits(io).set(name, [...(edits(io).get(name) ?? []), words]);
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

/** Forgets the commands about a device or an address that is made anew: what they changed is gone. */
export function forgetCommandsAbout(io: Io, name: string, ...about: readonly string[]): void {
  const commands = edits(io).get(name);
  if (commands === undefined) return;
  const isAbout = (word: string) => about.some((what) => word === what || word.startsWith(`${what}/`));
  const kept = commands.filter((words) => !words.some(isAbout));
  if (kept.length === 0) edits(io).delete(name);
  else if (kept.length < commands.length) edits(io).set(name, kept);
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
