/** Draws what surrounds the map: heading, messages of the step, last steps, legend. */
import type { MessageSnapshot } from "../../sim/snapshot.ts";
import { actorWords, caption, timeWords } from "../caption.ts";
import type { ClusterModel } from "../cluster-model.ts";
import { badge, box, icon, type Rect, text } from "../draw.ts";
import { thousands } from "../order.ts";
import { POD_CLASSES, podLook } from "../pod-state.ts";
import type { Group, LegendEntry, Shape } from "../scene.ts";
import { textWidth } from "../text-width.ts";
import { messageLook } from "./draw-links.ts";
import { ARROWS_MAX } from "./links.ts";
import { LIST_ROWS, MARGIN, type MapPlan } from "./plan.ts";
import type { Detail } from "./plan-zones.ts";

/** Heading: step, time, revision, and what happened. */
export function drawHeading(plan: MapPlan, model: ClusterModel): Group {
  const { step, now, revision } = model.snapshot;
  const width = plan.width - 2 * MARGIN;
  const right = `time ${timeWords(now)} · revision ${thousands(revision)}`;
  const shapes: Shape[] = [
    text(0, 25, `Step ${thousands(step)}`, width * 0.4, { size: 18, bold: true }),
    text(width, 25, right, width * 0.5, { size: 12, tone: "muted", anchor: "end" }),
    text(0, 46, caption(model.snapshot, model.shortNames), width, { size: 13 }),
  ];
  return { key: "heading", x: MARGIN, y: 0, label: caption(model.snapshot, model.shortNames), shapes };
}

/** "kubelet/worker-1 → kube-apiserver": names as short as they are still clear, shorter still where they do not fit. */
function wayWords(message: MessageSnapshot, names: ReadonlyMap<string, string>, max: number): string {
  const from = actorWords(message.from, names);
  if (message.from === message.to) return from;
  const [component = "", machine = ""] = message.to.split("/");
  const sameMachine = machine !== "" && message.from.endsWith(`/${machine}`);
  const way = `${from} → ${sameMachine ? component : actorWords(message.to, names)}`;
  return textWidth(way, { size: 11 }) <= max ? way : way.replace(/kube-/g, "");
}

function messageRow(message: MessageSnapshot, at: number, width: number, names: ReadonlyMap<string, string>): Shape[] {
  const y = 40 + at * LIST_ROWS.pitch;
  const look = messageLook(message);
  const half = width * 0.54;
  return [
    ...badge(18, y - 4, String(at + 1), look.tone),
    text(34, y, wayWords(message, names, half - 34), half - 34, { size: 11 }),
    text(half + 8, y, `${message.dropped ? "lost: " : ""}${message.label || message.kind}`, width - half - 18, {
      size: 11,
      name: true,
      tone: message.dropped ? "bad" : "muted",
    }),
  ];
}

function messageList(model: ClusterModel, rect: Rect): Group {
  const { messages } = model.snapshot;
  const room = Math.min(LIST_ROWS.messages, Math.floor((rect.h - 28) / LIST_ROWS.pitch));
  const shown = messages.length > room ? room - 1 : messages.length;
  const heading = `Messages in this step · ${messages.length}`;
  const shapes: Shape[] = [
    box({ ...rect, x: 0, y: 0 }, { r: 10, fill: "panel" }),
    text(10, 17, heading, rect.w - 20, { size: 11, bold: true, tone: "muted" }),
  ];
  messages.slice(0, shown).forEach((message, at) => {
    shapes.push(...messageRow(message, at, rect.w, model.shortNames));
  });
  if (messages.length > shown) {
    const arrows = messages.length > ARROWS_MAX ? `; arrows for the first ${ARROWS_MAX}` : "";
    const rest = `and ${messages.length - shown} more${arrows}`;
    shapes.push(text(34, 40 + shown * LIST_ROWS.pitch, rest, rect.w - 44, { size: 11, tone: "muted" }));
  }
  if (messages.length === 0) shapes.push(text(10, 40, "none", rect.w - 20, { size: 11, tone: "muted" }));
  return { key: "messages", x: rect.x, y: rect.y, label: heading, shapes };
}

function stepList(models: readonly ClusterModel[], rect: Rect): Group {
  const room = Math.min(LIST_ROWS.steps, Math.floor((rect.h - 28) / LIST_ROWS.pitch));
  const shown = models.slice(-room);
  const shapes: Shape[] = [
    box({ ...rect, x: 0, y: 0 }, { r: 10, fill: "panel" }),
    text(10, 17, "Last steps", rect.w - 20, { size: 11, bold: true, tone: "muted" }),
  ];
  const numberWidth = Math.max(
    ...shown.map(({ snapshot }) => textWidth(thousands(snapshot.step), { size: 11, bold: true })),
  );
  shown.forEach(({ snapshot, shortNames }, at) => {
    const y = 40 + at * LIST_ROWS.pitch;
    const last = at === shown.length - 1;
    if (last)
      shapes.push(box({ x: 6, y: y - 14, w: rect.w - 12, h: 20 }, { r: 4, tone: "info", fill: "tint", line: "none" }));
    shapes.push(
      text(14 + numberWidth, y, thousands(snapshot.step), numberWidth + 4, {
        size: 11,
        bold: true,
        anchor: "end",
        ...(last ? { tone: "info" } : {}),
      }),
      text(24 + numberWidth, y, caption(snapshot, shortNames), rect.w - numberWidth - 34, {
        size: 11,
        tone: last ? "plain" : "muted",
      }),
    );
  });
  return { key: "steps", x: rect.x, y: rect.y, label: "Last steps", shapes };
}

/** Lists under the map: messages with the numbers of their arrows, and the steps before. */
export function drawLists(plan: MapPlan, models: readonly ClusterModel[], frame: number): Group[] {
  const { lists } = plan;
  const left = Math.round((lists.w - 12) * 0.57);
  const model = models[frame]!;
  return [
    messageList(model, { ...lists, w: left }),
    stepList(models.slice(0, frame + 1), { x: lists.x + left + 12, y: lists.y, w: lists.w - left - 12, h: lists.h }),
  ];
}

/** The legend's entries: states of pods, then kinds of arrows, then how to read tiles where there are any. */
export function mapLegend(detail: Detail): readonly LegendEntry[] {
  const states = POD_CLASSES.map((podClass): LegendEntry => {
    const { icon: name, tone, line, word } = podLook(podClass);
    return { text: word, tone, icon: name, line };
  });
  return [
    ...states,
    { text: "message", tone: "info", line: "solid", arrow: true },
    { text: "answer", tone: "info", line: "dashed", arrow: true },
    { text: "watch notice", tone: "going", line: "dotted", arrow: true },
    { text: "lost message", tone: "bad", icon: "cross", line: "heavy-dashed", arrow: true },
    { text: "cut link", tone: "bad", icon: "cut", line: "heavy-dashed", arrow: true },
    { text: "acts in this step", tone: "info", line: "heavy" },
    ...(detail === "tiles" ? [TILE_ENTRY] : []),
  ];
}

const TILE_ENTRY: LegendEntry = { text: "1 +9: node 1 and the next 9", tone: "muted", line: "solid" };

function legendSample(entry: LegendEntry, x: number, y: number): Shape[] {
  const line = entry.line ?? "solid";
  if (entry.arrow) {
    const head = entry.icon ? {} : { head: true as const };
    const shapes: Shape[] = [{ kind: "line", points: [x, y + 7, x + 24, y + 7], tone: entry.tone, line, ...head }];
    if (entry.icon) {
      shapes.push(
        box({ x: x + 5, y, w: 14, h: 14 }, { r: 7, tone: entry.tone, line: "solid" }),
        icon(x + 7.5, y + 2.5, 9, entry.icon, entry.tone),
      );
    }
    return shapes;
  }
  const sample = box({ x, y, w: 16, h: 14 }, { r: 3, tone: entry.tone, fill: entry.icon ? "tint" : "card", line });
  return entry.icon ? [sample, icon(x + 3, y + 2, 10, entry.icon, entry.tone)] : [sample];
}

const LEGEND_ROW = 20;

interface LegendPlace {
  readonly entry: LegendEntry;
  readonly x: number;
  readonly row: number;
  /** Where the words begin, from `x`, and how wide they are. */
  readonly sample: number;
  readonly w: number;
}

/** Where each entry stands: rows that are filled from the left; arrows begin a row of their own. */
function legendPlaces(entries: readonly LegendEntry[], width: number): readonly LegendPlace[] {
  let x = 0;
  let row = 0;
  let rowOfArrows = false;
  return entries.map((entry): LegendPlace => {
    const sample = entry.arrow ? 30 : 22;
    const w = Math.ceil(textWidth(entry.text, { size: 11 })) + 1;
    if (x > 0 && (x + sample + w > width || (entry.arrow && !rowOfArrows))) {
      x = 0;
      row++;
    }
    rowOfArrows ||= entry.arrow === true;
    const place = { entry, x, row, sample, w };
    x += sample + w + 18;
    return place;
  });
}

/** Height of a legend of that width in pixels; a picture's plan needs it before anything is drawn. */
export function legendHeight(entries: readonly LegendEntry[], width: number): number {
  return ((legendPlaces(entries, width).at(-1)?.row ?? 0) + 1) * LEGEND_ROW;
}

/** Draws a legend as rows of samples with words. */
export function drawLegend(entries: readonly LegendEntry[], rect: Rect): Group {
  const shapes = legendPlaces(entries, rect.w).flatMap(({ entry, x, row, sample, w }): Shape[] => [
    ...legendSample(entry, x, row * LEGEND_ROW),
    text(x + sample, row * LEGEND_ROW + 11, entry.text, w, { size: 11, tone: "muted" }),
  ]);
  return { key: "legend", x: rect.x, y: rect.y, label: "Legend", shapes };
}
