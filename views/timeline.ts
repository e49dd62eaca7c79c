/**
 * The journal on a line of time: a lane for each component, a mark for each act, the causes of one object, and a cursor that
 * moves from step to step, one frame each. Above 2,000 acts each lane shows counts.
 */
import type { JournalEntry, Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { actorNames, ENTRY_COLUMNS, entryCells, entryWords, timeWords } from "./caption.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { heading } from "./heading.ts";
import { countWords, drawCauses, drawCursor, drawField, drawMarks, lanesLegend } from "./lanes/draw-lanes.ts";
import { LANES, type LanesPlan, planLanes } from "./lanes/plan-lanes.ts";
import { drawLegend } from "./map/draw-frame.ts";
import { plural, thousands } from "./order.ts";
import type { Group, Scene, TwinRow, TwinTable } from "./scene.ts";

/** What a caller may choose about a timeline. */
export interface TimelineOptions {
  /** `kind/namespace/name` of the object whose chain of causes is drawn, e.g. "pod/default/web-1". */
  readonly object?: string;
  /** Width in CSS pixels, at least 760; 900 fits a notebook. */
  readonly width?: number;
  /** Most steps that get a frame of their own, newest first; 40 unless told otherwise. */
  readonly steps?: number;
}

const WIDTH = 900;
const WIDTH_MIN = 760;
const STEPS_MAX = 40;
const ROWS_MAX = 150;

function entryRow(entry: JournalEntry, at: number): TwinRow {
  return { key: `entry/${entry.step}/${at}`, depth: 0, cells: entryCells(entry) };
}

/** The acts in their order; counts by lane where there are too many. */
function tableOf(plan: LanesPlan): TwinTable {
  const rows: TwinRow[] = [];
  if (plan.counted) {
    for (const { actor, entries } of plan.lanes) {
      rows.push({
        key: `lane/${actor}`,
        depth: 0,
        cells: [plural(entries.length, "act"), "", actor, countWords(entries), "", ""],
      });
    }
  }
  const wanted = plan.chain.length > 0 ? plan.chain : plan.entries;
  const shown = wanted.slice(-ROWS_MAX);
  if (wanted.length > shown.length) {
    const cells = [`… ${thousands(wanted.length - shown.length)} older acts`, "", "", "", "", ""];
    rows.push({ key: "entry/older", depth: 0, cells });
  }
  rows.push(...shown.map(entryRow));
  return { columns: ENTRY_COLUMNS, rows };
}

/** The timeline as scenes: one for each of the newest steps in which something happened. */
export function timelineScenes(snapshot: Snapshot, options: TimelineOptions = {}): readonly Scene[] {
  const plan = planLanes(snapshot, options.object, pageWidth(options.width, WIDTH_MIN, WIDTH));
  const names = actorNames(plan.lanes.map(({ actor }) => actor));
  const steps = plan.steps.slice(-Math.max(1, options.steps ?? STEPS_MAX));
  const title =
    options.object === undefined
      ? "What happened when"
      : `What led to ${options.object.replace(/#.*$/, "").replace("//", "/")}`;
  const legend = lanesLegend(plan);
  const { width, height, entries, lanes } = plan;
  const still: Group[] = [drawField(plan, names), ...drawMarks(plan, names), ...drawCauses(plan)].map(roundGroup);
  const key = roundGroup(drawLegend(legend, { x: LANES.margin, y: plan.legendY, w: plan.chartW, h: 20 }));
  const table = tableOf(plan);
  const led = options.object === undefined ? "" : ` ${plural(plan.chain.length, "act")} led to ${options.object}.`;
  const last = plan.steps.length;
  const draw = (step: number): Scene => {
    const first = entries.find((entry) => entry.step === step);
    const place = plan.steps.indexOf(step) + 1;
    const caption = first
      ? `Step ${thousands(step)}, ${place} of ${thousands(last)} · ${entryWords(first, names)}`
      : "Nothing happened in these steps.";
    const right = `${plural(entries.length, "act")} · time ${timeWords(first?.at ?? snapshot.now)}`;
    const moving = [heading([title, right, caption], width), ...drawCursor(plan, step, names)].map(roundGroup);
    const groups = [...moving.slice(0, 1), ...still, ...moving.slice(1), key];
    const desc = `${plural(entries.length, "act")} by ${plural(lanes.length, "component")}.${led} ${caption}`;
    return { width, height, step, title, desc, caption, groups, legend, table };
  };
  return (steps.length > 0 ? steps : [snapshot.step]).map(draw);
}

/** The journal of a snapshot's steps on a line of time, a frame for each step. */
export function timelineView(snapshot: Snapshot, options: TimelineOptions = {}): Display {
  const scenes = timelineScenes(snapshot, options);
  return makeDisplay("timeline", scenes, 0);
}
