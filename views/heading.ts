/** The two lines on top of a picture: what it is and when, then what happened. */
import { text } from "./draw.ts";
import type { Group } from "./scene.ts";
import { textWidth } from "./text-width.ts";

/** Draws title, a remark at the right, and the caption below, `margin` pixels from the page's edges. */
export function heading(words: readonly [title: string, right: string, caption: string], width: number): Group {
  const margin = 16;
  const inner = width - 2 * margin;
  const [title, right, caption] = words;
  const rightMax = Math.min(inner * 0.32, textWidth(right, { size: 12 }) + 1);
  const shapes = [
    text(0, 25, title, inner - rightMax - 16, { size: 18, bold: true }),
    text(inner, 25, right, rightMax, { size: 12, tone: "muted", anchor: "end" }),
    text(0, 46, caption, inner, { size: 13 }),
  ];
  return { key: "heading", x: margin, y: 0, label: `${title}. ${caption}`, shapes };
}
