/** Ground plan of a node's inside, for all moments at once: pods on top, the host below, tables at the right and underneath. */
import type { Rect } from "../draw.ts";
import { textWidth, wrapText } from "../text-width.ts";
import type { Inside } from "./inside.ts";
import type { TableLine, TableSection } from "./tables.ts";

/** Margin around the picture. */
export const MARGIN = 16;
/** Sizes of a pod's frame, of an interface's pill, and of the room for cables between pods and host. */
export const POD = { w: 126, h: 108, gap: 8, pill: 58 } as const;
const CABLE = 44;
/** Height of an interface's pill in the host. */
export const HOST_PILL = { top: 46, bottom: 48, gap: 8 } as const;
/** Size of the text in tables, and height of its lines. */
export const TABLE = { size: 10, line: 14, title: 24, pad: 8, indent: 10, mark: 14 } as const;
const TOP = 62;
const LABEL = 22;
const GAP = 12;
const NETWORK = 32;

/** A table on the page. `rows` is the room that the moment with most lines needs. */
export interface SectionPlan {
  readonly key: string;
  readonly rect: Rect;
}

/** Where everything stands. */
export interface InteriorPlan {
  readonly width: number;
  readonly height: number;
  readonly podsTop: number;
  readonly podWidth: number;
  readonly left: number;
  readonly host: Rect;
  readonly network: Rect;
  readonly sections: readonly SectionPlan[];
  readonly legendY: number;
}

/** Width of the left part, and how many pods fit into it. */
export function leftPart(width: number): { readonly left: number; readonly podsMax: number } {
  const left = Math.floor((width - 2 * MARGIN) * 0.625);
  return { left, podsMax: Math.max(1, Math.floor((left + POD.gap) / (POD.w + POD.gap))) };
}

/** A line as it is broken into the width of its table; what follows the first piece is indented. */
export function wrapLine(line: TableLine, width: number): readonly string[] {
  const room = width - 2 * TABLE.pad - TABLE.mark - Math.min(line.depth, 3) * TABLE.indent;
  const font = { size: TABLE.size, bold: line.heads === true || line.state === "new" };
  const fits = textWidth(line.text, font) <= room;
  return wrapText(line.text, fits ? room : room - TABLE.indent, 2, font);
}

function heightOf(section: TableSection, width: number): number {
  const rows = section.lines.reduce((sum, line) => sum + wrapLine(line, width).length, 0);
  const extra = section.hidden > 0 || section.lines.length === 0 ? 1 : 0;
  return TABLE.title + (rows + extra) * TABLE.line + 4;
}

/** Sections of all moments by key, each with its greatest height. */
function sectionsOf(insides: readonly Inside[], side: TableSection["side"], width: number): Map<string, number> {
  const heights = new Map<string, number>();
  for (const { sections } of insides) {
    for (const section of sections) {
      if (section.side !== side) continue;
      const h = heightOf(section, width);
      heights.set(section.key, Math.max(heights.get(section.key) ?? 0, h));
    }
  }
  return heights;
}

/** Lays out all moments on a page `width` pixels wide. */
export function planInterior(insides: readonly Inside[], width: number): InteriorPlan {
  const { left } = leftPart(width);
  const inner = width - 2 * MARGIN;
  const rightX = MARGIN + left + GAP;
  const rightW = inner - left - GAP;
  const sections: SectionPlan[] = [];
  let y = TOP;
  for (const [key, h] of sectionsOf(insides, "right", rightW)) {
    sections.push({ key, rect: { x: rightX, y, w: rightW, h } });
    y += h + GAP;
  }
  const podsTop = TOP + LABEL;
  const hostTop = podsTop + POD.h + CABLE;
  const hostLeast = HOST_PILL.top + 52 + HOST_PILL.bottom + 24;
  const tall = insides.some(({ host }) => (host?.interfaces?.length ?? 0) > 0) ? hostLeast : 80;
  const bottom = Math.max(y - GAP, hostTop + tall + CABLE + NETWORK);
  const host = { x: MARGIN, y: hostTop, w: left, h: bottom - hostTop - CABLE - NETWORK };
  const network = { x: MARGIN, y: bottom - NETWORK, w: left, h: NETWORK };
  const narrow = Math.floor(inner * 0.36);
  const columns = {
    left: { x: MARGIN, y: bottom + GAP, w: narrow },
    wide: { x: MARGIN + narrow + GAP, y: bottom + GAP, w: inner - narrow - GAP },
  };
  for (const side of ["left", "wide"] as const) {
    const column = columns[side];
    for (const [key, h] of sectionsOf(insides, side, column.w)) {
      sections.push({ key, rect: { ...column, h } });
      column.y += h + GAP;
    }
  }
  const end = Math.max(columns.left.y, columns.wide.y);
  const podsMost = Math.max(3, ...insides.flatMap(({ pods }) => pods.map((pod) => pod.slot + 1)));
  const podWidth = Math.min(150, (left - POD.gap * (podsMost - 1)) / podsMost);
  const legendY = end;
  return { width, height: Math.ceil(legendY + 26), podsTop, podWidth, left, host, network, sections, legendY };
}
