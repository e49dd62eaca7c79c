/** Draws zones, nodes with their kubelet and container runtime, pods in their slots, and the tray of pods without a node. */
import type { ProcessSnapshot } from "../../sim/snapshot.ts";
import { type ClusterModel, isRetired, memberCount, type NodeView, nodeWords, type PodView } from "../cluster-model.ts";
import { box, icon, text } from "../draw.ts";
import { plural, thousands } from "../order.ts";
import { podLook } from "../pod-state.ts";
import type { Group, IconName, Shape } from "../scene.ts";
import { textWidth } from "../text-width.ts";
import { componentIcon, doingWords, isActive } from "./draw-masters.ts";
import { type MapPlan, TRAY_LABEL, TRAY_POD, trayColumns } from "./plan.ts";
import { GUTTER, NODE_HEADER, type NodePlan, POD_SIZE, PROCESS_ROW, type ZonePlan } from "./plan-zones.ts";
import type { SlotMap } from "./slots.ts";

/** Accessible name of a pod. */
function podWords(pod: PodView): string {
  const where = pod.node === "" ? "waiting for a node" : `on ${pod.node}`;
  return `pod ${pod.namespace}/${pod.name}, ${pod.state.word}, ${where}`;
}

function podCard(pod: PodView, x: number, y: number, w: number): Group {
  const look = podLook(pod.state.podClass);
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w, h: 34 }, { r: 5, tone: look.tone, fill: "tint", line: look.line }),
    text(7, 13.5, pod.name, w - 14, { size: 11, bold: true, name: true }),
    icon(6, 18.5, 11, look.icon, look.tone),
    text(19, 28, pod.state.word, w - 22, { size: 9.5, tone: look.tone }),
  ];
  return { key: pod.key, x, y, label: podWords(pod), shapes };
}

function podSquare(pod: PodView, x: number, y: number): Group {
  const look = podLook(pod.state.podClass);
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w: 20, h: 20 }, { r: 4, tone: look.tone, fill: "tint", line: look.line }),
    icon(4, 4, 12, look.icon, look.tone),
  ];
  return { key: pod.key, x, y, label: podWords(pod), shapes };
}

function processLine(process: ProcessSnapshot, width: number, step: number, retired: boolean): Group {
  const active = isActive(process, step);
  const down = !process.running;
  const bad = retired ? "muted" : "bad";
  const tone = down ? bad : active ? "info" : "muted";
  const shapes: Shape[] = [];
  if (active)
    shapes.push(
      box({ x: -3, y: -3, w: width + 6, h: PROCESS_ROW - 1 }, { r: 4, tone: "info", fill: "tint", line: "none" }),
    );
  shapes.push(icon(0, 0, 11, down ? "cross" : componentIcon(process.component), down || active ? tone : "plain"));
  const name = process.component;
  const nameMax = Math.min(84, width * 0.45);
  shapes.push(text(17, 9.5, name, nameMax, { size: 11, bold: true, ...(down ? { tone: bad } : {}) }));
  const x = 17 + nameMax + 4;
  shapes.push(text(x, 9.5, doingWords(process, step), width - x, { size: 11, tone, bold: down }));
  return {
    key: `process/${process.id}`,
    x: 0,
    y: 0,
    label: `${name} on ${process.machine}: ${doingWords(process, step)}`,
    shapes,
  };
}

function healthSign(node: NodeView): IconName {
  if (isRetired(node)) return "minus";
  if (!node.health.healthy) return "cross";
  return /cordoned/.test(node.health.word) ? "pause" : "check";
}

function nodeCard(node: NodeView, place: NodePlan): Group {
  const { card } = place;
  const { healthy, word } = node.health;
  const retired = isRetired(node);
  const tone = healthy ? "ok" : retired ? "muted" : "bad";
  const shown = node.health.short ?? word;
  const wordMax = Math.min(140, textWidth(shown, { size: 11, bold: !healthy }) + 1);
  const shapes: Shape[] = [
    box(
      { ...card, x: 0, y: 0 },
      healthy || retired
        ? { r: 7, tone: "muted", line: retired ? "dashed" : "solid" }
        : { r: 7, tone, line: "heavy-dashed", fill: "tint" },
    ),
    icon(9, 7, 13, "machine", healthy ? "plain" : tone),
    text(28, 18, node.controlPlane ? `${node.name} (control plane)` : node.name, card.w - 64 - wordMax, {
      size: 12,
      bold: true,
      name: true,
    }),
    icon(card.w - 20, 7.5, 12, healthSign(node), tone),
    text(card.w - 26, 18, shown, wordMax, { size: 11, bold: !healthy, anchor: "end", tone }),
  ];
  return { key: `node//${node.name}`, x: card.x, y: card.y, label: `${nodeWords(node)}, ${word}`, shapes };
}

function podsOf(place: NodePlan, pods: readonly PodView[], slots: SlotMap, detail: "cards" | "squares"): Group[] {
  const size = POD_SIZE[detail];
  const inner = place.card.w - 12;
  const w = detail === "cards" ? (inner - (place.podColumns - 1) * size.gap) / place.podColumns : size.w;
  return pods.map((pod) => {
    const slot = slots.get(pod.key) ?? 0;
    const x = place.card.x + 6 + (slot % place.podColumns) * (w + size.gap);
    const y = place.podsTop + Math.floor(slot / place.podColumns) * (size.h + size.gap);
    return detail === "cards" ? podCard(pod, x, y, w) : podSquare(pod, x, y);
  });
}

/** Panel of a zone with its name and what it holds. */
export function zonePanel(zone: ZonePlan, nodes: number, pods: number): Group {
  const name = zone.zone === "" ? "Nodes" : zone.zone;
  const holds = `${plural(nodes, "node")} · ${plural(pods, "pod")}`;
  const { panel } = zone;
  const shapes: Shape[] = [
    box({ ...panel, x: 0, y: 0 }, { r: 10, fill: "panel" }),
    text(zone.nodes.length > 0 ? GUTTER : 10, 17, `${name} · ${holds}`, (zone.nodes[0]?.card.w ?? panel.w - 20) - 4, {
      size: 11,
      bold: true,
      tone: "muted",
    }),
  ];
  return { key: `zone/${zone.zone}`, x: panel.x, y: panel.y, label: `${name}: ${holds}`, shapes };
}

/** Zones, nodes and pods at the level of single pods. */
export function drawNodes(plan: MapPlan, model: ClusterModel, frame: number): Group[] {
  const detail = plan.detail === "cards" ? "cards" : "squares";
  const slots = plan.slots.frames[frame] ?? new Map<string, number>();
  const groups: Group[] = [];
  const byName = new Map(model.nodes.map((node) => [node.name, node]));
  for (const zone of plan.zones) {
    const present = zone.nodes.filter((place) => byName.has(place.name));
    const pods = present.reduce((total, place) => total + (model.podsByNode.get(place.name)?.length ?? 0), 0);
    groups.push(zonePanel(zone, memberCount(present.map(({ name }) => byName.get(name)!)), pods));
    for (const place of present) {
      const node = byName.get(place.name)!;
      groups.push(nodeCard(node, place));
      node.processes.forEach((process, at) => {
        const line = processLine(process, place.card.w - 20, model.snapshot.step, isRetired(node));
        groups.push({ ...line, x: place.card.x + 10, y: place.card.y + NODE_HEADER + 1 + at * PROCESS_ROW });
      });
      groups.push(...podsOf(place, model.podsByNode.get(place.name) ?? [], slots, detail));
    }
  }
  return groups;
}

/** The tray of pods that have no node yet (or whose node is gone). */
export function drawTray(plan: MapPlan, model: ClusterModel, frame: number): Group[] {
  const { tray } = plan;
  if (!tray) return [];
  const pods = model.unscheduled;
  const columns = trayColumns(tray.w);
  const room = columns * (plan.detail === "tiles" ? 1 : TRAY_POD.rowsMax);
  const slots = plan.slots.frames[frame];
  const shown = pods.map((pod, at) => ({ pod, slot: slots?.get(pod.key) ?? at })).filter(({ slot }) => slot < room);
  const hidden = pods.length - shown.length;
  const count =
    hidden > 0 ? `${plural(pods.length, "pod")}, ${thousands(hidden)} not drawn` : plural(pods.length, "pod");
  const shapes: Shape[] = [
    box({ ...tray, x: 0, y: 0 }, { r: 10, fill: "panel", tone: "wait", line: "dotted" }),
    icon(10, 9, 12, "clock", "wait"),
    text(28, 19, "Waiting for a node", TRAY_LABEL - 32, { size: 11, bold: true, tone: "muted" }),
    text(28, 34, pods.length === 0 ? "none" : count, TRAY_LABEL - 32, { size: 11, tone: "muted" }),
  ];
  const groups: Group[] = [{ key: "tray", x: tray.x, y: tray.y, label: `Waiting for a node: ${count}`, shapes }];
  for (const { pod, slot } of shown) {
    const x = tray.x + TRAY_LABEL + (slot % columns) * (TRAY_POD.w + TRAY_POD.gap);
    const y = tray.y + TRAY_POD.gap + Math.floor(slot / columns) * (TRAY_POD.h + TRAY_POD.gap);
    groups.push(podCard(pod, x, y, TRAY_POD.w));
  }
  return groups;
}
