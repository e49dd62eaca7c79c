/** Shapes as SVG elements: made and changed by attributes and text nodes only, never from a string of markup. */
import { iconPath } from "../icons.ts";
import { strokeOf } from "../palette.ts";
import type { BoxShape, Fill, IconShape, LineShape, LineStyle, Shape, TextShape, Tone } from "../scene.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Attributes and style properties of one element. */
export interface Look {
  readonly attributes: Readonly<Record<string, string>>;
  readonly style: Readonly<Record<string, string>>;
  readonly text?: string;
}

/** Makes an SVG element. */
export function svgElement<Name extends keyof SVGElementTagNameMap>(name: Name): SVGElementTagNameMap[Name] {
  return document.createElementNS(SVG, name);
}

const variable = (name: string): string => `var(--orrery-${name})`;
const toned = (tone: Tone | undefined, part: "stroke" | "text" | "tint"): string =>
  variable(`${tone ?? "plain"}-${part}`);

function fillOf(fill: Fill | undefined, tone: Tone | undefined): string {
  if (fill === undefined || fill === "none") return "none";
  if (fill === "tint") return toned(tone, "tint");
  return fill === "solid" ? toned(tone, "stroke") : variable(fill);
}

function strokeStyle(line: LineStyle, tone: Tone | undefined): Readonly<Record<string, string>> {
  const { width, dash } = strokeOf(line);
  const colour = line === "none" ? "none" : line === "hairline" ? variable("hairline") : toned(tone, "stroke");
  return { stroke: colour, "stroke-width": String(width), "stroke-dasharray": dash ?? "none" };
}

function boxLook(shape: BoxShape): Look {
  const { x, y, w, h, r = 0, fill, tone, line = "hairline" } = shape;
  const place = { x, y, width: w, height: h, rx: r };
  const attributes = Object.fromEntries(Object.entries(place).map(([name, value]) => [name, String(value)]));
  return { attributes, style: { fill: fillOf(fill, tone), ...strokeStyle(line, tone) } };
}

function textLook(shape: TextShape): Look {
  const { x, y, size, anchor = "start", bold, inverse, tone } = shape;
  return {
    attributes: { x: String(x), y: String(y), "font-size": String(size), "text-anchor": anchor },
    style: { fill: inverse ? variable("inverse") : toned(tone, "text"), "font-weight": bold ? "700" : "400" },
    text: shape.text,
  };
}

function lineLook({ points, line = "solid", tone }: LineShape): Look {
  const d = points.map((value, at) => (at % 2 === 0 ? `${at === 0 ? "M" : "L"}${value}` : `,${value}`)).join("");
  return { attributes: { d }, style: { fill: "none", "stroke-linejoin": "round", ...strokeStyle(line, tone) } };
}

/** The head of an arrow: a triangle that points along the last piece of a line. */
function headLook({ points, tone }: LineShape): Look {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.slice(-4);
  const along = Math.abs(x1 - x0) >= Math.abs(y1 - y0) ? [Math.sign(x1 - x0), 0] : [0, Math.sign(y1 - y0)];
  const [dx = 0, dy = 0] = along;
  const back = [x1 - 8 * dx, y1 - 8 * dy] as const;
  const side = [4 * dy, 4 * dx] as const;
  const d = `M${x1},${y1}L${back[0] - side[0]},${back[1] - side[1]}L${back[0] + side[0]},${back[1] + side[1]}Z`;
  return { attributes: { d }, style: { fill: toned(tone, "stroke"), stroke: "none" } };
}

function iconLook(shape: IconShape): Look {
  const { x, y, size, icon, inverse, tone } = shape;
  const scale = Math.round((size / 16) * 100) / 100;
  return {
    attributes: { transform: `translate(${x} ${y}) scale(${scale})`, d: iconPath(icon) },
    style: {
      fill: "none",
      stroke: inverse ? variable("inverse") : toned(tone, "stroke"),
      "stroke-width": scale < 0.8 ? "2" : "1.6",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    },
  };
}

/** Elements of one shape: its name and look. */
export function looksOf(shape: Shape): readonly (readonly [name: "rect" | "text" | "path", look: Look])[] {
  switch (shape.kind) {
    case "box":
      return [["rect", boxLook(shape)]];
    case "text":
      return [["text", textLook(shape)]];
    case "icon":
      return [["path", iconLook(shape)]];
    case "line":
      return shape.head
        ? [
            ["path", lineLook(shape)],
            ["path", headLook(shape)],
          ]
        : [["path", lineLook(shape)]];
  }
}
