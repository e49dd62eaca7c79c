/** Draws the matrix: rows call columns. A cell says by its box, its number and its corner what the record has of that pair. */
import { box, icon, text } from "../draw.ts";
import { thousands } from "../order.ts";
import type { Group, IconName, LegendEntry, Shape, Tone } from "../scene.ts";
import { nameLines } from "../text-width.ts";
import { pairKey, type Verdict } from "./guesses.ts";

/** One pair of parties at one moment. */
export interface Pair {
  readonly caller: string;
  readonly called: string;
  readonly count: number;
  /** Calls in the step shown. */
  readonly fresh: number;
  /** Words and step of the last call. */
  readonly last: { readonly words: string; readonly step: number } | undefined;
  /** What such a call is for; undefined where it never happens. */
  readonly purpose: string | undefined;
  readonly verdict: Verdict | undefined;
}

/** Where rows and columns stand. */
export interface MatrixPlan {
  readonly width: number;
  readonly height: number;
  readonly parties: readonly string[];
  readonly names: number;
  readonly top: number;
  readonly cell: { readonly w: number; readonly h: number };
  readonly legendY: number;
}

const MARGIN = 16;
const NAMES = 186;
const HEAD = 62;
const ROW = 34;
const HEADING = 60;

/** The plan for these parties; nothing in it depends on how much they say. */
export function planMatrix(parties: readonly string[], width: number, legendH: number): MatrixPlan {
  const w = Math.floor((width - 2 * MARGIN - NAMES - 12) / Math.max(1, parties.length));
  const legendY = HEADING + HEAD + parties.length * ROW + 22;
  const height = legendY + legendH + 8;
  return { width, height, parties, names: NAMES, top: HEADING + HEAD, cell: { w, h: ROW }, legendY };
}

/** The frame: who calls at the left, who is called on top. */
export function drawFrame(plan: MatrixPlan): Group {
  const { parties, cell, top } = plan;
  const grid = { w: parties.length * cell.w + 8, h: parties.length * cell.h + 8 };
  const shapes: Shape[] = [
    box({ x: NAMES, y: 0, ...grid }, { r: 8, fill: "panel" }),
    text(0, -34, "caller", NAMES - 16, { size: 11, tone: "muted" }),
    icon(38, -43, 11, "arrow", "muted"),
    text(54, -34, "called", 60, { size: 11, tone: "muted" }),
  ];
  parties.forEach((name, at) => {
    const words = nameLines(name, cell.w - 4, { size: 10, bold: true });
    const x = NAMES + 4 + (at + 0.5) * cell.w;
    words.forEach((word, line) => {
      const y = -9 - (words.length - 1 - line) * 13;
      shapes.push(text(x, y, word, cell.w - 1, { size: 10, bold: true, anchor: "middle" }));
    });
    shapes.push(text(NAMES - 10, 4 + at * cell.h + 21, name, NAMES - 12, { size: 11, bold: true, anchor: "end" }));
  });
  return { key: "parties", x: MARGIN, y: top, shapes };
}

const MARKS: Readonly<Record<Verdict, readonly [IconName, Tone, string]>> = {
  right: ["check", "ok", "you had it"],
  missing: ["plus", "going", "not in your table"],
  wrong: ["cross", "bad", "in your table, and never happens"],
  silent: ["half", "wait", "in your table: it may, and did not in these steps"],
};

/** A pair in words, for a screen reader and the table. */
export function pairWords(pair: Pair): readonly [what: string, how: string, last: string, guess: string] {
  const { caller, called, count, last, purpose, verdict } = pair;
  const what = `${caller} → ${called}`;
  const how =
    count > 0
      ? `${thousands(count)} ${count === 1 ? "call" : "calls"}`
      : purpose === undefined
        ? "never"
        : "may, silent so far";
  const told = last === undefined ? (purpose ?? "") : `${last.words}, step ${thousands(last.step)}`;
  return [what, how, told, verdict === undefined ? "" : MARKS[verdict][2]];
}

function cellShapes(pair: Pair, w: number, h: number): Shape[] {
  const { count, fresh, purpose, verdict } = pair;
  const room = { x: 3, y: 3, w: w - 6, h: h - 6 };
  const middle = (content: string, tone: Tone, inverse = false): Shape =>
    text(w / 2, h / 2 + 4.5, content, w - 10, { size: 13, bold: true, anchor: "middle", tone, inverse });
  const shapes: Shape[] = [];
  if (fresh > 0)
    shapes.push(
      box(room, { r: 5, tone: "info", fill: "solid", line: "heavy" }),
      middle(thousands(count), "info", true),
    );
  else if (count > 0)
    shapes.push(box(room, { r: 5, tone: "info", fill: "tint", line: "solid" }), middle(thousands(count), "info"));
  else if (purpose !== undefined || verdict === "wrong") {
    const tone = verdict === "wrong" ? "bad" : "muted";
    shapes.push(box(room, { r: 5, tone, fill: verdict === "wrong" ? "tint" : "card", line: "dotted" }));
  } else shapes.push(icon(w / 2 - 4, h / 2 - 4, 8, "minus", "muted"));
  if (verdict !== undefined) {
    const [name, tone] = MARKS[verdict];
    const inCorner = count > 0;
    const size = inCorner ? 15 : 18;
    const at = inCorner ? { x: w - size - 1, y: 0 } : { x: (w - size) / 2, y: (h - size) / 2 };
    shapes.push(
      box({ ...at, w: size, h: size }, { r: size / 2, tone, fill: "card", line: "solid" }),
      icon(at.x + 3, at.y + 3, size - 6, name, tone),
    );
  }
  return shapes;
}

/** One cell; its key is the pair's. */
export function drawPair(plan: MatrixPlan, pair: Pair): Group {
  const { parties, cell, top } = plan;
  const [what, how, last, guess] = pairWords(pair);
  const now = pair.fresh > 0 ? ", also in this step" : "";
  const label = `${what.replace("→", "calls")}: ${how}${now}${last === "" ? "" : `; ${last}`}${guess === "" ? "" : `; ${guess}`}`;
  return {
    key: `edge/${pairKey(pair.caller, pair.called)}`,
    x: MARGIN + NAMES + 4 + parties.indexOf(pair.called) * cell.w,
    y: top + 4 + parties.indexOf(pair.caller) * cell.h,
    label,
    shapes: cellShapes(pair, cell.w, cell.h),
  };
}

/** What the cells mean; with a guess, what its marks mean. */
export function matrixLegend(guessing: boolean): readonly LegendEntry[] {
  const cells: LegendEntry[] = [
    { text: "calls so far (the answers go the other way)", tone: "info", line: "solid" },
    { text: "also in this step", tone: "info", line: "heavy" },
    { text: "may, silent so far", tone: "muted", line: "dotted" },
    { text: "never", tone: "muted", icon: "minus", line: "none" },
  ];
  if (!guessing) return cells;
  const marks = Object.values(MARKS).map(
    ([name, tone, words]): LegendEntry => ({ text: words, tone, icon: name, line: "solid" }),
  );
  return [...cells, ...marks];
}
