/**
 * Ground plan of a line of time: a lane for each component, and an x for each step. Steps stand in their order, not at
 * distances of time, because most of what happens takes no time; the axis says at which time each of them was.
 */
import { scalePoint } from "d3-scale";
import type { JournalEntry, Snapshot } from "../../sim/snapshot.ts";
import { type ActorLane, chainOf, entriesOf, lanesOf } from "./record.ts";

/** Sizes. */
export const LANES = { margin: 16, top: 66, pitch: 32, name: 196, axis: 40, detail: 62 } as const;
/** Above this many entries each lane shows counts over time. */
const TICKS_MAX = 2_000;
const BINS = 72;

/** Where everything stands. */
export interface LanesPlan {
  readonly width: number;
  readonly height: number;
  readonly snapshot: Snapshot;
  readonly entries: readonly JournalEntry[];
  readonly lanes: readonly ActorLane[];
  readonly chain: readonly JournalEntry[];
  /** Distinct steps, oldest first. */
  readonly steps: readonly number[];
  readonly counted: boolean;
  /** Steps of one bar of the histogram; 1 for single marks. */
  readonly perBin: number;
  readonly chartW: number;
  readonly lanesH: number;
  readonly x: (step: number) => number;
  readonly y: (actor: string) => number;
  readonly detailY: number;
  readonly legendY: number;
}

/** Lays out the journal of a snapshot. */
export function planLanes(snapshot: Snapshot, object: string | undefined, width: number): LanesPlan {
  const entries = entriesOf(snapshot);
  const lanes = lanesOf(entries);
  const chain = object === undefined ? [] : chainOf(entries, object);
  const steps = [...new Set(entries.map((entry) => entry.step))];
  const counted = entries.length > TICKS_MAX;
  const perBin = counted ? Math.max(1, Math.ceil(steps.length / BINS)) : 1;
  const chartW = width - 2 * LANES.margin;
  const places = new Map(steps.map((step, at) => [step, Math.floor(at / perBin)]));
  const bins = Array.from({ length: Math.max(1, Math.ceil(steps.length / perBin)) }, (_, at) => at);
  const scale = scalePoint<number>(bins, [LANES.name + 34, chartW - 30]);
  const rows = new Map(lanes.map(({ actor }, at) => [actor, at]));
  const lanesH = Math.max(1, lanes.length) * LANES.pitch + 12;
  const detailY = LANES.top + lanesH + LANES.axis + 6;
  const legendY = detailY + LANES.detail + 12;
  return {
    width,
    height: legendY + 26,
    snapshot,
    entries,
    lanes,
    chain,
    steps,
    counted,
    perBin,
    chartW,
    lanesH,
    x: (step) => scale(places.get(step) ?? 0) ?? LANES.name + 34,
    y: (actor) => 6 + LANES.pitch / 2 + (rows.get(actor) ?? lanes.length - 1) * LANES.pitch,
    detailY,
    legendY,
  };
}

/** The lane in which an entry is. */
export function laneOf(plan: LanesPlan, entry: JournalEntry): string {
  const actor = entry.actor || "?";
  return plan.lanes.some((lane) => lane.actor === actor) ? actor : (plan.lanes[plan.lanes.length - 1]?.actor ?? actor);
}
