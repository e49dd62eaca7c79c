/**
 * The ground plan of the component map: where everything stands, computed once for all moments that are shown together,
 * so that nothing moves from one moment to the next but what has moved in the cluster.
 */
import type { ClusterModel, NodeView } from "../cluster-model.ts";
import type { Rect } from "../draw.ts";
import { compareNatural, groupBy } from "../order.ts";
import { type Demand, type LaneRows, laneRows } from "./links.ts";
import { LANE_ROW, type MasterPlan, planMasters } from "./plan-masters.ts";
import { type Detail, planZones, type ZonePlan } from "./plan-zones.ts";
import { assignSlots, type Slots, TRAY } from "./slots.ts";

/** Margin around the picture. */
export const MARGIN = 16;
const GAP = 12;
const HEADER_HEIGHT = 60;
const LEGEND_ROW = 20;
/** Width in which states and arrows of the legend take one row each. */
const LEGEND_WIDTH = 850;

/** Where everything stands. */
export interface MapPlan {
  readonly width: number;
  readonly height: number;
  readonly detail: Detail;
  readonly client: Rect;
  readonly masters: MasterPlan;
  readonly zones: readonly ZonePlan[];
  /** Rows of links that each lane has room for, and where the lane begins. */
  readonly lanes: { readonly a: number; readonly b: number; readonly t: number };
  readonly tray: Rect | undefined;
  readonly attention: Rect | undefined;
  readonly lists: Rect;
  readonly legend: Rect;
  readonly slots: Slots;
}

/** Above this many marks single pods and nodes give way to tiles with counts. */
const MARKS_MAX = 300;
const CARD_PODS_MAX = 48;
const CARD_NODES_MAX = 9;
const SQUARE_NODES_MAX = 12;
const ZONES_MAX = 4;

function chooseDetail(models: readonly ClusterModel[]): Detail {
  let nodes = 0;
  let pods = 0;
  let zones = 0;
  for (const model of models) {
    nodes = Math.max(nodes, model.nodes.length);
    pods = Math.max(pods, model.podCount);
    zones = Math.max(zones, model.zones.length);
  }
  if (nodes > SQUARE_NODES_MAX || zones > ZONES_MAX || nodes + pods > MARKS_MAX) return "tiles";
  return nodes <= CARD_NODES_MAX && pods <= CARD_PODS_MAX ? "cards" : "squares";
}

/** Nodes of all moments, each as it was seen last, by zone. */
function allNodes(models: readonly ClusterModel[]): Map<string, NodeView[]> {
  const last = new Map<string, NodeView>();
  for (const model of models) for (const node of model.nodes) last.set(node.name, node);
  const nodes = [...last.values()].sort(
    (a, b) =>
      compareNatural(a.zone, b.zone) ||
      Number(b.controlPlane) - Number(a.controlPlane) ||
      compareNatural(a.name, b.name),
  );
  return groupBy(nodes, (node) => node.zone);
}

const laneHeight = (rows: number): number => (rows === 0 ? 24 : 20 + rows * LANE_ROW);

/** Lays out all moments of `models` (oldest first) on a page `width` pixels wide. */
export function planMap(models: readonly ClusterModel[], width: number): MapPlan {
  const detail = chooseDetail(models);
  const slots = detail === "tiles" ? { frames: [], capacity: new Map<string, number>() } : assignSlots(models);
  const demands: Demand[] = models.map((model) => ({ model, several: severalMasters(models) }));
  const rows: LaneRows = laneRows(demands);
  const inner = width - 2 * MARGIN;
  const masters = planMasters(models, { x: MARGIN, y: HEADER_HEIGHT, w: inner, h: 0 }, laneHeight(rows.a), rows.t);
  const laneB = masters.bottom;
  const zonesTop = laneB + laneHeight(rows.b);
  const zones = planZones(allNodes(models), slots, detail, { x: MARGIN, y: zonesTop, w: inner, h: 0 });
  let y = zones.reduce((bottom, zone) => Math.max(bottom, zone.panel.y + zone.panel.h), zonesTop);
  const strip = (height: number): Rect => {
    const rect = { x: MARGIN, y: y + GAP, w: inner, h: height };
    y += GAP + height;
    return rect;
  };
  const waiting = models.some((model) => model.unscheduled.length > 0);
  const tray = waiting ? strip(trayHeight(detail, slots.capacity.get(TRAY) ?? 0, inner)) : undefined;
  const attention = detail === "tiles" ? strip(ATTENTION_HEIGHT) : undefined;
  const lists = strip(listHeight(models));
  const legend = strip(LEGEND_ROW * 2 * Math.ceil(LEGEND_WIDTH / inner) + 8);
  const lanes = { a: masters.laneA, b: laneB, t: masters.laneT };
  return {
    width,
    height: y + 6,
    detail,
    client: masters.client,
    masters,
    zones,
    lanes,
    tray,
    attention,
    lists,
    legend,
    slots,
  };
}

function severalMasters(models: readonly ClusterModel[]): boolean {
  return models.some((model) => model.masters.length > 1);
}

/** Size of a pod in the tray and distance between two of them. */
export const TRAY_POD = { w: 132, h: 34, gap: 6, rowsMax: 3 } as const;
/** Width of the tray's label, left of its pods. */
export const TRAY_LABEL = 166;
const ATTENTION_HEIGHT = 124;

/** How many pods fit next to each other in the tray. */
export function trayColumns(width: number): number {
  return Math.max(1, Math.floor((width - TRAY_LABEL) / (TRAY_POD.w + TRAY_POD.gap)));
}

function trayHeight(detail: Detail, capacity: number, width: number): number {
  const rows =
    detail === "tiles" ? 1 : Math.min(TRAY_POD.rowsMax, Math.ceil(Math.max(1, capacity) / trayColumns(width)));
  return rows * (TRAY_POD.h + TRAY_POD.gap) + TRAY_POD.gap;
}

/** Rows that the lists of messages and of last steps may have. */
export const LIST_ROWS = { messages: 6, steps: 4, pitch: 20 } as const;

function listHeight(models: readonly ClusterModel[]): number {
  let messages = 1;
  for (const { snapshot } of models) messages = Math.max(messages, snapshot.messages.length + snapshot.cutLinks.length);
  const rows = Math.max(Math.min(messages, LIST_ROWS.messages), Math.min(models.length, LIST_ROWS.steps));
  return 28 + rows * LIST_ROWS.pitch;
}
