/**
 * Colours of the static pictures: Okabe and Ito's hues, darkened where they stand for text, on an own opaque light page,
 * so that the picture reads the same in a light and in a dark notebook.
 * Invariant: text reaches 4.5:1 and outlines and icons 3:1 against every surface they are drawn on (WCAG 2.2, 1.4.3/1.4.11).
 */
import type { Fill, LineStyle, Tone } from "./scene.ts";

/** One tone: outline and icon colour, text colour, light fill. The outline colour is the strong fill too. */
interface ToneColours {
  readonly stroke: string;
  readonly text: string;
  readonly tint: string;
}

const TONES: Readonly<Record<Tone, ToneColours>> = {
  plain: { stroke: "#5f6f7e", text: "#17212b", tint: "#e9eef3" },
  muted: { stroke: "#73818e", text: "#4d5b68", tint: "#eef1f4" },
  ok: { stroke: "#00805d", text: "#00593f", tint: "#e6f5ef" },
  wait: { stroke: "#9a6a00", text: "#6b4700", tint: "#fdf3da" },
  bad: { stroke: "#c04d00", text: "#8f2f00", tint: "#fdebe0" },
  going: { stroke: "#a8447f", text: "#7d2659", tint: "#faeaf3" },
  info: { stroke: "#0072b2", text: "#00558a", tint: "#e5f1f9" },
  "owner-1": { stroke: "#00798c", text: "#005563", tint: "#dff3f6" },
  "owner-2": { stroke: "#7a4fb5", text: "#56358a", tint: "#f1eafa" },
  "owner-3": { stroke: "#6f7d00", text: "#4d5700", tint: "#f2f5da" },
  "owner-4": { stroke: "#8a6242", text: "#63452c", tint: "#f6eee6" },
  "owner-5": { stroke: "#3f5f9f", text: "#2c4577", tint: "#e7edf8" },
  "owner-6": { stroke: "#b8385a", text: "#862540", tint: "#fbe8ed" },
};

const SURFACES = { page: "#ffffff", panel: "#f4f6f9", card: "#ffffff" } as const;

/** Colours of a tone; `plain` when a shape names none. */
export function toneColours(tone: Tone | undefined): ToneColours {
  return TONES[tone ?? "plain"];
}

/** Colour of a fill in a tone, or "none". */
export function fillColour(fill: Fill | undefined, tone: Tone | undefined): string {
  if (fill === undefined || fill === "none") return "none";
  if (fill === "tint") return toneColours(tone).tint;
  if (fill === "solid") return toneColours(tone).stroke;
  return SURFACES[fill];
}

/** Colour of text and icons that stand on a `solid` fill. */
export const INVERSE = "#ffffff";

/** Hairlines separate surfaces and carry no meaning, so they may be fainter than 3:1. */
export const HAIRLINE = "#cfd7df";

/** Width and dash pattern of a line style, as presentation attributes want them. */
export function strokeOf(line: LineStyle): { readonly width: number; readonly dash?: string } {
  switch (line) {
    case "none":
      return { width: 0 };
    case "hairline":
      return { width: 1 };
    case "solid":
      return { width: 1.25 };
    case "dashed":
      return { width: 1.25, dash: "5 3" };
    case "dotted":
      return { width: 1.5, dash: "1.5 3" };
    case "heavy":
      return { width: 2.25 };
    case "heavy-dashed":
      return { width: 2.25, dash: "6 3" };
  }
}
