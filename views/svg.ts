/**
 * Scene → static SVG by string building. Presentation attributes only, an own opaque page, a generic font family: nothing
 * that notebook sites strip or that an `<img>` cannot reach. Invariant: same scene, same bytes; all text is escaped.
 */
import { line } from "d3-shape";
import { iconPath } from "./icons.ts";
import { fillColour, HAIRLINE, INVERSE, strokeOf, toneColours } from "./palette.ts";
import type { BoxShape, Group, IconShape, LineShape, Scene, Shape, TextShape } from "./scene.ts";

/** True for characters that XML 1.0 has no place for: most controls, lone surrogates, two non-characters. */
function forbidden(code: number): boolean {
  if (code < 0x20) return code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
}

/** Escapes text for an element or a double-quoted attribute; leaves out characters that XML 1.0 forbids. */
export function escapeXml(content: string): string {
  let kept = "";
  for (const character of content) if (!forbidden(character.codePointAt(0) ?? 0)) kept += character;
  return kept.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

const round = (value: number): number => Math.round(value * 10) / 10;

const polyline = line<readonly [number, number]>(
  (point) => round(point[0]),
  (point) => round(point[1]),
).digits(1);

function box(shape: BoxShape): string {
  const style = shape.line ?? "hairline";
  const stroke = strokeOf(style);
  const colour = style === "hairline" ? HAIRLINE : toneColours(shape.tone).stroke;
  const outline =
    style === "none"
      ? ""
      : ` stroke="${colour}" stroke-width="${stroke.width}"${stroke.dash ? ` stroke-dasharray="${stroke.dash}"` : ""}`;
  const corner = shape.r ? ` rx="${shape.r}"` : "";
  const place = `x="${round(shape.x)}" y="${round(shape.y)}" width="${round(shape.w)}" height="${round(shape.h)}"`;
  return `<rect ${place}${corner} fill="${fillColour(shape.fill, shape.tone)}"${outline}/>`;
}

function text(shape: TextShape): string {
  if (shape.text === "") return "";
  const colour = shape.inverse ? INVERSE : toneColours(shape.tone).text;
  const weight = shape.bold ? ' font-weight="700"' : "";
  const anchor = shape.anchor ? ` text-anchor="${shape.anchor}"` : "";
  const place = `x="${round(shape.x)}" y="${round(shape.y)}" font-size="${shape.size}"`;
  return `<text ${place}${weight}${anchor} fill="${colour}">${escapeXml(shape.text)}</text>`;
}

/** Pairs of coordinates from a flat list. */
function pairs(points: readonly number[]): (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (let i = 0; i + 1 < points.length; i += 2) result.push([points[i]!, points[i + 1]!]);
  return result;
}

/** Triangle at the end of an axis-parallel last segment, pointing along it. */
function arrowHead(points: readonly (readonly [number, number])[], colour: string): string {
  const end = points[points.length - 1]!;
  const before = points[points.length - 2] ?? end;
  const dx = Math.sign(end[0] - before[0]);
  const dy = dx === 0 ? Math.sign(end[1] - before[1]) : 0;
  const corners: [number, number][] = [
    [end[0], end[1]],
    [end[0] - dx * 8 - dy * 4, end[1] - dy * 8 - dx * 4],
    [end[0] - dx * 8 + dy * 4, end[1] - dy * 8 + dx * 4],
  ];
  return `<path d="${polyline(corners) ?? ""}Z" fill="${colour}"/>`;
}

function stroke(shape: LineShape): string {
  const style = shape.line ?? "solid";
  const colour = style === "hairline" ? HAIRLINE : toneColours(shape.tone).stroke;
  const { width, dash } = strokeOf(style);
  const points = pairs(shape.points);
  const dashes = dash ? ` stroke-dasharray="${dash}"` : "";
  const attributes = `fill="none" stroke="${colour}" stroke-width="${width}"${dashes} stroke-linejoin="round"`;
  return `<path d="${polyline(points) ?? ""}" ${attributes}/>${shape.head ? arrowHead(points, colour) : ""}`;
}

function icon(shape: IconShape): string {
  const scale = Math.round((shape.size / 16) * 100) / 100;
  const colour = shape.inverse ? INVERSE : toneColours(shape.tone).stroke;
  const place = `translate(${round(shape.x)} ${round(shape.y)})${scale === 1 ? "" : ` scale(${scale})`}`;
  const attributes = `fill="none" stroke="${colour}" stroke-width="${scale < 0.8 ? 2 : 1.6}" stroke-linecap="round"`;
  return `<path transform="${place}" d="${iconPath(shape.icon)}" ${attributes} stroke-linejoin="round"/>`;
}

function draw(shape: Shape): string {
  switch (shape.kind) {
    case "box":
      return box(shape);
    case "text":
      return text(shape);
    case "line":
      return stroke(shape);
    case "icon":
      return icon(shape);
  }
}

function group(entry: Group, titles: boolean): string {
  const place = entry.x === 0 && entry.y === 0 ? "" : ` transform="translate(${round(entry.x)} ${round(entry.y)})"`;
  const title = titles && entry.label ? `<title>${escapeXml(entry.label)}</title>` : "";
  return `<g${place}>${title}${entry.shapes.map(draw).join("")}</g>\n`;
}

/** How to write an SVG picture. */
interface SvgOptions {
  /** Names every group for hovering and screen readers; of no use inside an `<img>`, where nothing can reach them. */
  readonly titles?: boolean;
}

/** The scene as one SVG file; some 400 bytes for a group of four shapes. */
export function sceneToSvg(scene: Scene, options: SvgOptions = {}): string {
  const { width, height } = scene;
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" font-family="system-ui, sans-serif">\n`;
  const names = `<title>${escapeXml(scene.title)}</title>\n<desc>${escapeXml(scene.desc)}</desc>\n`;
  const page = `<rect width="${width}" height="${height}" fill="${fillColour("page", undefined)}"/>\n`;
  return `${head}${names}${page}${scene.groups.map((entry) => group(entry, options.titles ?? true)).join("")}</svg>\n`;
}
