/**
 * Which pod runs where: machines as columns by zone with their taints and what is taken of them, pods as cells in the colour and
 * letter of their owner, and in a tray who waits, with the scheduler's own reason. A pod is the same mark wherever it is.
 */
import type { Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { caption, timeWords } from "./caption.ts";
import { memberCount, nodeWords } from "./cluster-model.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { heading } from "./heading.ts";
import { drawLegend, legendHeight } from "./map/draw-frame.ts";
import { plural, thousands } from "./order.ts";
import { drawPlacement, hostWords, placementLegend } from "./placement/draw-placement.ts";
import type { Letters } from "./placement/draw-share.ts";
import { type Host, type Occupancy, occupancyOf, ownerLetters, type PlacedPod } from "./placement/occupancy.ts";
import { GRID, type PlacementPlan, planPlacement } from "./placement/plan-placement.ts";
import type { Group, LegendEntry, Scene, TwinRow, TwinTable } from "./scene.ts";

/** What a caller may choose about a placement grid. */
export interface PlacementOptions {
  /** Width in CSS pixels, at least 760; 900 fits a notebook. */
  readonly width?: number;
}

const WIDTH = 900;
const WIDTH_MIN = 760;
const FRAMES_MAX = 16;
/** Pods read for one display over all its moments. */
const PODS_READ_MAX = 60_000;
/** Rows of the table for single pods; beyond them a machine's pods are counted. */
const POD_ROWS_MAX = 150;
/** Most machines that the table names. */
const HOST_ROWS_MAX = 60;

function podRow({ view, owner, reason }: PlacedPod, depth: number): TwinRow {
  return { key: view.key, depth, cells: [`pod ${view.namespace}/${view.name}`, view.state.word, owner, reason] };
}

/** Machines that the table names: all where they are few, else the control plane's and those that are tainted or not well. */
function namedHosts({ hosts }: Occupancy): readonly Host[] {
  if (hosts.length <= HOST_ROWS_MAX) return hosts;
  return hosts.filter(({ node, taints }) => !node.health.healthy || taints.length > 0).slice(0, HOST_ROWS_MAX);
}

function tableOf(moment: Occupancy, groups: readonly Group[]): TwinTable {
  const { hosts, waiting, model } = moment;
  const rows: TwinRow[] = [];
  const single = model.podCount <= POD_ROWS_MAX;
  const waits = waiting.slice(0, POD_ROWS_MAX);
  if (waiting.length > 0)
    rows.push({ key: "tray", depth: 0, cells: ["waiting for a machine", plural(waiting.length, "pod"), "", ""] });
  rows.push(...waits.map((pod) => podRow(pod, 1)));
  for (const { machine } of model.masters)
    rows.push({
      key: `machine/${machine.name}`,
      depth: 0,
      cells: [`control plane ${machine.name}`, machine.up ? "up" : "down", "", ""],
    });
  const named = namedHosts(moment);
  if (named.length < hosts.length) {
    const tiles = groups.filter(({ key }) => key.startsWith("tile/"));
    rows.push(
      ...tiles.map(({ key, label = "" }) => ({ key, depth: 0, cells: [...label.split(/: (.*)/).slice(0, 2), "", ""] })),
    );
  }
  for (const host of named) {
    const { node, taints, pods } = host;
    rows.push({
      key: `node//${node.name}`,
      depth: 0,
      cells: [nodeWords(node), hostWords(host), node.zone, taints.join(", ")],
    });
    if (single) rows.push(...pods.map((pod) => podRow(pod, 1)));
  }
  return { columns: ["What", "State", "Owner or zone", "Taints, or why it waits"], rows };
}

function drawScene(
  plan: PlacementPlan,
  moment: Occupancy,
  frame: number,
  letters: Letters,
  legend: readonly LegendEntry[],
): Scene {
  const { snapshot, model, waiting, hosts } = moment;
  const { width, legendY } = plan;
  const legendW = width - 2 * GRID.margin;
  const legendH = legendHeight(legend, legendW);
  const said = caption(snapshot, model.shortNames);
  const right = `step ${thousands(snapshot.step)} · time ${timeWords(snapshot.now)}`;
  const tainted = hosts.filter(({ taints }) => taints.length > 0).length;
  const reason = waiting.find((pod) => pod.reason !== "")?.reason;
  const waits =
    waiting.length === 0
      ? "None waits"
      : `${thousands(waiting.length)} wait for a machine${reason === undefined ? "" : ` (${reason})`}`;
  const groups = [
    heading(["Which pod runs where", right, said], width),
    ...drawPlacement(plan, moment, frame, letters),
    drawLegend(legend, { x: GRID.margin, y: legendY, w: legendW, h: legendH }),
  ];
  return {
    width,
    height: legendY + legendH + 4,
    step: snapshot.step,
    title: "Which pod runs where",
    desc: `${plural(memberCount(hosts.map(({ node }) => node)), "node")}, ${thousands(tainted)} with taints, ${plural(model.podCount, "pod")}. ${waits}. In this step: ${said}`,
    caption: said,
    groups: groups.map(roundGroup),
    legend,
    table: tableOf(moment, groups),
  };
}

/** Newest moments whose pods can be read quickly. */
function recent(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const pods = snapshots.at(-1)?.objects("pods").length ?? 0;
  const frames = Math.max(1, Math.min(FRAMES_MAX, Math.floor(PODS_READ_MAX / Math.max(1, pods))));
  return snapshots.slice(-frames);
}

/** The grid as scenes, oldest first. */
export function placementScenes(snapshots: readonly Snapshot[], options: PlacementOptions = {}): readonly Scene[] {
  const moments = recent(snapshots).map(occupancyOf);
  if (moments.length === 0) return [];
  const width = pageWidth(options.width, WIDTH_MIN, WIDTH);
  const letters = ownerLetters(moments);
  const plan = planPlacement(moments, width);
  const legend = placementLegend(plan, moments, letters);
  return moments.map((moment, frame) => drawScene(plan, moment, frame, letters, legend));
}

/** Where every pod is at the moments given, oldest first, as something that a notebook can show. */
export function placementGrid(snapshots: readonly Snapshot[], options: PlacementOptions = {}): Display {
  const scenes = placementScenes(snapshots, options);
  return makeDisplay("placement", scenes, snapshots.length - scenes.length);
}
