/** Draws the map over a ladder (places in order of travel, where the packet is) and the card that says how it ended. */

import { timeWords } from "../caption.ts";
import { box, icon, text } from "../draw.ts";
import type { Group, IconName, LegendEntry, Shape } from "../scene.ts";
import { textWidth, wrapText } from "../text-width.ts";
import { type LadderPlan, MAP, MARGIN, OUTCOME_HEIGHT, type RowPlan } from "./plan-ladder.ts";
import { outcomeLook } from "./verdicts.ts";

const GAP = 22;

/** Icon of a kind of place. */
function placeIcon(place: string): IconName {
  if (place.startsWith("pod/")) return "crate";
  if (place.startsWith("node/")) return "machine";
  return place === "outside" ? "person" : "globe";
}

/** "pod default/client" and the like; the wire between machines is named as such. */
function placeWords(place: string): readonly [kind: string, name: string] {
  const at = place.indexOf("/");
  if (at < 0) return place === "network" ? ["between the machines", "network"] : ["", place];
  const rest = place.slice(at + 1);
  const slash = rest.indexOf("/");
  return slash < 0
    ? [place.slice(0, at), rest]
    : [`${place.slice(0, at)} in ${rest.slice(0, slash)}`, rest.slice(slash + 1)];
}

/** A stage's sign in a place's box. */
interface Chip {
  readonly stage: string;
  readonly x: number;
  readonly w: number;
}

/** Stages that fit into a box `w` pixels wide, each with its x. */
function chipsOf(stages: readonly string[], w: number): readonly Chip[] {
  const chips: Chip[] = [];
  let x = 8;
  for (const stage of stages) {
    const chip = { stage, x, w: Math.ceil(textWidth(stage, { size: 9.5, bold: true })) + 8 };
    if (x + chip.w > w - 6) break;
    chips.push(chip);
    x += chip.w + 3;
  }
  return chips;
}

function drawChip({ x, w, stage }: Chip): readonly Shape[] {
  const style = { size: 9.5, bold: true, anchor: "middle", tone: "muted" } as const;
  return [
    box({ x, y: 44, w, h: 15 }, { r: 4, tone: "muted", line: "solid" }),
    text(x + w / 2, 55, stage, w - 4, style),
  ];
}

/** Width of a place's box on the map of places. */
function placeWidth(plan: LadderPlan): number {
  const count = plan.places.length;
  return Math.min(240, (plan.width - 2 * MARGIN - GAP * (count - 1)) / Math.max(1, count));
}

/** Places side by side, in order of travel; those up to `reached` have been met. */
export function drawWay(plan: LadderPlan, reached: number): readonly Group[] {
  const w = placeWidth(plan);
  return plan.places.map(({ place, stages, key }, at): Group => {
    const [kind, name] = placeWords(place);
    const seen = at <= reached;
    const shapes: Shape[] = [
      box({ x: 0, y: 0, w, h: MAP.h }, { r: 8, tone: "muted", fill: "panel", line: seen ? "solid" : "dotted" }),
      icon(8, 7, 13, placeIcon(place)),
      text(26, 18, name, w - 54, { size: 12, bold: true, name: true }),
      text(8, 34, kind, w - 14, { size: 10, tone: "muted" }),
      ...chipsOf(stages, w).flatMap(drawChip),
    ];
    if (at > 0) {
      const style = seen ? ({ tone: "info", line: "heavy" } as const) : ({ tone: "muted", line: "dotted" } as const);
      shapes.push({ kind: "line", points: [-GAP + 1, MAP.h / 2, -2, MAP.h / 2], ...style, head: true });
    }
    const label = [kind, name].filter(Boolean).join(" ");
    return { key, x: MARGIN + at * (w + GAP), y: MAP.y, label, shapes };
  });
}

/** Where on the map the packet is: a heavy frame, an envelope, and the stage that it meets. */
export function drawPacket(plan: LadderPlan, current: RowPlan | undefined): readonly Group[] {
  if (!current || plan.places.length === 0) return [];
  const column = Math.max(0, Math.min(current.rung.column, plan.places.length - 1));
  const w = placeWidth(plan);
  const chip = chipsOf(plan.places[column]!.stages, w).find(({ stage }) => stage === current.stage);
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w, h: MAP.h }, { r: 8, tone: "info", fill: "none", line: "heavy" }),
    icon(w - 24, 6, 16, "envelope", "info"),
    ...(chip
      ? [box({ x: chip.x - 2, y: 42, w: chip.w + 4, h: 19 }, { r: 6, tone: "info", fill: "none", line: "heavy" })]
      : []),
  ];
  return [{ key: "packet", x: MARGIN + column * (w + GAP), y: MAP.y, shapes }];
}

/** What the sender sees at the end; faint while the packet is still on its way. */
export function drawOutcome(plan: LadderPlan, over: boolean): Group {
  const { outcome } = plan.story.trace;
  const look = outcomeLook(outcome?.kind);
  const w = plan.width - 2 * MARGIN;
  const tone = over ? look.tone : "muted";
  const wait = outcome ? `after ${timeWords(outcome.afterUs)}` : "";
  const waitWidth = textWidth(wait, { size: 11 }) + 1;
  const wordWidth = textWidth(look.word, { size: 13, bold: true }) + 1;
  const said = wrapText(outcome?.text ?? "", w - wordWidth - waitWidth - 76, 2, { size: 11.5 });
  const shapes: Shape[] = [
    box(
      { x: 0, y: 0, w, h: OUTCOME_HEIGHT },
      { r: 8, tone, fill: over ? "tint" : "card", line: over ? look.line : "dotted" },
    ),
    icon(12, 14, 18, look.icon, tone),
    text(38, 28, look.word, wordWidth, { size: 13, bold: true, tone }),
    ...said.map((line, row) =>
      text(50 + wordWidth, (said.length > 1 ? 20 : 28) + row * 15, line, w - wordWidth - waitWidth - 74, {
        size: 11.5,
        ...(over ? {} : { tone: "muted" as const }),
      }),
    ),
    text(w - 12, 28, wait, waitWidth, { size: 11, tone: "muted", anchor: "end" }),
  ];
  const label = `What the sender sees: ${look.word.toLowerCase()} ${wait}. ${outcome?.text ?? ""}`;
  return { key: "outcome", x: MARGIN, y: plan.outcomeY, label, shapes };
}

/** What the marks mean. */
export const LADDER_LEGEND: readonly LegendEntry[] = [
  { text: "the packet is here", tone: "info", line: "heavy" },
  { text: "changed by this hop, in bold and underlined", tone: "info", icon: "changed", line: "none" },
  { text: "not there yet", tone: "muted", line: "dotted" },
];
