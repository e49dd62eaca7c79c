/** Small makers of shapes that fit their text as they go, so that no drawing code can overflow a box. */
import type { Fill, Group, IconName, LineStyle, Shape, TextShape, Tone } from "./scene.ts";
import { fitName, fitText } from "./text-width.ts";

/** A rectangle on the page. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const PAGE_MAX = 4000;

/** Width of a picture in pixels: what was asked for where that can be drawn, never less than `least`; else `usual`. */
export function pageWidth(asked: number | undefined, least: number, usual: number): number {
  return Number.isFinite(asked) ? Math.max(least, Math.min(PAGE_MAX, asked!)) : usual;
}

/** How a box looks. */
interface BoxStyle {
  readonly tone?: Tone;
  readonly fill?: Fill;
  readonly line?: LineStyle;
  readonly r?: number;
}

/** How a text looks; `name` keeps the end of a long text instead of its middle. */
interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly tone?: Tone;
  readonly anchor?: "middle" | "end";
  readonly inverse?: boolean;
  readonly name?: boolean;
}

/** A box, by default a card with a hairline. */
export function box(rect: Rect, style: BoxStyle = {}): Shape {
  return { kind: "box", x: rect.x, y: rect.y, w: rect.w, h: rect.h, fill: "card", ...style };
}

/** Text whose baseline starts (or ends, or is centred) at (x, y), fitted into `max` pixels. */
export function text(x: number, y: number, content: string, max: number, style: TextStyle): Shape {
  const fitted = (style.name ? fitName : fitText)(content, max, style);
  const shape: TextShape = {
    kind: "text",
    x,
    y,
    text: fitted,
    size: style.size,
    max,
    ...(style.bold ? { bold: true } : {}),
    ...(style.tone ? { tone: style.tone } : {}),
    ...(style.anchor ? { anchor: style.anchor } : {}),
    ...(style.inverse ? { inverse: true } : {}),
  };
  return shape;
}

/** An icon in a square of `size` at (x, y). */
export function icon(x: number, y: number, size: number, name: IconName, tone?: Tone): Shape {
  return { kind: "icon", x, y, size, icon: name, ...(tone ? { tone } : {}) };
}

/** A numbered disc, centred at (x, y), that ties an arrow to its line in the list of messages. */
export function badge(x: number, y: number, label: string, tone: Tone): readonly Shape[] {
  return [
    { kind: "box", x: x - 8, y: y - 8, w: 16, h: 16, r: 8, tone, fill: "solid", line: "none" },
    text(x, y + 3.5, label, 14, { size: 10, bold: true, anchor: "middle", inverse: true }),
  ];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function roundShape(shape: Shape): Shape {
  switch (shape.kind) {
    case "box":
      return { ...shape, x: tenth(shape.x), y: tenth(shape.y), w: tenth(shape.w), h: tenth(shape.h) };
    case "line":
      return { ...shape, points: shape.points.map(tenth) };
    case "text":
      return { ...shape, x: tenth(shape.x), y: tenth(shape.y), max: Math.ceil(shape.max) };
    case "icon":
      return { ...shape, x: tenth(shape.x), y: tenth(shape.y) };
  }
}

/** A group with its places in whole tenths of a pixel, which halves what it takes as JSON. */
export function roundGroup(group: Group): Group {
  return { ...group, x: tenth(group.x), y: tenth(group.y), shapes: group.shapes.map(roundShape) };
}
