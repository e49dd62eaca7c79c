/** Measures a scene as an eye would: what lies on what, which contrast text has, what overflows, what crosses what. */
import { fillColour, INVERSE, toneColours } from "../../views/palette.ts";
import type { BoxShape, IconShape, LineShape, Scene, Shape, TextShape } from "../../views/scene.ts";
import { textWidth } from "../../views/text-width.ts";

/** A shape in page coordinates, with the key of its group. */
type Placed<T extends Shape> = T & { readonly key: string; readonly order: number };

function move(shape: Shape, x: number, y: number): Shape {
  if (shape.kind !== "line") return { ...shape, x: shape.x + x, y: shape.y + y };
  return { ...shape, points: shape.points.map((value, at) => value + (at % 2 === 0 ? x : y)) };
}

/** All shapes in drawing order. */
export function flatten(scene: Scene): readonly Placed<Shape>[] {
  let order = 0;
  return scene.groups.flatMap((group) =>
    group.shapes.map((shape) => ({ ...move(shape, group.x, group.y), key: group.key, order: order++ })),
  );
}

/** Extent of a text: left, top, right, bottom. */
function textExtent(text: TextShape): readonly [number, number, number, number] {
  const width = textWidth(text.text, { size: text.size, ...(text.bold ? { bold: true } : {}) });
  const left = text.anchor === "end" ? text.x - width : text.anchor === "middle" ? text.x - width / 2 : text.x;
  return [left, text.y - text.size * 0.75, left + width, text.y + text.size * 0.2];
}

/** The filled box that lies directly under a point, or undefined for the page. */
function boxUnder(shapes: readonly Placed<Shape>[], x: number, y: number, order: number): BoxShape | undefined {
  let found: BoxShape | undefined;
  for (const shape of shapes) {
    if (shape.order >= order) break;
    if (shape.kind !== "box" || (shape.fill ?? "none") === "none") continue;
    if (x >= shape.x && x <= shape.x + shape.w && y >= shape.y && y <= shape.y + shape.h) found = shape;
  }
  return found;
}

function channel(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function luminance(colour: string): number {
  const number = Number.parseInt(colour.slice(1), 16);
  return 0.2126 * channel(number >> 16) + 0.7152 * channel((number >> 8) & 255) + 0.0722 * channel(number & 255);
}

/** Contrast of two colours "#rrggbb" (WCAG 2.2, relative luminance). */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Contrast of a text or icon with what lies under its middle. */
export function contrastOf(shapes: readonly Placed<Shape>[], shape: Placed<TextShape> | Placed<IconShape>): number {
  const [x, y] =
    shape.kind === "text"
      ? [(textExtent(shape)[0] + textExtent(shape)[2]) / 2, shape.y - shape.size * 0.3]
      : [shape.x + shape.size / 2, shape.y + shape.size / 2];
  const under = boxUnder(shapes, x, y, shape.order);
  const ground = under ? fillColour(under.fill, under.tone) : "#ffffff";
  const colours = toneColours(shape.tone);
  return contrast(shape.inverse ? INVERSE : shape.kind === "text" ? colours.text : colours.stroke, ground);
}

/** Texts that leave the page or the box that they stand on. */
export function overflows(scene: Scene): readonly string[] {
  const shapes = flatten(scene);
  const found: string[] = [];
  for (const shape of shapes) {
    if (shape.kind !== "text") continue;
    const [left, top, right, bottom] = textExtent(shape);
    const y = (top + bottom) / 2;
    const under = boxUnder(shapes, (left + right) / 2, y, shape.order);
    const room = under ? [under.x, under.y, under.x + under.w, under.y + under.h] : [0, 0, scene.width, scene.height];
    const tolerance = 0.2;
    const inside =
      left >= room[0]! - tolerance && right <= room[2]! + tolerance && top >= room[1]! - 1 && bottom <= room[3]! + 1;
    if (!inside || right - left > shape.max + 1) found.push(`${shape.key}: ${shape.text}`);
  }
  return found;
}

const overlap = (a: readonly number[], b: readonly number[]): boolean =>
  a[0]! < b[2]! - 0.5 && b[0]! < a[2]! - 0.5 && a[1]! < b[3]! - 0.5 && b[1]! < a[3]! - 0.5;

/** Pairs of texts that cover each other. */
export function textCollisions(scene: Scene): readonly string[] {
  const texts = flatten(scene).filter(
    (shape): shape is Placed<TextShape> => shape.kind === "text" && shape.text !== "",
  );
  const found: string[] = [];
  texts.forEach((a, at) => {
    for (const b of texts.slice(at + 1)) {
      if (overlap(textExtent(a), textExtent(b))) found.push(`${a.text} × ${b.text}`);
    }
  });
  return found;
}

/** Lines that run through a text which no disc or card shields. */
export function linesThroughText(scene: Scene): readonly string[] {
  const shapes = flatten(scene);
  const lines = shapes.filter(
    (shape): shape is Placed<LineShape> => shape.kind === "line" && shape.line !== "hairline",
  );
  const found: string[] = [];
  for (const text of shapes) {
    if (text.kind !== "text" || text.text === "") continue;
    const extent = textExtent(text);
    for (const line of lines) {
      const { points } = line;
      for (let i = 0; i + 3 < points.length; i += 2) {
        const [x0, y0, x1, y1] = points.slice(i, i + 4) as [number, number, number, number];
        const leg = [Math.min(x0, x1) - 0.6, Math.min(y0, y1) - 0.6, Math.max(x0, x1) + 0.6, Math.max(y0, y1) + 0.6];
        const shielded = boxUnder(shapes, (extent[0] + extent[2]) / 2, text.y - 3, text.order);
        const over = shielded && shapes.indexOf(shielded as Placed<BoxShape>) > line.order;
        if (overlap(extent, leg) && !over) found.push(`${line.key} through "${text.text}"`);
      }
    }
  }
  return found;
}
