/**
 * Where machines and pods stand in the placement grid, computed once for all moments shown, so that what moves from frame to
 * frame has moved in the cluster: a pod keeps its place on its machine for as long as it is there.
 */
import type { Rect } from "../draw.ts";
import { assignSlots, type Slots, TRAY } from "../map/slots.ts";
import { groupBy } from "../order.ts";
import type { Occupancy } from "./occupancy.ts";

/** How much of each machine is drawn: a line for each pod, a square for each, or counts of several machines. */
export type Grain = "lines" | "squares" | "tiles";

/** A column: one machine with room for its pods, or in tiles some machines of a zone. */
export interface Column extends Rect {
  /** Machines that it stands for. */
  readonly machines: readonly string[];
}

/** One zone and its columns; control-plane machines that take no pods of anybody's stand in a strip of their own. */
export interface Zone extends Rect {
  readonly kind: "zone" | "masters";
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
}

/** The whole grid. */
export interface PlacementPlan {
  readonly width: number;
  readonly grain: Grain;
  readonly zones: readonly Zone[];
  readonly headH: number;
  readonly tray: Rect | undefined;
  readonly trayRows: number;
  readonly slots: Slots;
  readonly legendY: number;
}

/** Sizes that drawing shares with the plan. */
export const GRID = { margin: 16, gap: 10, pad: 8, line: 26, square: 28, trayRow: 40, taint: 15 } as const;

const TOP = 60;
const TITLE = 22;
const COLUMN_MIN = 128;
const COLUMN_MAX = 240;
const LINES_MAX = 8;
/** What a drawn pod and a drawn machine cost of a display, in kilobytes, and how much there is; beyond it machines are counted. */
const COST = { pod: 1.1, host: 3, all: 165 } as const;
const TILE = { w: 98, h: 68, gap: 6, max: 60 } as const;
/** Width of a control-plane machine in the strip, twice that where it has many pods. */
const MASTER_W = 210;
const TRAY_ROWS_MAX = 6;
const TAINTS_MAX = 2;

function grainOf(moments: readonly Occupancy[], slots: Slots): Grain {
  const most = Math.max(...moments.map(({ model }) => model.podCount));
  const hosts = Math.max(...moments.map((moment) => moment.hosts.length));
  if (most * COST.pod + hosts * COST.host > COST.all) return "tiles";
  const fullest = Math.max(0, ...[...slots.capacity].filter(([place]) => place !== TRAY).map(([, count]) => count));
  return fullest > LINES_MAX ? "squares" : "lines";
}

/** True for a taint that keeps pods away. */
const keepsAway = (taint: string): boolean => /:No(Schedule|Execute)$/.test(taint);

/** Control-plane nodes that take pods like any other at one of the moments. */
function openMasters(moments: readonly Occupancy[]): ReadonlySet<string> {
  const hosts = moments.flatMap((moment) => moment.hosts);
  const open = hosts.filter(({ node, taints }) => node.controlPlane && node.member && !taints.some(keepsAway));
  return new Set(open.map(({ node }) => node.name));
}

/** Names of machines by zone over all moments; those of the control plane that take no pods under "". */
function machinesOf(moments: readonly Occupancy[]): Map<string, string[]> {
  const open = openMasters(moments);
  const zones = new Map<string, string[]>([["", []]]);
  const seen = new Set<string>();
  for (const { hosts, model } of [...moments].reverse()) {
    for (const { machine } of model.masters) {
      if (seen.has(machine.name) || open.has(machine.name)) continue;
      seen.add(machine.name);
      zones.get("")!.push(machine.name);
    }
    for (const { node } of hosts) {
      if (seen.has(node.name)) continue;
      seen.add(node.name);
      const zone = node.controlPlane && !open.has(node.name) ? "" : node.zone || "no zone";
      const list = zones.get(zone);
      if (list) list.push(node.name);
      else zones.set(zone, [node.name]);
    }
  }
  return zones;
}

/** Lines of a machine's head that its taints need, at most. */
function headHeight(moments: readonly Occupancy[], grain: Grain): number {
  if (grain === "tiles") return 0;
  const taints = Math.max(0, ...moments.flatMap(({ hosts }) => hosts.map(({ taints: list }) => list.length)));
  return 98 + Math.min(taints, TAINTS_MAX + 1) * GRID.taint;
}

/** How many taints a machine's head names. */
export const namedTaints = (count: number): number => (count > TAINTS_MAX + 1 ? TAINTS_MAX : count);

interface Sizes {
  readonly inner: number;
  readonly headH: number;
  readonly grain: Grain;
  readonly columnW: number;
  readonly slots: Slots;
}

function bodyHeight(machine: string, { grain, columnW, slots }: Sizes): number {
  const count = slots.capacity.get(machine) ?? 0;
  if (grain === "lines") return Math.max(1, count) * GRID.line;
  const perRow = marksAcross(columnW);
  return Math.max(1, Math.ceil(count / perRow)) * GRID.square;
}

/** A zone's columns in rows, from its upper left corner; heights follow the fullest machine of a row. */
function placeColumns(machines: readonly string[], at: Rect, sizes: Sizes): { columns: Column[]; h: number } {
  const { columnW, headH } = sizes;
  const perRow = Math.max(1, Math.floor((at.w - 2 * GRID.pad + GRID.gap) / (columnW + GRID.gap)));
  const columns: Column[] = [];
  let y = at.y + TITLE + GRID.pad;
  for (let first = 0; first < machines.length; first += perRow) {
    const row = machines.slice(first, first + perRow);
    const h = headH + Math.max(...row.map((machine) => bodyHeight(machine, sizes))) + GRID.pad;
    row.forEach((machine, place) => {
      columns.push({ machines: [machine], x: at.x + GRID.pad + place * (columnW + GRID.gap), y, w: columnW, h });
    });
    y += h + GRID.gap;
  }
  return { columns, h: y - at.y - GRID.gap + GRID.pad };
}

/** Tiles of a zone, each for so many machines that all zones' tiles stay few. */
function placeTiles(machines: readonly string[], at: Rect, perTile: number): { columns: Column[]; h: number } {
  const room = at.w - 2 * GRID.pad + TILE.gap;
  const perRow = Math.max(1, Math.floor(room / (TILE.w + TILE.gap)));
  const pitch = Math.floor(room / perRow);
  const columns: Column[] = [];
  for (let first = 0; first < machines.length; first += perTile) {
    const place = columns.length;
    const x = at.x + GRID.pad + (place % perRow) * pitch;
    const y = at.y + TITLE + GRID.pad + Math.floor(place / perRow) * (TILE.h + TILE.gap);
    columns.push({ machines: machines.slice(first, first + perTile), x, y, w: pitch - TILE.gap, h: TILE.h });
  }
  return { columns, h: TITLE + 2 * GRID.pad + Math.ceil(columns.length / perRow) * (TILE.h + TILE.gap) - TILE.gap };
}

function placeZones(machines: ReadonlyMap<string, readonly string[]>, sizes: Sizes): { zones: Zone[]; bottom: number } {
  const { inner, grain, columnW } = sizes;
  const zones: Zone[] = [];
  const total = [...machines.values()].reduce((sum, list) => sum + list.length, 0);
  const perTile = Math.max(1, Math.ceil(total / TILE.max));
  const widthOf = (count: number): number => count * columnW + (count - 1) * GRID.gap + 2 * GRID.pad;
  let [x, y, rowH]: [number, number, number] = [GRID.margin, TOP, 0];
  for (const [name, list] of machines) {
    if (name === "" || list.length === 0) continue;
    const w = grain === "tiles" ? inner : Math.min(inner, widthOf(list.length));
    if (x > GRID.margin && x + w > GRID.margin + inner) {
      x = GRID.margin;
      y += rowH + GRID.gap;
      rowH = 0;
    }
    const at = { x, y, w, h: 0 };
    const { columns, h } = grain === "tiles" ? placeTiles(list, at, perTile) : placeColumns(list, at, sizes);
    zones.push({ ...at, h, kind: "zone", name, title: /zone/.test(name) ? name : `zone ${name}`, columns });
    x += w + GRID.gap;
    rowH = Math.max(rowH, h);
  }
  // Zones side by side end at one line.
  const level = zones.map((zone) => ({
    ...zone,
    h: Math.max(...zones.filter((other) => other.y === zone.y).map(({ h }) => h)),
  }));
  return { zones: level, bottom: y + rowH };
}

/** Height of the line that names a control-plane machine in the strip; its pods stand under it. */
export const STRIP_LINE = 26;

/** Marks of pods side by side in a column. */
export const marksAcross = (w: number): number => Math.max(1, Math.floor((w - 2 * GRID.pad + 3) / GRID.square));

/** Control-plane machines stand apart, under the others: a name each, and pods as small marks. */
function placeMasters(names: readonly string[], y: number, { inner, grain, slots }: Sizes): Zone | undefined {
  if (names.length === 0) return undefined;
  const most = grain === "tiles" ? 0 : Math.max(...names.map((name) => slots.capacity.get(name) ?? 0));
  const wanted = most > marksAcross(MASTER_W) ? 2 * MASTER_W : MASTER_W;
  const w = Math.floor(Math.min(wanted, (inner - 130) / names.length - GRID.gap));
  const rows = Math.ceil(most / marksAcross(w));
  const h = STRIP_LINE + (rows === 0 ? 0 : rows * GRID.square + 3);
  const columns = names.map(
    (name, at): Column => ({ machines: [name], x: GRID.margin + 122 + at * (w + GRID.gap), y: y + 7, w, h }),
  );
  const words = "control plane";
  return { kind: "masters", x: GRID.margin, y, w: inner, h: h + 14, name: words, title: words, columns };
}

/** Width of a machine's column: all zones side by side where they fit, else each zone in rows of its own. */
function columnWidth(counts: readonly number[], inner: number): number {
  const count = counts.reduce((sum, one) => sum + one, 0);
  const frames = counts.length * 2 * GRID.pad + (counts.length - 1) * GRID.gap;
  const beside = Math.floor((inner - frames - (count - counts.length) * GRID.gap) / Math.max(1, count));
  if (beside >= COLUMN_MIN) return Math.min(COLUMN_MAX, beside);
  const room = inner - 2 * GRID.pad + GRID.gap;
  const perRow = Math.min(Math.max(1, ...counts), Math.floor(room / (COLUMN_MIN + GRID.gap)));
  return Math.min(COLUMN_MAX, Math.floor(room / perRow) - GRID.gap);
}

/** The plan for all moments that are shown together; the legend stands under everything else. */
export function planPlacement(moments: readonly Occupancy[], width: number): PlacementPlan {
  const slots = assignSlots(moments.map(({ model }) => model));
  const grain = grainOf(moments, slots);
  const inner = width - 2 * GRID.margin;
  const machines = machinesOf(moments);
  const workers = [...machines].filter(([name]) => name !== "");
  const columnW = columnWidth(
    workers.map(([, list]) => list.length),
    inner,
  );
  const headH = headHeight(moments, grain);
  const sizes: Sizes = { inner, headH, grain, columnW, slots };
  const { zones, bottom } = placeZones(machines, sizes);
  const masters = placeMasters(machines.get("") ?? [], bottom + GRID.gap, sizes);
  let y = bottom + GRID.gap + (masters === undefined ? 0 : masters.h + GRID.gap);
  const trayRows = Math.min(TRAY_ROWS_MAX, slots.capacity.get(TRAY) ?? 0);
  const more = (slots.capacity.get(TRAY) ?? 0) > TRAY_ROWS_MAX ? 18 : 0;
  const tray =
    trayRows === 0 ? undefined : { x: GRID.margin, y, w: inner, h: TITLE + GRID.pad + trayRows * GRID.trayRow + more };
  if (tray) y += tray.h + GRID.gap;
  const all = masters === undefined ? zones : [...zones, masters];
  return { width, grain, zones: all, headH, tray, trayRows, slots, legendY: y + 4 };
}

/** Groups waiting pods by what the scheduler says, most first. */
export function byReason<T extends { readonly reason: string }>(
  waiting: readonly T[],
): readonly (readonly [string, readonly T[]])[] {
  return [...groupBy(waiting, ({ reason }) => reason)].sort((a, b) => b[1].length - a[1].length);
}
