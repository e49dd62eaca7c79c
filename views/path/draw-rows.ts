/** Draws the rungs of a ladder: pill and arrow in the lane, verdict, rules and header strip in the card. */
import { box, icon, text } from "../draw.ts";
import type { Group, Shape, Tone } from "../scene.ts";
import { textWidth } from "../text-width.ts";
import { fieldWords } from "./fields.ts";
import {
  BADGE_WIDTH,
  inlineX,
  type LadderPlan,
  MARGIN,
  MARK_WIDTH,
  PILL,
  placeRoom,
  type RowPlan,
  SMALL,
  type StripField,
} from "./plan-ladder.ts";
import { legTitle } from "./row-words.ts";
import type { VerdictLook } from "./verdicts.ts";

/** Whether the packet has come so far. */
export type Moment = "reached" | "ahead";

const later = (moment: Moment, tone: Tone): { readonly tone?: Tone } =>
  moment === "ahead" ? { tone: "muted" } : tone === "plain" ? {} : { tone };

/** Icon and word of a verdict in an outline of its own. */
function verdictBadge(look: VerdictLook, moment: Moment): readonly Shape[] {
  const ahead = moment === "ahead";
  const tone = ahead ? "muted" : look.tone;
  return [
    box(
      { x: 4, y: 3, w: BADGE_WIDTH, h: 18 },
      { r: 9, tone, fill: ahead ? "card" : "tint", line: ahead ? "dotted" : look.line },
    ),
    icon(10, 6, 12, look.icon, tone),
    text(26, 15.5, look.word, BADGE_WIDTH - 28, { size: 10, bold: true, tone }),
  ];
}

/** A piece of the strip; a changed field has a triangle, what it was, and in bold and underlined what it is. */
function stripField({ x, y, max, field }: StripField): readonly Shape[] {
  const small = { size: SMALL } as const;
  if (typeof field === "string") return [text(x, y, field, max, { ...small, tone: "muted" })];
  const { name, before, after } = field;
  const lead = `${name} ${before === "" ? "" : `${before} → `}`;
  const leadWidth = Math.min(textWidth(lead, small), max - MARK_WIDTH);
  const start = x + MARK_WIDTH + leadWidth;
  const room = Math.max(0, x + max - start);
  const bold = text(start, y, after || "taken off", room, { ...small, bold: true });
  const end = start + Math.min(room, textWidth(bold.kind === "text" ? bold.text : "", { ...small, bold: true }));
  const tone = "info";
  return [
    icon(x, y - 10, 12, "changed", tone),
    text(x + MARK_WIDTH, y, lead, leadWidth + 1, { ...small, tone: "muted" }),
    bold,
    { kind: "line", points: [start, y + 3.5, end, y + 3.5], tone, line: "solid" },
  ];
}

function card(row: RowPlan, plan: LadderPlan, moment: Moment): readonly Shape[] {
  const { words, h } = row;
  const { cardW: w } = plan;
  const titleX = BADGE_WIDTH + 12;
  const placeMax = placeRoom(row.place);
  const restX = inlineX(words);
  const titleMax = Math.min(restX - titleX, w - titleX - placeMax - 16);
  const rest = Math.max(0, w - placeMax - 16 - restX);
  return [
    box({ x: 0, y: 0, w, h }, { r: 6, fill: "none" }),
    ...verdictBadge(words.look, moment),
    text(titleX, 16, words.title, titleMax, { size: 11.5, bold: true, ...later(moment, "plain") }),
    ...(row.inline === "" ? [] : [text(restX, 16, row.inline, rest, { size: SMALL, ...later(moment, "plain") })]),
    ...(row.place === ""
      ? []
      : [text(w - 8, 16, row.place, placeMax, { size: SMALL, tone: "muted", anchor: "end", name: true })]),
  ];
}

/** Rules and header strip of a rung. They look the same in every frame, so that a frame costs little. */
export function drawSaid(plan: LadderPlan, row: RowPlan): readonly Group[] {
  const shapes = [
    ...row.lines.map((line) =>
      text(line.x, line.y, line.text, plan.cardW - line.x - 8, { size: SMALL, bold: line.bold, tone: "muted" }),
    ),
    ...row.strip.flatMap(stripField),
  ];
  return shapes.length === 0 ? [] : [{ key: `said/${row.rung.key}`, x: plan.cardX, y: row.y, shapes }];
}

/** What lies behind the rung at which the packet is: a tinted card, and a ring about its pill. */
export function drawCursor(plan: LadderPlan, at: number): readonly Group[] {
  const row = plan.rows[at];
  if (!row) return [];
  const x = row.pillX - plan.cardX;
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w: plan.cardW, h: row.h }, { r: 6, tone: "info", fill: "tint", line: "heavy" }),
  ];
  if (plan.places.length > 0) {
    const ring = { x: x - 5, y: -2, w: PILL.w + 10, h: PILL.h + 10 };
    shapes.push(box(ring, { r: 9, tone: "info", fill: "tint", line: "heavy" }));
    shapes.push({ kind: "line", points: [x + PILL.w + 5, 12, 0, 12], tone: "info", line: "heavy" });
  }
  return [{ key: "cursor", x: plan.cardX, y: row.y, shapes }];
}

/** The pill in its lane, and the arrow that leads to it from the pill before. */
function pill(row: RowPlan, before: RowPlan | undefined, plan: LadderPlan, moment: Moment): readonly Shape[] {
  if (plan.places.length === 0) return [];
  const x = row.pillX - plan.cardX;
  const ahead = moment === "ahead";
  const { tone } = row.words.look;
  const shapes: Shape[] = [];
  const middle = x + PILL.w / 2;
  if (before) {
    const from = before.pillX - plan.cardX + PILL.w / 2;
    const turn = -4;
    const points = [from, before.y + 3 + PILL.h - row.y, from, turn, middle, turn, middle, 2];
    const straight = Math.abs(from - middle) < 0.5;
    const way = straight ? [from, points[1]!, from, 2] : points;
    shapes.push({
      kind: "line",
      points: way,
      tone: ahead ? "muted" : "info",
      line: ahead ? "dotted" : "solid",
      head: true,
    });
  }
  const colour = ahead ? "muted" : tone;
  shapes.push(
    box(
      { x, y: 3, w: PILL.w, h: PILL.h },
      {
        r: 5,
        tone: colour,
        fill: ahead ? "card" : "tint",
        line: ahead ? "dotted" : row.words.look.line,
      },
    ),
    text(middle, 15.5, row.stage, PILL.w - 4, {
      size: 10,
      bold: true,
      anchor: "middle",
      tone: colour,
    }),
  );
  return shapes;
}

/** What a rung says, in one line: for its accessible name and for the caption. */
export function rungLabel(row: RowPlan): string {
  const { words } = row;
  const changed = words.strip.filter((field) => field.before !== field.after).map(fieldWords);
  const place = words.place === "" ? "" : `${words.place} · `;
  const rule = words.rules[words.rules.length - 1];
  const lead = rule?.lead === "ip route" ? rule.text : (rule?.lead ?? "");
  const said = words.sentence === "" ? lead : words.sentence;
  const change = changed.length === 0 ? "" : ` (${changed.join("; ")})`;
  return `${place}${words.title} · ${words.look.word}${said === "" ? "" : `: ${said}`}${change}`;
}

/** One rung: pill, arrow and card. */
export function drawRow(plan: LadderPlan, at: number, moment: Moment): Group {
  const row = plan.rows[at]!;
  const shapes = [...pill(row, plan.rows[at - 1], plan, moment), ...card(row, plan, moment)];
  return { key: row.rung.key, x: plan.cardX, y: row.y, label: rungLabel(row), shapes };
}

/** Lanes with the names of their places, behind everything. */
export function drawLanes(plan: LadderPlan): Group {
  const h = plan.lanesBottom - plan.lanesTop;
  const shapes = plan.places.flatMap(({ place }, at): Shape[] => [
    box({ x: at * plan.lane, y: 0, w: plan.lane - 2, h }, { r: 6, fill: "panel" }),
    text(at * plan.lane + plan.lane / 2 - 1, 18, place.replace(/^.*\//, ""), plan.lane - 8, {
      size: 10,
      bold: true,
      anchor: "middle",
      tone: "muted",
      name: true,
    }),
  ]);
  const { leg } = plan.story;
  const told = leg ? `Hop by hop: ${legTitle(leg)} (${leg.proto})` : "";
  shapes.push(text(plan.cardX - MARGIN, 18, told, plan.cardW, { size: 11.5, bold: true, tone: "muted" }));
  return { key: "lanes", x: MARGIN, y: plan.lanesTop, shapes };
}
