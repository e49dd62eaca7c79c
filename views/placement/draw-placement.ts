/** Draws the placement grid: machines with their taints and what is taken of them, pods as cells of their owner, and who waits. */

import { isRetired, nodeWords } from "../cluster-model.ts";
import { box, icon, type Rect, text } from "../draw.ts";
import type { SlotMap } from "../map/slots.ts";
import { plural, thousands } from "../order.ts";
import { podLook } from "../pod-state.ts";
import type { Group, LegendEntry, LineStyle, Shape } from "../scene.ts";
import { wrapText } from "../text-width.ts";
import { percent } from "./amount.ts";
import { bar, type Letters, ownerTone, shareWords } from "./draw-share.ts";
import { drawTile } from "./draw-tile.ts";
import type { Host, Occupancy, PlacedPod } from "./occupancy.ts";
import {
  byReason,
  type Column,
  GRID,
  marksAcross,
  namedTaints,
  type PlacementPlan,
  STRIP_LINE,
  type Zone,
} from "./plan-placement.ts";

/** What a machine's head says of it, for a screen reader and the table. */
export function hostWords({ node, taints, shares, pods }: Host): string {
  const held = taints.length === 0 ? "no taints" : `${plural(taints.length, "taint")}: ${taints.join(", ")}`;
  return `${node.health.word}, ${plural(pods.length, "pod")}, ${shares.map(shareWords).join(", ")} taken, ${held}`;
}

/** Below this a head has room for hundredths only. */
const NARROW = 156;

/** A taint as its head shows it: without the prefix that Kubernetes' own taints have. */
const shortTaint = (taint: string): string => taint.replace(/^node(-role)?\.kubernetes\.io\//, "");

function drawHost(plan: PlacementPlan, column: Column, host: Host): Group {
  const { x, y, w, h } = column;
  const { node, taints, shares } = host;
  const inner = w - 2 * GRID.pad;
  const left = GRID.pad;
  const good = node.health.healthy;
  const tone = good ? "plain" : isRetired(node) ? "muted" : "bad";
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w, h }, { r: 7, tone, line: good ? "hairline" : isRetired(node) ? "dashed" : "heavy" }),
    text(left, 18, node.name, inner, { size: 12, bold: true, name: true }),
  ];
  const state = node.controlPlane ? `${node.health.word} · control plane` : node.health.word;
  if (good) shapes.push(text(left, 33, state, inner, { size: 10, tone: "muted" }));
  else
    shapes.push(
      icon(left, 23, 12, isRetired(node) ? "minus" : "cross", tone),
      text(left + 16, 33, node.health.short ?? node.health.word, inner - 16, { size: 10, bold: true, tone }),
    );
  shares.forEach((share, at) => {
    const top = 40 + at * 17;
    shapes.push(text(left, top + 8, share.name === "memory" ? "mem" : share.name, 30, { size: 10, tone: "muted" }));
    shapes.push(...bar({ x: left + 32, y: top + 2, w: 34 }, share));
    const words = inner < NARROW ? `${percent(share.used, share.all)}%` : shareWords(share).replace(/ (CPU|pods)$/, "");
    shapes.push(text(left + 72, top + 8, words, inner - 72, { size: 10 }));
  });
  const named = namedTaints(taints.length);
  taints.slice(0, named).forEach((taint, at) => {
    const top = 92 + at * GRID.taint;
    shapes.push(
      icon(left, top, 11, "stop", "wait"),
      text(left + 15, top + 9.5, shortTaint(taint), inner - 15, { size: 10, bold: true, tone: "wait" }),
    );
  });
  if (taints.length > named) {
    const words = `and ${taints.length - named} more taints`;
    shapes.push(text(left + 15, 92 + named * GRID.taint + 9.5, words, inner - 15, { size: 10, tone: "wait" }));
  }
  const top = plan.headH - 5;
  shapes.push({ kind: "line", points: [0, top, w, top], line: "hairline" });
  return { key: `node//${node.name}`, x, y, label: `${nodeWords(node)}, ${hostWords(host)}`, shapes };
}

/** A pod in words: whose, where, how it is. */
function podLabel({ view, owner, reason }: PlacedPod): string {
  const whose = owner === "" ? "of nobody" : `of ${owner}`;
  const where = view.node === "" ? "waiting for a machine" : `on ${view.node}`;
  return `pod ${view.namespace}/${view.name}, ${whose}, ${view.state.word}, ${where}${reason === "" ? "" : `: ${reason}`}`;
}

function podShapes(pod: PlacedPod, size: { w: number; h: number }, letters: Letters): Shape[] {
  const { w, h } = size;
  const { view, owner } = pod;
  const { icon: name, tone: state, line } = podLook(view.state.podClass);
  const tone = ownerTone(owner, letters);
  const letter = letters.get(owner) ?? "·";
  const outline: LineStyle = line === "heavy-dashed" ? "heavy" : line;
  const frame = box({ x: 0, y: 0, w, h }, { r: 5, tone, fill: "tint", line: outline });
  if (w < 60)
    return [frame, text(4, h - 6, letter, 10, { size: 11, bold: true, tone }), icon(w - 13, 3, 10, name, state)];
  return [
    frame,
    box({ x: 3, y: 3, w: 18, h: h - 6 }, { r: 3, tone, fill: "solid", line: "none" }),
    text(12, h / 2 + 4, letter, 16, { size: 11, bold: true, anchor: "middle", tone, inverse: true }),
    text(26, h / 2 + 4, view.name, w - 46, { size: 11, name: true }),
    icon(w - 16, h / 2 - 6, 12, name, state),
  ];
}

/** Where a machine's pods stand in its column. */
interface Room {
  readonly column: Column;
  readonly asLines: boolean;
  /** First line of pods, from the column's upper edge. */
  readonly top: number;
}

/** Cells of a machine's pods, each in the slot that it keeps. */
function drawPods(host: Host, { column, asLines, top }: Room, slots: SlotMap, letters: Letters): Group[] {
  const inner = column.w - 2 * GRID.pad;
  const perRow = asLines ? 1 : marksAcross(column.w);
  const pitch = asLines ? GRID.line : GRID.square;
  const size = asLines ? { w: inner, h: GRID.line - 2 } : { w: GRID.square - 3, h: GRID.square - 3 };
  return host.pods.map((pod): Group => {
    const slot = slots.get(pod.view.key) ?? 0;
    return {
      key: pod.view.key,
      x: column.x + GRID.pad + (slot % perRow) * GRID.square,
      y: column.y + top + Math.floor(slot / perRow) * pitch,
      label: podLabel(pod),
      shapes: podShapes(pod, size, letters),
    };
  });
}

function drawZone({ kind, x, y, w, h, name, title }: Zone): Group {
  const shapes: Shape[] = [
    box(
      { x: 0, y: 0, w, h },
      { r: 9, fill: "panel", ...(kind === "masters" ? { line: "dashed", tone: "muted" } : {}) },
    ),
  ];
  const at = kind === "masters" ? { x: 10, y: h / 2 + 4, max: 108 } : { x: 10, y: 18, max: w - 20 };
  shapes.push(text(at.x, at.y, title, at.max, { size: 11, bold: true, tone: "muted" }));
  return { key: `zone/${name}`, x, y, label: title, shapes };
}

function drawMaster(column: Column, host: Host | undefined): Group {
  const { x, y, w, h, machines } = column;
  const name = machines[0]!;
  const words =
    host === undefined
      ? "no kubelet: runs no pods"
      : `${plural(host.pods.length, "pod")}${host.taints.length > 0 ? ", tainted" : ""}`;
  const tainted = host !== undefined && host.taints.length > 0;
  const shapes = [
    box({ x: 0, y: 0, w, h }, { r: 5 }),
    text(8, 17, name, 64, { size: 11, bold: true }),
    ...(tainted ? [icon(76, 8, 11, "stop", "wait")] : []),
    text(tainted ? 91 : 76, 17, words, w - (tainted ? 97 : 82), { size: 10, tone: "muted" }),
  ];
  return { key: `machine/${name}`, x, y, label: `control-plane machine ${name}, ${words}`, shapes };
}

/** The tray: each pod that waits, with the scheduler's own reason beside it. */
function drawTray(plan: PlacementPlan, moment: Occupancy, frame: number, letters: Letters): Group[] {
  const { tray, trayRows, slots } = plan;
  if (tray === undefined) return [];
  const { waiting } = moment;
  const title = `Waiting for a machine · ${thousands(waiting.length)}`;
  const room: Rect = { ...tray, x: 0, y: 0 };
  const shown = waiting.filter(({ view }) => (slots.frames[frame]!.get(view.key) ?? 0) < trayRows);
  const shapes: Shape[] = [
    box(room, { r: 9, fill: "panel", tone: "wait", line: waiting.length > 0 ? "dotted" : "hairline" }),
    text(10, 18, title, tray.w - 20, { size: 11, bold: true, tone: waiting.length > 0 ? "wait" : "muted" }),
  ];
  if (waiting.length > shown.length) {
    const reasons = byReason(waiting.filter((pod) => !shown.includes(pod)));
    const [first = "", same = []] = reasons[0] ?? [];
    const words = `and ${plural(waiting.length - shown.length, "more pod")}; ${thousands(same.length)} of them: ${first || "no obstacle reported"}`;
    shapes.push(text(10, tray.h - 10, words, tray.w - 20, { size: 11, tone: "muted" }));
  }
  const groups: Group[] = [{ key: "tray", x: tray.x, y: tray.y, label: title, shapes }];
  for (const pod of shown) {
    const x = tray.x + GRID.pad;
    const y = tray.y + 28 + (slots.frames[frame]!.get(pod.view.key) ?? 0) * GRID.trayRow;
    const size = { w: 210, h: GRID.line - 2 };
    const words = wrapText(
      pod.reason || "Not placed yet; the scheduler has reported no obstacle.",
      tray.w - size.w - 40,
      2,
      {
        size: 11,
      },
    );
    groups.push(
      { key: pod.view.key, x, y, label: podLabel(pod), shapes: podShapes(pod, size, letters) },
      {
        key: `reason/${pod.view.key}`,
        x: x + size.w + 14,
        y,
        shapes: words.map((line, at) =>
          text(0, (words.length > 1 ? 10 : 16) + at * 14, line, tray.w - size.w - 38, {
            size: 11,
            tone: pod.reason === "" ? "muted" : "wait",
          }),
        ),
      },
    );
  }
  return groups;
}

/** Everything between heading and legend, at one moment. */
export function drawPlacement(plan: PlacementPlan, moment: Occupancy, frame: number, letters: Letters): Group[] {
  const hosts = new Map(moment.hosts.map((host) => [host.node.name, host]));
  const groups: Group[] = [];
  const pods: Group[] = [];
  const slots = plan.slots.frames[frame]!;
  const asLines = plan.grain === "lines";
  for (const zone of plan.zones) {
    groups.push(drawZone(zone));
    for (const column of zone.columns) {
      const here = column.machines.flatMap((name) => hosts.get(name) ?? []);
      const [host] = here;
      if (zone.kind === "masters") {
        groups.push(drawMaster(column, host));
        if (host !== undefined && plan.grain !== "tiles")
          pods.push(...drawPods(host, { column, asLines: false, top: STRIP_LINE }, slots, letters));
      } else if (host === undefined) continue;
      else if (plan.grain === "tiles") groups.push(drawTile(column, here, letters));
      else {
        groups.push(drawHost(plan, column, host));
        pods.push(...drawPods(host, { column, asLines, top: plan.headH }, slots, letters));
      }
    }
  }
  return [...groups, ...drawTray(plan, moment, frame, letters), ...pods];
}

/** Pods whose owner a plan draws, and those among them that are marks of their own and show their state. */
function drawnPods(plan: PlacementPlan, moments: readonly Occupancy[]): [owned: PlacedPod[], marks: PlacedPod[]] {
  const inStrip = new Set(
    plan.zones.flatMap(({ kind, columns }) => (kind === "masters" ? columns : [])).flatMap(namesOf),
  );
  const tiles = plan.grain === "tiles";
  const placed = moments.flatMap(({ hosts }) => hosts.filter(({ node }) => !tiles || !inStrip.has(node.name)));
  const onHosts = placed.flatMap(({ pods }) => pods);
  const inTray = moments.flatMap(({ waiting }, frame) =>
    waiting.filter(({ view }) => (plan.slots.frames[frame]!.get(view.key) ?? 0) < plan.trayRows),
  );
  return [[...onHosts, ...inTray], tiles ? inTray : [...onHosts, ...inTray]];
}

const namesOf = ({ machines }: Column): readonly string[] => machines;

/** Of what the plan draws: owners with their letters, then states of pods, then the mark of a taint. */
export function placementLegend(
  plan: PlacementPlan,
  moments: readonly Occupancy[],
  letters: Letters,
): readonly LegendEntry[] {
  const [owned, marks] = drawnPods(plan, moments);
  const present = new Set(owned.map(({ owner }) => owner));
  const drawn = [...letters].filter(([owner]) => present.has(owner));
  const owners = drawn.slice(0, OWNERS_MAX).map(([owner, letter]): LegendEntry => {
    return { text: `${letter} ${owner.replace(/ default\//, " ")}`, tone: ownerTone(owner, letters), line: "solid" };
  });
  const more = drawn.length - owners.length;
  if (more > 0) owners.push({ text: `and ${more} more owners`, tone: "muted", line: "solid" });
  const classes = new Set(marks.map(({ view }) => view.state.podClass));
  const states = [...classes].sort().map((podClass): LegendEntry => {
    const { icon: name, tone, word } = podLook(podClass);
    return { text: word, tone, icon: name, line: "hairline" };
  });
  const tainted = moments.some(({ hosts }) => hosts.some(({ taints }) => taints.length > 0));
  const taint: LegendEntry = { text: "taint", tone: "wait", icon: "stop", line: "none" };
  return [...owners, ...states, ...(tainted ? [taint] : [])];
}

const OWNERS_MAX = 8;
