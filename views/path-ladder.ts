/**
 * A packet's way as a ladder: places in lanes, hops as rungs, one frame a hop, so that step and back move the packet in a
 * saved notebook too. The last frame is the whole story. Everything stands still from frame to frame but the packet.
 */
import type { Trace } from "../sim/index.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { timeWords } from "./caption.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { heading } from "./heading.ts";
import { drawLegend } from "./map/draw-frame.ts";
import { plural, thousands } from "./order.ts";
import { drawCursor, drawLanes, drawRow, drawSaid, type Moment, rungLabel } from "./path/draw-rows.ts";
import { drawOutcome, drawPacket, drawWay, LADDER_LEGEND } from "./path/draw-way.ts";
import { pathTable } from "./path/path-table.ts";
import { type LadderPlan, MARGIN, planLadder } from "./path/plan-ladder.ts";
import { storyOf } from "./path/story.ts";
import { outcomeLook } from "./path/verdicts.ts";
import type { Group, Scene, TwinTable } from "./scene.ts";

/** What a caller may choose about a ladder. */
export interface LadderOptions {
  /** Width in CSS pixels, at least 760; 900 fits a notebook. */
  readonly width?: number;
  /** Which leg to draw hop by hop, counted from 0: a name lookup, or (unless told otherwise) the request itself. */
  readonly leg?: number;
}

const WIDTH = 900;
const WIDTH_MIN = 760;

function describe(plan: LadderPlan): string {
  const { trace, leg } = plan.story;
  const places = plan.story.places.map(({ place }) => place).join(", ");
  const way = places === "" ? "Nothing was sent." : `Its way: ${places}.`;
  return `${plural(leg?.hops?.length ?? 0, "hop")}. ${way} ${endWords(trace)}`;
}

function endWords(trace: Trace): string {
  const { outcome } = trace;
  const word = outcomeLook(outcome?.kind).word.toLowerCase();
  const text = outcome?.text ?? "";
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}${outcome ? ` after ${timeWords(outcome.afterUs)}` : ""}${text === "" ? "" : `: ${text}`}`;
}

/** What is the same in every frame. */
interface Still {
  readonly table: TwinTable;
  readonly said: readonly (readonly Group[])[];
  /** Rungs as they look before and after the packet has come there. */
  readonly rows: Readonly<Record<Moment, readonly Group[]>>;
}

/** The scene in which the packet is at rung `at`; the whole story when `at` is past the last one. */
function drawScene(plan: LadderPlan, still: Still, at: number): Scene {
  const { trace, places } = plan.story;
  const current = plan.rows[at];
  const over = current === undefined;
  const caption = current ? `Hop ${at + 1} of ${plan.rows.length} · ${rungLabel(current)}` : endWords(trace);
  const title = `${trace.from} → ${trace.to}`;
  const right = `step ${thousands(trace.step ?? 0)} · time ${timeWords(trace.now ?? 0)}`;
  const rung = (row: number): Group => still.rows[over || row <= at ? "reached" : "ahead"][row]!;
  const reached = plan.rows.reduce(
    (most, row, index) => (row.rung.kind !== "leg" && (over || index <= at) ? Math.max(most, row.rung.column) : most),
    -1,
  );
  const legend = places.length === 0 ? [] : LADDER_LEGEND;
  const groups = [
    heading([title, right, caption], plan.width),
    ...drawWay(plan, reached),
    ...drawPacket(plan, current),
    ...(places.length === 0 ? [] : [drawLanes(plan)]),
    ...drawCursor(plan, at),
  ].map(roundGroup);
  const end = [
    drawOutcome(plan, over),
    drawLegend(legend, { x: MARGIN, y: plan.legendY, w: plan.width - 2 * MARGIN, h: 20 }),
  ].map(roundGroup);
  const { width, height } = plan;
  const step = trace.step ?? 0;
  return {
    width,
    height,
    step,
    title,
    desc: over ? describe(plan) : caption,
    caption,
    groups: [...groups, ...plan.rows.flatMap((_, row) => [rung(row), ...still.said[row]!]), ...end],
    legend,
    table: still.table,
  };
}

/** The ladder as scenes: one for each rung, and the whole story last. */
export function ladderScenes(trace: Trace, options: LadderOptions = {}): readonly Scene[] {
  const story = storyOf(trace, options.leg);
  const plan = planLadder(story, pageWidth(options.width, WIDTH_MIN, WIDTH));
  const rowsAt = (moment: Moment): readonly Group[] => plan.rows.map((_, at) => roundGroup(drawRow(plan, at, moment)));
  const still: Still = {
    table: pathTable(story),
    said: plan.rows.map((row) => drawSaid(plan, row).map(roundGroup)),
    rows: { ahead: rowsAt("ahead"), reached: rowsAt("reached") },
  };
  return [...plan.rows.map((_, at) => drawScene(plan, still, at)), drawScene(plan, still, plan.rows.length)];
}

/** A trace as something that a notebook can show: a frame for each hop, and the whole story last. */
export function pathLadder(trace: Trace, options: LadderOptions = {}): Display {
  return makeDisplay("path", ladderScenes(trace, options), 0);
}
