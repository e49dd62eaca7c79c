/**
 * Ways of arrows between boxes: axis-parallel, through lanes and gutters that hold no text. A link turns in its own row of
 * its lane, so that numbers and labels of two links never meet.
 */
import type { Rect } from "../draw.ts";
import type { End, Link } from "./links.ts";
import type { MapPlan } from "./plan.ts";
import { LANE_ROW } from "./plan-masters.ts";
import { GUTTER, NODE_HEADER, PROCESS_ROW } from "./plan-zones.ts";

/** A link's way on the page, and where its number and its label go. */
export interface Route {
  readonly link: Link;
  readonly points: readonly number[];
  readonly badge: readonly [number, number];
  /** Room for a label at the right of the badge; 0 where there is none. */
  readonly labelX: number;
  readonly labelMax: number;
}

type Point = readonly [number, number];

/** Where a link touches a box: from below, from above, or from the left through a gutter. */
interface Port {
  readonly key: string;
  readonly card: Rect;
  readonly gutterX: number | undefined;
  readonly y: number;
}

function nodePort(plan: MapPlan, end: End, processes: readonly string[]): Port | undefined {
  for (const zone of plan.zones) {
    for (const node of zone.nodes) {
      if (node.name !== end.machine) continue;
      const row = processes.indexOf(end.process);
      const y = row < 0 ? node.card.y + 13 : node.card.y + NODE_HEADER + row * PROCESS_ROW + 6;
      return { key: node.name, card: node.card, gutterX: node.gutterX, y };
    }
    for (const tile of zone.tiles) {
      if (!tile.nodes.includes(end.machine)) continue;
      const top = plan.zones[0]!.panel.y;
      return { key: `zone/${zone.zone}`, card: zone.panel, gutterX: zone.panel.x, y: top };
    }
  }
  return undefined;
}

function portOf(plan: MapPlan, end: End, processes: readonly string[]): Port | undefined {
  if (end.place === "client") return { key: "client", card: plan.client, gutterX: undefined, y: 0 };
  if (end.place === "node") return nodePort(plan, end, processes);
  const machine = plan.masters.machines.find((candidate) => candidate.machine === end.machine);
  const card = machine?.cards.get(end.process);
  if (!machine || !card) return undefined;
  const gutterX = plan.masters.several ? machine.panel.x - 1 : undefined;
  return { key: end.process, card, gutterX, y: card.y + card.h / 2 };
}

/** Counts how often a port or gutter was used, so that links stand side by side. */
class Tracks {
  readonly #used = new Map<string, number>();

  next(key: string): number {
    const used = this.#used.get(key) ?? 0;
    this.#used.set(key, used + 1);
    return used;
  }
}

/** Offsets in a gutter in the order of use: the outer ones are far enough apart for two numbers. */
const TRACKS = [8, 24, 16];

function gutterTrack(port: Port, tracks: Tracks): number {
  return port.gutterX! + TRACKS[tracks.next(`gutter/${port.gutterX}`) % TRACKS.length]!;
}

function underTrack(card: Rect, tracks: Tracks, key: string): number {
  const pitch = 26;
  const room = Math.max(1, Math.floor((card.w - 24) / pitch));
  return card.x + 18 + (tracks.next(`under/${key}`) % room) * pitch;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Way from an end to the row `rowY`; `across` is the other end's x for a bar that is wide enough to be met head-on. */
function drop(port: Port, end: End, link: Link, rowY: number, across: number | undefined, tracks: Tracks): Point[] {
  const { card } = port;
  if (end.place === "bar" && link.lane !== "t") {
    const x =
      across === undefined ? underTrack(card, tracks, port.key) : clamp(across, card.x + 8, card.x + card.w - 8);
    return [
      [x, link.lane === "a" ? card.y : card.y + card.h],
      [x, rowY],
    ];
  }
  if (port.gutterX !== undefined) {
    const x = gutterTrack(port, tracks);
    if (port.key.startsWith("zone/")) {
      const zoneX = card.x + 14 + (tracks.next(port.key) % 8) * 26;
      return [
        [zoneX, port.y],
        [zoneX, rowY],
      ];
    }
    return [
      [card.x, port.y],
      [x, port.y],
      [x, rowY],
    ];
  }
  const x = underTrack(card, tracks, port.key);
  return [
    [x, card.y + card.h],
    [x, rowY],
  ];
}

/** Leaves out points that lie on a straight way. */
function straighten(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [a, b] = [kept[kept.length - 2], kept[kept.length - 1]];
    if (b && b[0] === point[0] && b[1] === point[1]) continue;
    if (a && b && ((a[0] === b[0] && b[0] === point[0]) || (a[1] === b[1] && b[1] === point[1]))) kept.pop();
    kept.push(point);
  }
  return kept;
}

function local(link: Link, from: Port, to: Port, tracks: Tracks): Route {
  const x = gutterTrack(from, tracks);
  const points = [from.card.x, from.y, x, from.y, x, to.y, to.card.x, to.y];
  const gap = Math.abs(to.y - from.y) < 24;
  const badgeY = gap ? Math.min(from.y, to.y) - 12 : (from.y + to.y) / 2;
  return { link, points, badge: [gap ? from.card.x - GUTTER / 2 : x, badgeY], labelX: 0, labelMax: 0 };
}

function selfRoute(link: Link, port: Port): Route {
  const inGutter = port.gutterX !== undefined && !port.key.startsWith("zone/");
  const badge: Point = inGutter
    ? [port.card.x - GUTTER / 2, port.y]
    : [port.card.x + port.card.w - 12 - link.row * 18, port.card.y];
  return { link, points: [], badge, labelX: 0, labelMax: 0 };
}

function through(link: Link, from: Port, to: Port, rowY: number, tracks: Tracks): Route {
  const barFirst = link.from.place === "bar";
  const [barPort, barEnd, port, end0] = barFirst ? [from, link.from, to, link.to] : [to, link.to, from, link.from];
  const other = drop(port, end0, link, rowY, undefined, tracks);
  // A bar without a gutter is as wide as the page, so that every link can meet it straight on.
  const across = barPort.gutterX === undefined ? other[other.length - 1]![0] : undefined;
  const bar = drop(barPort, barEnd, link, rowY, across, tracks);
  const [start, end] = barFirst ? [bar, other] : [other, bar];
  const points = straighten([...start, ...[...end].reverse()]);
  const right = Math.max(start[start.length - 1]![0], end[end.length - 1]![0]);
  const left = Math.min(start[start.length - 1]![0], end[end.length - 1]![0]);
  const badgeX = right - left > 40 ? left + 20 : right;
  return { link, points: points.flat(), badge: [badgeX, rowY], labelX: Math.max(right + 8, badgeX) + 6, labelMax: 0 };
}

/** The largest room at the right of each badge that no other link crosses. */
function giveLabelsRoom(routes: readonly Route[], pageRight: number): Route[] {
  return routes.map((route) => {
    if (route.labelX === 0) return route;
    const y = route.badge[1];
    let right = pageRight;
    for (const other of routes) {
      if (other === route) continue;
      for (let i = 0; i + 3 < other.points.length; i += 2) {
        const [x0, y0, x1, y1] = other.points.slice(i, i + 4) as [number, number, number, number];
        const meets = Math.min(y0, y1) < y + 8 && Math.max(y0, y1) > y - 8;
        const reach = Math.max(x0, x1);
        if (meets && reach >= route.labelX - 6) right = Math.min(right, Math.max(Math.min(x0, x1), route.labelX));
      }
    }
    return { ...route, labelMax: Math.max(0, right - route.labelX - 8) };
  });
}

/** Routes all links of a moment; `processesOf` gives the order of a node's process lines. */
export function routeLinks(
  plan: MapPlan,
  links: readonly Link[],
  processesOf: (machine: string) => readonly string[],
): readonly Route[] {
  const tracks = new Tracks();
  const routes: Route[] = [];
  for (const link of links) {
    const from = portOf(plan, link.from, processesOf(link.from.machine));
    const to = portOf(plan, link.to, processesOf(link.to.machine));
    if (!from || !to) continue;
    if (link.lane === "self") routes.push(selfRoute(link, from));
    else if (link.lane === "local") routes.push(local(link, from, to, tracks));
    else {
      const top = plan.lanes[link.lane] + (link.lane === "t" ? 4 : 10);
      routes.push(through(link, from, to, top + link.row * LANE_ROW + LANE_ROW / 2, tracks));
    }
  }
  return giveLabelsRoom(routes, plan.width - 18);
}
