/** Draws a line of time: lanes, marks or bars, the causes of one object, the axis, and the cursor with what it points at. */
import type { JournalEntry } from "../../sim/snapshot.ts";
import { type ActorNames, actorWords, causeWords, deedWords, entryWords, saidWords, timeWords } from "../caption.ts";
import { box, icon, text } from "../draw.ts";
import { groupBy, plural, thousands } from "../order.ts";
import type { Group, LegendEntry, Shape } from "../scene.ts";
import { textWidth, wrapText } from "../text-width.ts";
import { LANES, type LanesPlan, laneOf } from "./plan-lanes.ts";
import { ACT_KINDS, type ActKind, type ActorLane, actKind, actLook } from "./record.ts";

/** Virtual time on the axis, to the millisecond: neighbouring steps differ by little. */
const axisTime = (microseconds: number): string => `${thousands(Math.floor(microseconds / 1000))} ms`;

/** Lanes with their names, and the axis: steps above, virtual time below. */
export function drawField(plan: LanesPlan, names: ActorNames): Group {
  const { chartW, lanesH, lanes, steps, entries } = plan;
  const shapes: Shape[] = [box({ x: 0, y: 0, w: chartW, h: lanesH + LANES.axis - 4 }, { r: 10, fill: "panel" })];
  for (const { actor, entries: own } of lanes) {
    const y = plan.y(actor);
    const count = thousands(own.length);
    const countWidth = textWidth(count, { size: 10 }) + 1;
    shapes.push(
      text(12, y + 4, actorWords(actor, names), LANES.name - 26 - countWidth, { size: 11, bold: true }),
      text(LANES.name - 4, y + 4, count, countWidth, { size: 10, tone: "muted", anchor: "end" }),
      { kind: "line", points: [LANES.name + 4, y, chartW - 8, y], line: "hairline" },
    );
  }
  const time = new Map(entries.map((entry) => [entry.step, entry.at]));
  let free = 0;
  for (const step of steps) {
    const x = plan.x(step);
    const words = [thousands(step), axisTime(time.get(step) ?? 0)] as const;
    const w = Math.max(textWidth(words[0], { size: 10 }), textWidth(words[1], { size: 10 })) + 1;
    if (x - w / 2 < Math.max(free, LANES.name) || x + w / 2 > chartW - 2) continue;
    shapes.push(
      { kind: "line", points: [x, lanesH - 2, x, lanesH + 4], line: "hairline" },
      text(x, lanesH + 15, words[0], w, { size: 10, anchor: "middle", tone: "muted" }),
      text(x, lanesH + 29, words[1], w, { size: 10, anchor: "middle", tone: "muted" }),
    );
    free = x + w / 2 + 10;
  }
  shapes.push(
    text(LANES.name - 4, lanesH + 15, "step", 60, { size: 10, anchor: "end", tone: "muted" }),
    text(LANES.name - 4, lanesH + 29, "virtual time", 100, { size: 10, anchor: "end", tone: "muted" }),
  );
  return { key: "lanes", x: LANES.margin, y: LANES.top, label: plural(lanes.length, "component"), shapes };
}

const MARK = 16;

/**
 * Marks of one lane: a glyph for each act, a thin stroke where they stand too close; trouble and `first` get glyphs first.
 * Where there is a `first`, the others are faint.
 */
function laneMarks(plan: LanesPlan, lane: ActorLane, first: ReadonlySet<JournalEntry>): Shape[] {
  const y = plan.y(lane.actor);
  const places = [...groupBy(lane.entries, (entry) => String(plan.x(entry.step))).values()].map((own) => {
    const kinds = own.map(actKind);
    const isWrong = kinds.includes("trouble");
    const kind = isWrong ? "trouble" : (kinds[0] ?? "notice");
    const led = own.some((entry) => first.has(entry));
    return { x: plan.x(own[0]!.step), kind, urgent: isWrong || led, faint: first.size > 0 && !led };
  });
  const taken: number[] = [];
  const glyphs = new Set<number>();
  for (const urgent of [true, false]) {
    for (const place of places) {
      if (place.urgent !== urgent || taken.some((x) => Math.abs(x - place.x) < MARK + 1)) continue;
      taken.push(place.x);
      glyphs.add(place.x);
    }
  }
  return places.flatMap(({ x, kind, faint }): Shape[] => {
    const { tone: strong, icon: glyph } = actLook(kind);
    const tone = faint ? "muted" : strong;
    if (faint && glyphs.has(x)) return [icon(x - 5.5, y - 5.5, 11, glyph, tone)];
    if (!glyphs.has(x)) return [{ kind: "line", points: [x, y - MARK / 2, x, y + MARK / 2], tone, line: "solid" }];
    const rect = { x: x - MARK / 2, y: y - MARK / 2, w: MARK, h: MARK };
    const line = kind === "trouble" ? "heavy" : "solid";
    return [box(rect, { r: 4, tone, fill: "tint", line }), icon(x - 5.5, y - 5.5, 11, glyph, tone)];
  });
}

/** Bars of one lane: how many acts in each run of steps; trouble as a cross on top. */
function laneBars(plan: LanesPlan, actor: string, entries: readonly JournalEntry[], most: number): Shape[] {
  const base = plan.y(actor) + LANES.pitch / 2 - 3;
  const room = LANES.pitch - 8;
  const w = Math.max(2, (plan.chartW - LANES.name) / Math.max(1, plan.steps.length / plan.perBin) - 2);
  return [...groupBy(entries, (entry) => String(plan.x(entry.step)))].flatMap(([, own]) => {
    const x = plan.x(own[0]!.step);
    const h = Math.max(1.5, (room * own.length) / most);
    const wrong = own.some((entry) => actKind(entry) === "trouble");
    const shapes: Shape[] = [
      box({ x: x - w / 2, y: base - h, w, h }, { tone: wrong ? "bad" : "info", fill: "solid", line: "none" }),
    ];
    if (wrong) shapes.push(icon(x - 5, base - h - 10, 9, "cross", "bad"));
    return shapes;
  });
}

/** What happened, lane by lane; a group a lane, named with its counts. */
export function drawMarks(plan: LanesPlan, names: ActorNames): Group[] {
  const bins = plan.lanes.map(({ entries }) => [...groupBy(entries, (entry) => String(plan.x(entry.step))).values()]);
  const most = Math.max(1, ...bins.flat().map((bin) => bin.length));
  const first = new Set(plan.chain);
  return plan.lanes.map((lane): Group => {
    const { actor, entries } = lane;
    const shapes = plan.counted ? laneBars(plan, actor, entries, most) : laneMarks(plan, lane, first);
    const label = `${actorWords(actor, names)}: ${countWords(entries)}`;
    return { key: `lane/${actor}`, x: LANES.margin, y: LANES.top, label, shapes };
  });
}

/** Counts by kind in words: "3 create, 1 trouble". */
export function countWords(entries: readonly JournalEntry[]): string {
  const counts = new Map<ActKind, number>();
  for (const entry of entries) counts.set(actKind(entry), (counts.get(actKind(entry)) ?? 0) + 1);
  return ACT_KINDS.filter((kind) => counts.has(kind))
    .map((kind) => `${thousands(counts.get(kind)!)} ${actLook(kind).word}`)
    .join(", ");
}

/** Arrows from cause to effect along the chain of one object. */
export function drawCauses(plan: LanesPlan): Group[] {
  const { chain } = plan;
  if (chain.length === 0) return [];
  const shapes: Shape[] = [];
  chain.forEach((entry, at) => {
    const cause = chain.findIndex((candidate) => candidate.step === entry.cause && candidate.step !== entry.step);
    const [x, y] = [plan.x(entry.step), plan.y(laneOf(plan, entry))];
    shapes.push(box({ x: x - 10, y: y - 10, w: 20, h: 20 }, { r: 6, tone: "info", fill: "none", line: "heavy" }));
    if (cause < 0 || cause >= at) return;
    const from = chain[cause]!;
    const [x0, y0] = [plan.x(from.step), plan.y(laneOf(plan, from))];
    const side = y >= y0 ? 1 : -1;
    const points =
      y === y0
        ? [x0 + 10, y0, x - 10, y]
        : [x0, y0 + side * 10, x0, y0 + side * 16, x, y0 + side * 16, x, y - side * 10];
    if (y !== y0 || x - x0 > 22) shapes.push({ kind: "line", points, tone: "info", head: true });
  });
  return [
    { key: "causes", x: LANES.margin, y: LANES.top, label: `${plural(chain.length, "act")} that led to it`, shapes },
  ];
}

/** The cursor at a step, and what happened in it. */
export function drawCursor(plan: LanesPlan, step: number, names: ActorNames): Group[] {
  const own = plan.entries.filter((entry) => entry.step === step);
  const x = plan.x(step);
  const cursor: Group = {
    key: "cursor",
    x: LANES.margin,
    y: LANES.top,
    shapes: [
      {
        kind: "line",
        points: [x - 12, 2, x - 12, plan.lanesH - 4, x + 12, plan.lanesH - 4, x + 12, 2, x - 12, 2],
        tone: "wait",
        line: "heavy",
      },
    ],
  };
  const w = plan.chartW;
  const first = own[0];
  const shapes: Shape[] = [box({ x: 0, y: 0, w, h: LANES.detail }, { r: 8, tone: "wait", line: "heavy" })];
  if (first) {
    const look = actLook(actKind(first));
    const more = own.length > 1 ? ` · and ${own.length - 1} more in this step` : "";
    const when = `step ${thousands(step)} · ${timeWords(first.at)} · because of ${causeWords(first)}`;
    const whenWidth = Math.min(w * 0.45, textWidth(when, { size: 11 }) + 1);
    const who = `${actorWords(first.actor, names)} · ${deedWords(first)}${more}`;
    const said = wrapText(saidWords(first) || "Nothing more was said.", w - 46, 2, { size: 11 });
    shapes.push(
      icon(12, 9, 14, look.icon, look.tone),
      text(34, 20, who, w - whenWidth - 54, { size: 12, bold: true }),
      text(w - 12, 20, when, whenWidth, { size: 11, tone: "muted", anchor: "end" }),
      ...said.map((line, row) => text(34, 37 + row * 14, line, w - 46, { size: 11, tone: "muted" })),
    );
  } else shapes.push(text(12, 24, "Nothing happened in these steps.", w - 24, { size: 12, tone: "muted" }));
  const label = first ? `step ${step}: ${entryWords(first, names)}` : "nothing happened";
  return [cursor, { key: "detail", x: LANES.margin, y: plan.detailY, label, shapes }].slice(first ? 0 : 1);
}

/** What the glyphs mean. */
export function lanesLegend(plan: LanesPlan): readonly LegendEntry[] {
  const cursor: LegendEntry = { text: "this step", tone: "wait", line: "heavy" };
  if (plan.counted) {
    return [
      { text: `acts in ${plural(plan.perBin, "step")}`, tone: "info", line: "solid" },
      { text: "trouble", tone: "bad", icon: "cross", line: "solid" },
      cursor,
    ];
  }
  const kinds = new Set(plan.entries.map(actKind));
  const glyphs = ACT_KINDS.filter((kind) => kinds.has(kind)).map((kind): LegendEntry => {
    const { word, tone, icon: name } = actLook(kind);
    return { text: word, tone, icon: name, line: "solid" };
  });
  return [
    ...glyphs,
    ...(plan.chain.length > 0 ? [{ text: "led to it", tone: "info", line: "heavy" } as const] : []),
    cursor,
  ];
}
