/**
 * Scenes → what a notebook shows: our own type with all moments, HTML that survives an untrusted notebook (a picture as a
 * data URI, and a table), and plain text. Invariant: no script, no style, and at most 256 KB altogether.
 */
import { base64 } from "./base64.ts";
import { type FrameSet, packFrames } from "./frames.ts";
import type { Scene, TwinTable } from "./scene.ts";
import { escapeXml, sceneToSvg } from "./svg.ts";
import { sceneToText } from "./text.ts";

/** MIME type of the live view. */
export const VIEW_TYPE = "application/vnd.orrery.view.v1+json";

/** Most bytes of a bundle as JSON. */
export const BUNDLE_BYTES_MAX = 256 * 1024;

/** One display's data by MIME type. */
export interface MimeBundle {
  readonly [VIEW_TYPE]?: FrameSet;
  readonly "text/html": string;
  readonly "text/plain": string;
}

/** Something that a notebook can show. */
export interface Display {
  /** The scenes that are shown, oldest first. */
  readonly scenes: readonly Scene[];
  /** The data to send; made anew by each call. */
  toMimeBundle(): MimeBundle;
  /** The newest scene as text. */
  toString(): string;
}

const TABLE_ROWS_MAX = 60;
const HARD_SPACE = "\u00a0";

function htmlTable(table: TwinTable): string {
  const rows = table.rows.slice(0, TABLE_ROWS_MAX).map(({ depth, cells }) => {
    const first = `${HARD_SPACE.repeat(depth * 3)}${cells[0] ?? ""}`;
    return `<tr>${[first, ...cells.slice(1)].map((cell) => `<td>${escapeXml(cell)}</td>`).join("")}</tr>`;
  });
  const hidden = table.rows.length - TABLE_ROWS_MAX;
  if (hidden > 0) rows.push(`<tr><td colspan="${table.columns.length}">… and ${hidden} more rows</td></tr>`);
  const head = table.columns.map((column) => `<th scope="col">${escapeXml(column)}</th>`).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function html(scene: Scene, dropped: number): string {
  const source = `data:image/svg+xml;base64,${base64(sceneToSvg(scene, { titles: false }))}`;
  const alt = escapeXml(`${scene.title}. ${scene.desc}`);
  const size = `width="${scene.width}" height="${scene.height}"`;
  const note = dropped > 0 ? `<p>${dropped} older steps are left out to keep this output small.</p>` : "";
  return (
    `<img alt="${alt}" ${size} src="${source}">` +
    `<details><summary>The same as a table: ${escapeXml(scene.caption)}</summary>${htmlTable(scene.table)}${note}</details>`
  );
}

/** Bytes of a text in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code <= 0xdfff ? 2 : 3;
  }
  return bytes;
}

const jsonBytes = (value: unknown): number => bytesOf(JSON.stringify(value));

/** Room for field names and for the note about steps left out. */
const ENVELOPE_BYTES = 400;

function bundle(view: string, scenes: readonly Scene[], dropped: number): MimeBundle {
  const last = scenes[scenes.length - 1]!;
  const rest = { "text/html": html(last, dropped), "text/plain": sceneToText(last) };
  const whole = packFrames(view, scenes, dropped);
  const sizes = whole.changes.map(jsonBytes);
  let room = BUNDLE_BYTES_MAX - jsonBytes(rest) - ENVELOPE_BYTES - sizes.reduce((total, size) => total + size, 0);
  for (let first = 0; first < scenes.length; first++) {
    const scene = scenes[first]!;
    if (jsonBytes(scene) <= room) {
      const frames = { ...whole, dropped: dropped + first, first: scene, changes: whole.changes.slice(first) };
      return { [VIEW_TYPE]: frames, ...rest, "text/html": html(last, dropped + first) };
    }
    room += sizes[first] ?? 0;
  }
  return rest;
}

/** A display of scenes, oldest first; `dropped` older ones were left out before. Oldest scenes go first when it is too large. */
export function makeDisplay(view: string, scenes: readonly Scene[], dropped: number): Display {
  const shown = scenes.length > 0 ? scenes : [emptyScene()];
  return {
    scenes: shown,
    toMimeBundle: () => bundle(view, shown, dropped),
    toString: () => sceneToText(shown[shown.length - 1]!),
  };
}

function emptyScene(): Scene {
  const title = "Nothing to show yet";
  const table = { columns: ["What"], rows: [] };
  const shapes = [{ kind: "text" as const, x: 16, y: 26, text: title, size: 13, max: 280 }];
  const groups = [{ key: "empty", x: 0, y: 0, label: title, shapes }];
  return { width: 320, height: 44, step: 0, title, desc: title, caption: title, groups, legend: [], table };
}
