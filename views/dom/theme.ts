/**
 * Colours of live pictures, light and dark. Surfaces and plain text are JupyterLab's own variables where a page has them,
 * so a picture sits in the notebook's theme; tones are ours.
 * Invariant: in both schemes text reaches 4.5:1 and outlines and icons 3:1 against every surface (WCAG 2.2).
 */
import { fillColour, HAIRLINE, INVERSE, toneColours } from "../palette.ts";
import type { Tone } from "../scene.ts";

/** A colour scheme of the page. */
export type Scheme = "light" | "dark";

/** Every tone, in a fixed order. */
export const TONE_NAMES: readonly Tone[] = [
  ...(["plain", "muted", "ok", "wait", "bad", "going", "info"] as const),
  ...(["owner-1", "owner-2", "owner-3", "owner-4", "owner-5", "owner-6"] as const),
];

type Colours = ReturnType<typeof toneColours>;

const DARK: Readonly<Record<Tone, Colours>> = {
  plain: { stroke: "#93a1af", text: "#e4e9ee", tint: "#2a3138" },
  muted: { stroke: "#8493a1", text: "#b3bec9", tint: "#252b31" },
  ok: { stroke: "#2fb98c", text: "#7fdcbb", tint: "#11352a" },
  wait: { stroke: "#d9a233", text: "#f2c86b", tint: "#3a2c0d" },
  bad: { stroke: "#f0803c", text: "#ffab7a", tint: "#42200f" },
  going: { stroke: "#d683b4", text: "#f0b3d5", tint: "#3b1d30" },
  info: { stroke: "#56a9e0", text: "#9bcff2", tint: "#10304a" },
  "owner-1": { stroke: "#3fb5c7", text: "#8fdfec", tint: "#0d3339" },
  "owner-2": { stroke: "#a98be0", text: "#cdb8f5", tint: "#2b2044" },
  "owner-3": { stroke: "#b3c13a", text: "#d9e38a", tint: "#2d310c" },
  "owner-4": { stroke: "#c79a74", text: "#e8c9ae", tint: "#3a2a1c" },
  "owner-5": { stroke: "#86a3e0", text: "#bccdf3", tint: "#1c2744" },
  "owner-6": { stroke: "#e07a98", text: "#f5b6c7", tint: "#3f1a26" },
};

/** Colours of a tone in a scheme. */
export function tone(name: Tone, scheme: Scheme): Colours {
  return scheme === "light" ? toneColours(name) : DARK[name];
}

/** Surfaces of a scheme where the page sets none, with the colour of hairlines and of text on a strong fill. */
export const SURFACES: Readonly<Record<Scheme, Readonly<Record<string, string>>>> = {
  light: {
    page: fillColour("page", undefined),
    panel: fillColour("panel", undefined),
    card: fillColour("card", undefined),
    hairline: HAIRLINE,
    inverse: INVERSE,
  },
  dark: { page: "#111111", panel: "#1a1f24", card: "#212121", hairline: "#3d4650", inverse: "#0b0f13" },
};

/** The page's own variables for some surfaces, which win over ours. */
const PAGE_VARIABLES: Readonly<Record<string, string>> = { page: "--jp-layout-color0", card: "--jp-layout-color1" };

/** All variables that drawings use, by name, for an element's style. */
export function themeVariables(scheme: Scheme): readonly (readonly [name: string, value: string])[] {
  const surfaces = Object.entries(SURFACES[scheme]).map(([name, colour]): [string, string] => {
    const own = PAGE_VARIABLES[name];
    return [`--orrery-${name}`, own === undefined ? colour : `var(${own}, ${colour})`];
  });
  const tones = TONE_NAMES.flatMap((name) =>
    Object.entries(tone(name, scheme)).map(([part, colour]): [string, string] => [`--orrery-${name}-${part}`, colour]),
  );
  return [...surfaces, ...tones];
}
