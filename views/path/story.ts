/**
 * A trace sorted for drawing: the places in order of travel, and the rows of the ladder. The leg that is told hop by hop
 * is whole; the other legs, long loops and the answer's way back are folded into a row each, so that a ladder stays short.
 * Invariant: at most 40 rows, whatever the trace; missing fields read as empty.
 */
import type { Hop, Leg, Trace } from "../../sim/index.ts";
import { ownOf } from "../order.ts";
import { readable } from "./readable.ts";
import { endsPacket } from "./verdicts.ts";

/** A place that the packet comes through; `key` is its namespace's. */
export interface Place {
  readonly key: string;
  readonly place: string;
  /** Stages that the packet meets there, in the Linux kernel's order. */
  readonly stages: readonly string[];
}

/** One rung of the ladder; `from` and `to` count hops of the leg, `column` counts places. */
export type Rung =
  | { readonly kind: "hop"; readonly key: string; readonly hop: Hop; readonly at: number; readonly column: number }
  | { readonly kind: "back"; readonly key: string; readonly hops: readonly Hop[]; readonly column: number }
  | { readonly kind: "fold"; readonly key: string; readonly hops: readonly Hop[]; readonly column: number }
  | { readonly kind: "leg"; readonly key: string; readonly leg: Leg; readonly column: number };

/** Everything that a ladder shows. */
export interface Story {
  readonly trace: Trace;
  /** The leg that is told hop by hop; undefined when nothing was sent. */
  readonly leg: Leg | undefined;
  readonly legNumber: number;
  readonly places: readonly Place[];
  readonly rungs: readonly Rung[];
}

const ROWS_MAX = 36;
const STAGES = ["sock", "PRE", "IN", "route", "FWD", "OUT", "POST", "NAT", "ARP", "dev"];
const HOOKS: Readonly<Record<string, string>> = {
  PREROUTING: "PRE",
  INPUT: "IN",
  FORWARD: "FWD",
  OUTPUT: "OUT",
  POSTROUTING: "POST",
};
const KINDS: Readonly<Record<string, string>> = { socket: "sock", route: "route", device: "dev", neighbour: "ARP" };

/** Short name of the stage of a place at which a hop happens. */
export function stageOf(hop: Hop): string {
  return hop.kind === "rules" ? (ownOf(HOOKS, hop.hook) ?? "NAT") : (ownOf(KINDS, hop.kind) ?? "dev");
}

const UNDECIDED = /^(JUMP|GOTO|RETURN|CONTINUE)/;

/** True for a hop at which no rule decided: rules that matched only led into chains, and the chain's policy accepted. */
export function isUndecided(hop: Hop): boolean {
  if (hop.kind !== "rules" || !hop.hook || hop.verdict !== "accepted" || hop.before?.mark !== hop.after?.mark)
    return false;
  return (hop.rules ?? []).every((hit) => hit.index === 0 || UNDECIDED.test(hit.verdict));
}

/** True for a hop where no rule decided and nothing changed: it takes one line. */
export function isPlain(hop: Hop): boolean {
  return isUndecided(hop) && JSON.stringify(hop.before) === JSON.stringify(hop.after);
}

const placeOf = (hop: Hop): string => hop.place || hop.namespace || "?";

function placesOf(hops: readonly Hop[]): readonly Place[] {
  const found = new Map<string, { key: string; stages: Set<string> }>();
  for (const hop of hops) {
    const name = placeOf(hop);
    const known = found.get(name) ?? { key: `namespace/${hop.namespace || name}`, stages: new Set<string>() };
    known.stages.add(stageOf(hop));
    found.set(name, known);
  }
  return [...found].map(([place, { key, stages }]) => ({
    key,
    place,
    stages: [...stages].sort((a, b) => STAGES.indexOf(a) - STAGES.indexOf(b)),
  }));
}

/** Runs of neighbouring hops for which `same` holds. */
function runs(hops: readonly Hop[], same: (a: Hop, b: Hop) => boolean): (readonly Hop[])[] {
  const found: Hop[][] = [];
  for (const hop of hops) {
    const run = found[found.length - 1];
    if (run && same(run[run.length - 1]!, hop)) run.push(hop);
    else found.push([hop]);
  }
  return found;
}

const samePlace = (a: Hop, b: Hop): boolean => placeOf(a) === placeOf(b) && a.role === b.role;
const bothPlain = (a: Hop, b: Hop): boolean => samePlace(a, b) && isPlain(a) && isPlain(b);
const sameHook = (a: Hop, b: Hop): boolean => bothPlain(a, b) && a.hook === b.hook;

/** Rungs of the leg that is told: the request hop by hop, the way back place by place unless the packet was lost there. */
function rungsOf(leg: Leg, number: number, columnOf: (hop: Hop) => number): Rung[] {
  const hops = leg.hops ?? [];
  const index = new Map(hops.map((hop, at) => [hop, at]));
  const rung = (kind: "hop" | "back" | "fold", run: readonly Hop[]): Rung => {
    const first = run[0]!;
    const at = index.get(first)!;
    const column = columnOf(first);
    return kind === "hop"
      ? { kind, key: `hop/${number}/${at}`, hop: first, at, column }
      : { kind, key: `${kind}/${number}/${at}`, hops: run, column };
  };
  const forth = hops.filter((hop) => hop.role === "request");
  const byHook = runs(forth, sameHook);
  const rows: Rung[] = (byHook.length > ROWS_MAX - 6 ? runs(forth, bothPlain) : byHook).map((run) =>
    rung(run.length > 1 ? "fold" : "hop", run),
  );
  for (const run of runs(
    hops.filter((hop) => hop.role !== "request"),
    samePlace,
  )) {
    const lost = endsPacket(run[run.length - 1]!.verdict) && run.includes(hops[hops.length - 1]!);
    if (lost || run.length === 1) rows.push(...run.map((hop) => rung("hop", [hop])));
    else rows.push(rung("back", run));
  }
  return shorten(rows, number);
}

const hopsOf = (rung: Rung): readonly Hop[] =>
  rung.kind === "hop" ? [rung.hop] : rung.kind === "leg" ? [] : rung.hops;

/** Folds the middle of a long way, as a loop makes it, into one rung. */
function shorten(rows: readonly Rung[], number: number): Rung[] {
  if (rows.length <= ROWS_MAX) return [...rows];
  const head = rows.slice(0, 18);
  const tail = rows.slice(-(ROWS_MAX - 19));
  const hops = rows.slice(18, rows.length - tail.length).flatMap(hopsOf);
  return [...head, { kind: "fold", key: `fold/${number}/middle`, hops, column: head[17]!.column }, ...tail];
}

/** Most lookups that get a rung of their own. */
const LOOKUPS_MAX = 4;

/** Sorts a trace; `chosen` is the leg to tell hop by hop, by default the request itself. */
export function storyOf(told: Trace, chosen: number | undefined): Story {
  const trace = readable(told);
  const { legs } = trace;
  const request = legs.findIndex((leg) => leg.purpose === "request");
  const wanted = chosen !== undefined && legs[chosen] ? chosen : request < 0 ? legs.length - 1 : request;
  const leg = legs[wanted];
  const places = placesOf(leg?.hops ?? []);
  const columnOf = (hop: Hop): number => places.findIndex((place) => place.place === placeOf(hop));
  const legRung = (other: Leg, at: number): Rung => ({ kind: "leg", key: `leg/${at}`, leg: other, column: 0 });
  const before = legs.map(legRung).slice(0, Math.max(0, wanted)).slice(-LOOKUPS_MAX);
  const after = legs.map(legRung).slice(wanted + 1, wanted + 1 + LOOKUPS_MAX - before.length);
  const own = leg ? rungsOf(leg, wanted, columnOf) : [];
  return { trace, leg, legNumber: wanted, places, rungs: [...before, ...own, ...after] };
}
