/** Draws links: arrows with their number and label, lost messages with a cross, cut links as a broken line. */

import type { MessageSnapshot } from "../../sim/snapshot.ts";
import { badge, icon, text } from "../draw.ts";
import { ownOf } from "../order.ts";
import type { Group, LineStyle, Shape, Tone } from "../scene.ts";
import { textWidth } from "../text-width.ts";
import type { Route } from "./routes.ts";

/** Tone and line of a message: requests solid, answers dashed, watch notices dotted, lost ones in the bad tone. */
export function messageLook(message: MessageSnapshot): { readonly tone: Tone; readonly line: LineStyle } {
  if (message.dropped) return { tone: "bad", line: "heavy-dashed" };
  if (message.kind === "response") return { tone: "info", line: "dashed" };
  if (message.kind === "deliver") return { tone: "going", line: "dotted" };
  return { tone: "info", line: "solid" };
}

/** Port on which each component is reached, with its protocol. */
const PORTS: Readonly<Record<string, string>> = {
  "kube-apiserver": "tcp:6443",
  etcd: "tcp:2379",
  kubelet: "tcp:10250",
  containerd: "unix socket",
};

/** "tcp:6443": what a message travels by; "" where that is not known. An answer comes by what was asked. */
function portWords({ from, to, kind }: MessageSnapshot): string {
  const [sender = "", receiver = ""] = [from.split("/")[0], to.split("/")[0]];
  if (sender === receiver) return sender === "etcd" && from !== to ? "tcp:2380" : "";
  const server = kind === "response" || kind === "deliver" ? sender : receiver;
  return ownOf(PORTS, server) ?? "";
}

/** What a message is, in words: who sends what to whom, and whether it was lost. */
export function messageWords(message: MessageSnapshot): string {
  const label = message.label === "" ? "" : `: ${message.label}`;
  const lost = message.dropped ? " (lost)" : "";
  const port = portWords(message);
  const by = port === "" ? "" : ` by ${port}`;
  return message.from === message.to
    ? `${message.from}, ${message.kind}${label}${lost}`
    : `${message.from} to ${message.to}${by}, ${message.kind}${label}${lost}`;
}

/** Cuts a polyline after its first leg's middle: that far a lost message comes. */
function firstHalf(points: readonly number[]): number[] {
  const legs = points.length / 2 - 1;
  const length = (i: number): number =>
    Math.abs(points[2 * i + 2]! - points[2 * i]!) + Math.abs(points[2 * i + 3]! - points[2 * i + 1]!);
  let total = 0;
  for (let i = 0; i < legs; i++) total += length(i);
  let left = total * 0.72;
  const kept = points.slice(0, 2);
  for (let i = 0; i < legs; i++) {
    const share = Math.min(1, left / Math.max(1, length(i)));
    const [x0, y0, x1, y1] = points.slice(2 * i, 2 * i + 4) as [number, number, number, number];
    kept.push(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
    left -= length(i);
    if (left <= 0) break;
  }
  return kept;
}

function crossAt(points: readonly number[], tone: Tone): Shape[] {
  const x = points[points.length - 2]!;
  const y = points[points.length - 1]!;
  return [
    { kind: "box", x: x - 8, y: y - 8, w: 16, h: 16, r: 8, fill: "card", tone, line: "solid" },
    icon(x - 5.5, y - 5.5, 11, "cross", tone),
  ];
}

function cut(route: Route): Group {
  const [x, y] = route.badge;
  const shapes: Shape[] = [
    { kind: "line", points: route.points, tone: "bad", line: "heavy-dashed" },
    { kind: "box", x: x - 9, y: y - 9, w: 18, h: 18, r: 9, fill: "card", tone: "bad", line: "solid" },
    icon(x - 6, y - 6, 12, "cut", "bad"),
  ];
  if (route.labelMax >= 40)
    shapes.push(text(route.labelX + 4, y + 4, "link cut", route.labelMax, { size: 11, bold: true, tone: "bad" }));
  const { from, to } = route.link;
  const name = (end: typeof from): string => end.process || "client";
  return { key: route.link.key, x: 0, y: 0, label: `link cut between ${name(from)} and ${name(to)}`, shapes };
}

/** Draws one link. */
export function drawLink(route: Route): Group {
  const { link, points } = route;
  const { message } = link;
  if (!message) return cut(route);
  const { tone, line } = messageLook(message);
  const shapes: Shape[] = [];
  const way = message.dropped && points.length > 0 ? firstHalf(points) : points;
  if (way.length > 0)
    shapes.push({ kind: "line", points: way, tone, line, ...(message.dropped ? {} : { head: true }) });
  shapes.push(...badge(route.badge[0], route.badge[1], String(link.number), tone));
  if (message.dropped && way.length > 0) shapes.push(...crossAt(way, tone));
  if (route.labelMax >= 48 && message.label !== "") {
    const port = portWords(message);
    const whole = port === "" ? message.label : `${port} · ${message.label}`;
    const fits = textWidth(whole, { size: 11 }) <= route.labelMax;
    const words = fits ? whole : message.label;
    shapes.push(text(route.labelX, route.badge[1] + 4, words, route.labelMax, { size: 11, tone, name: true }));
  }
  return { key: link.key, x: 0, y: 0, label: `${link.number}. ${messageWords(message)}`, shapes };
}
