/** Draws the tables of a node's inside: a panel each, a group a line, with a plus for what is new and a minus for what is gone. */
import { box, icon, text } from "../draw.ts";
import { thousands } from "../order.ts";
import type { Group, LegendEntry, Shape } from "../scene.ts";
import type { Inside } from "./inside.ts";
import { type InteriorPlan, type SectionPlan, TABLE, wrapLine } from "./plan-interior.ts";
import type { TableLine, TableSection } from "./tables.ts";

function drawLine(line: TableLine, at: SectionPlan, y: number): { readonly group: Group; readonly rows: number } {
  const words = wrapLine(line, at.rect.w);
  const x = TABLE.pad + TABLE.mark + Math.min(line.depth, 3) * TABLE.indent;
  const room = at.rect.w - TABLE.pad - x;
  const isNew = line.state === "new";
  const tone = isNew ? "info" : line.state === "gone" ? "going" : line.heads ? "plain" : "muted";
  const shapes: Shape[] = [];
  if (line.state !== "same") {
    const h = words.length * TABLE.line;
    shapes.push(box({ x: 3, y: -TABLE.line + 4, w: at.rect.w - 6, h }, { r: 3, tone, fill: "tint", line: "none" }));
    shapes.push(icon(6, -9, 11, isNew ? "plus" : "minus", tone));
  }
  words.forEach((word, row) => {
    const style = { size: TABLE.size, bold: line.heads === true || isNew, tone } as const;
    const indent = row === 0 ? 0 : TABLE.indent;
    shapes.push(text(x + indent, row * TABLE.line, word, room - indent, style));
  });
  const state = line.state === "same" ? "" : `, ${line.state}`;
  const group = { key: line.key, x: at.rect.x, y: at.rect.y + y, label: `${line.text}${state}`, shapes };
  return { group, rows: words.length };
}

function drawSection(section: TableSection, at: SectionPlan): Group[] {
  const { rect } = at;
  const panel: Group = {
    key: `table/${section.key}`,
    x: rect.x,
    y: rect.y,
    label: section.title,
    shapes: [
      box({ x: 0, y: 0, w: rect.w, h: rect.h }, { r: 8, fill: "card" }),
      text(TABLE.pad, 16, section.title, rect.w - 2 * TABLE.pad, { size: 11, bold: true }),
    ],
  };
  const groups = [panel];
  let y = TABLE.title + 9;
  for (const line of section.lines) {
    const { group, rows } = drawLine(line, at, y);
    groups.push(group);
    y += rows * TABLE.line;
  }
  const rest = section.hidden > 0 ? `… ${thousands(section.hidden)} more` : section.lines.length === 0 ? "none" : "";
  if (rest !== "") {
    const shapes = [text(TABLE.pad + TABLE.mark, y, rest, rect.w - 40, { size: TABLE.size, tone: "muted" })];
    groups[0] = { ...panel, shapes: [...panel.shapes, ...shapes] };
  }
  return groups;
}

/** All tables of a moment. */
export function drawTables(inside: Inside, plan: InteriorPlan): Group[] {
  const byKey = new Map(inside.sections.map((section) => [section.key, section]));
  return plan.sections.flatMap((at) => {
    const section = byKey.get(at.key);
    return section ? drawSection(section, at) : [];
  });
}

/** What the marks mean. */
export const INTERIOR_LEGEND: readonly LegendEntry[] = [
  { text: "new since the step before", tone: "info", icon: "plus", line: "none" },
  { text: "gone since the step before", tone: "going", icon: "minus", line: "none" },
  { text: "changed interface", tone: "info", icon: "changed", line: "heavy" },
  { text: "interface down", tone: "bad", icon: "cross", line: "dashed" },
];
