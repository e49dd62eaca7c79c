/** Ground plan of the workers: zones side by side, nodes in columns with a gutter for arrows, or tiles when there are many. */
import type { NodeView } from "../cluster-model.ts";
import type { Rect } from "../draw.ts";
import type { Slots } from "./slots.ts";

/** How much of each pod is drawn: a card with its name, a square with its glyph, or only counts on tiles. */
export type Detail = "cards" | "squares" | "tiles";

/** Plan of one node's card. */
export interface NodePlan {
  readonly name: string;
  readonly card: Rect;
  /** First x of the gutter left of the card, where arrows run. */
  readonly gutterX: number;
  readonly processRows: number;
  readonly podsTop: number;
  readonly podColumns: number;
}

/** One tile: a run of neighbouring nodes of a zone. */
export interface TilePlan {
  readonly key: string;
  readonly nodes: readonly string[];
  readonly rect: Rect;
}

/** Plan of one zone: its nodes, or its tiles where there are many. */
export interface ZonePlan {
  readonly zone: string;
  readonly panel: Rect;
  readonly nodes: readonly NodePlan[];
  readonly tiles: readonly TilePlan[];
}

/** Width of the gutter left of a node, where arrows run. */
export const GUTTER = 32;
const GAP = 12;
const PAD = 10;
const ZONE_LABEL = 26;
/** Height of the line with a node's name. */
export const NODE_HEADER = 26;
/** Pitch of the lines that name a node's processes. */
export const PROCESS_ROW = 17;
/** Size of a pod on its node and distance to the next. */
export const POD_SIZE = { cards: { w: 100, h: 34, gap: 6 }, squares: { w: 20, h: 20, gap: 4 } } as const;
const TILES_MAX = 120;
const TILE = { w: 58, h: 36, gap: 6 } as const;
const TILE_STEPS = [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 200, 500, 1000];

function columnsFor(nodes: number, zones: number): number {
  if (zones > 1) return zones === 2 && nodes > 2 ? 2 : 1;
  if (nodes === 4) return 2;
  return Math.min(Math.max(nodes, 1), 3);
}

interface Measure {
  readonly nodes: readonly NodeView[];
  readonly columns: number;
  readonly cardWidth: number;
  readonly podColumns: number;
}

function podRows(slots: Slots, node: NodeView, columns: number): number {
  return Math.max(1, Math.ceil((slots.capacity.get(node.name) ?? 0) / columns));
}

function planNodes(zones: Map<string, NodeView[]>, slots: Slots, detail: "cards" | "squares", area: Rect): ZonePlan[] {
  const zoneWidth = (area.w - GAP * (zones.size - 1)) / zones.size;
  const size = POD_SIZE[detail];
  const measures: Measure[] = [...zones.values()].map((nodes) => {
    const columns = columnsFor(nodes.length, zones.size);
    const cardWidth = (zoneWidth - PAD - columns * GUTTER - (columns - 1) * 2) / columns;
    const podColumns = Math.max(1, Math.floor((cardWidth - 12 + size.gap) / (size.w + size.gap)));
    return { nodes, columns, cardWidth, podColumns };
  });
  const heights: number[] = [];
  for (const { nodes, columns, podColumns } of measures) {
    nodes.forEach((node, at) => {
      const pods = podRows(slots, node, podColumns) * (size.h + size.gap);
      const row = Math.floor(at / columns);
      const height = NODE_HEADER + node.processes.length * PROCESS_ROW + 8 + pods + 4;
      heights[row] = Math.max(heights[row] ?? 0, height);
    });
  }
  const tops = heights.map((_, row) => area.y + ZONE_LABEL + sum(heights.slice(0, row)) + row * PAD);
  const height = ZONE_LABEL + sum(heights) + Math.max(0, heights.length - 1) * PAD + PAD;
  return [...zones.keys()].map((zone, at): ZonePlan => {
    const x = area.x + at * (zoneWidth + GAP);
    const { nodes, columns, cardWidth, podColumns } = measures[at]!;
    const plans = nodes.map((node, index): NodePlan => {
      const gutterX = x + (index % columns) * (cardWidth + GUTTER + 2);
      const row = Math.floor(index / columns);
      const top = tops[row]!;
      return {
        name: node.name,
        card: { x: gutterX + GUTTER, y: top, w: cardWidth, h: heights[row]! },
        gutterX,
        processRows: node.processes.length,
        podsTop: top + NODE_HEADER + node.processes.length * PROCESS_ROW + 8,
        podColumns,
      };
    });
    return { zone, panel: { x, y: area.y, w: zoneWidth, h: height }, nodes: plans, tiles: [] };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Smallest round number of nodes a tile that keeps the number of tiles in bounds. */
function nodesPerTile(zones: Map<string, NodeView[]>): number {
  const tiles = (size: number): number => sum([...zones.values()].map((nodes) => Math.ceil(nodes.length / size)));
  return TILE_STEPS.find((size) => tiles(size) <= TILES_MAX) ?? 2000;
}

const ZONES_PER_ROW = 3;

function planTiles(zones: Map<string, NodeView[]>, area: Rect): ZonePlan[] {
  const across = Math.min(ZONES_PER_ROW, Math.max(1, zones.size));
  const zoneWidth = (area.w - GAP * (across - 1)) / across;
  const size = nodesPerTile(zones);
  const columns = Math.max(1, Math.floor((zoneWidth - 2 * PAD + TILE.gap) / (TILE.w + TILE.gap)));
  const tileWidth = (zoneWidth - 2 * PAD - (columns - 1) * TILE.gap) / columns;
  const lists = [...zones.entries()];
  const plans: ZonePlan[] = [];
  let top = area.y;
  for (let first = 0; first < lists.length; first += across) {
    const row = lists.slice(first, first + across);
    const most = Math.max(...row.map(([, nodes]) => Math.ceil(Math.ceil(nodes.length / size) / columns)));
    const height = ZONE_LABEL + most * (TILE.h + TILE.gap) + PAD - TILE.gap;
    row.forEach(([zone, nodes], at) => {
      const x = area.x + at * (zoneWidth + GAP);
      const tiles: TilePlan[] = [];
      for (let start = 0; start < nodes.length; start += size) {
        const index = start / size;
        const rect = {
          x: x + PAD + (index % columns) * (tileWidth + TILE.gap),
          y: top + ZONE_LABEL + Math.floor(index / columns) * (TILE.h + TILE.gap),
          w: tileWidth,
          h: TILE.h,
        };
        const names = nodes.slice(start, start + size).map((node) => node.name);
        tiles.push({ key: `tile/${zone}/${names[0]}`, nodes: names, rect });
      }
      plans.push({ zone, panel: { x, y: top, w: zoneWidth, h: height }, nodes: [], tiles });
    });
    top += height + GAP;
  }
  return plans;
}

/** Places zones and what is in them below `area.y`. */
export function planZones(zones: Map<string, NodeView[]>, slots: Slots, detail: Detail, area: Rect): ZonePlan[] {
  if (zones.size === 0) return [];
  return detail === "tiles" ? planTiles(zones, area) : planNodes(zones, slots, detail, area);
}
