import { describe, expect, it } from "vitest";
import { type Scheme, SURFACES, TONE_NAMES, themeVariables, tone } from "./theme.ts";

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** What JupyterLab's own themes put in place of our surfaces. */
const jupyter: Readonly<Record<Scheme, readonly string[]>> = { light: ["#ffffff"], dark: ["#111111", "#212121"] };

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  const { page, panel, card, inverse } = SURFACES[scheme] as Record<string, string>;
  const surfaces = [page!, panel!, card!, ...jupyter[scheme]];

  it.each(TONE_NAMES)("%s can be read and seen on every surface", (name) => {
    const { stroke, text, tint } = tone(name, scheme);
    for (const surface of [...surfaces, tint]) {
      expect(contrast(text, surface), `text on ${surface}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(stroke, surface), `outline on ${surface}`).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(inverse!, stroke), "text on the strong fill").toBeGreaterThanOrEqual(3);
  });

  it("names a variable once", () => {
    const names = themeVariables(scheme).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
