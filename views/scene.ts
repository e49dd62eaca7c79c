/**
 * The scene: one picture of one moment as plain JSON, made of keyed groups of shapes in page coordinates (CSS pixels).
 * A scene names tones, fills, line styles and icons instead of colours, so that a static SVG, a live page and a test read
 * the same meaning. Invariant: the same thing has the same key in every scene, and a key occurs once in a scene.
 */

/** What a colour means. Never the only carrier of that meaning: a glyph, a word or a line style says it too. */
export type Tone = "plain" | "muted" | "ok" | "wait" | "bad" | "going" | "info" | OwnerTone;

/** Tones that mean nothing by themselves: they tell owners apart, beside a letter. */
export type OwnerTone = "owner-1" | "owner-2" | "owner-3" | "owner-4" | "owner-5" | "owner-6";

/** What lies inside an outline: a surface, or a tone's own light (`tint`) or strong (`solid`) fill. */
export type Fill = "none" | "page" | "panel" | "card" | "tint" | "solid";

/** Form of an outline or an arrow; distinct without colour. */
export type LineStyle = "none" | "hairline" | "solid" | "dashed" | "dotted" | "heavy" | "heavy-dashed";

/** Icons by name; `icons.ts` has their paths on a grid of 16. */
export type IconName =
  | "check"
  | "half"
  | "clock"
  | "dots"
  | "cross"
  | "loop"
  | "leave"
  | "done"
  | "store"
  | "gate"
  | "target"
  | "gears"
  | "agent"
  | "crate"
  | "person"
  | "machine"
  | "cut"
  | "pause"
  | "gear"
  | "arrow"
  | "turn"
  | "turn-back"
  | "wrap"
  | "unwrap"
  | "fork"
  | "stop"
  | "envelope"
  | "changed"
  | "plus"
  | "minus"
  | "globe"
  | "plug"
  | "stack"
  | "copies"
  | "crown"
  | "pencil"
  | "list";

/** A rectangle; `r` rounds its corners. */
export interface BoxShape {
  readonly kind: "box";
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly r?: number;
  readonly tone?: Tone;
  readonly fill?: Fill;
  readonly line?: LineStyle;
}

/** One line of text on its baseline. `max` is the room it was fitted to, in pixels. */
export interface TextShape {
  readonly kind: "text";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly max: number;
  readonly bold?: true;
  readonly tone?: Tone;
  /** Inverse text stands on a `solid` fill. */
  readonly inverse?: true;
  readonly anchor?: "middle" | "end";
}

/** A polyline x0,y0,x1,y1,…; with `head` it ends in an arrow head. */
export interface LineShape {
  readonly kind: "line";
  readonly points: readonly number[];
  readonly tone?: Tone;
  readonly line?: LineStyle;
  readonly head?: true;
}

/** An icon in a square of `size` pixels whose upper left corner is (x, y). */
export interface IconShape {
  readonly kind: "icon";
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly inverse?: true;
}

/** Anything that a group is drawn with. */
export type Shape = BoxShape | TextShape | LineShape | IconShape;

/** One thing in the picture. Its shapes are relative to (x, y), so that a move changes two numbers only. */
export interface Group {
  /** `kind/namespace/name#uid` for an object; `process/…`, `machine/…`, `message/…` for the rest. */
  readonly key: string;
  readonly x: number;
  readonly y: number;
  /** Accessible name; a group without one is decoration. */
  readonly label?: string;
  readonly shapes: readonly Shape[];
}

/** One row of the table that says the same as the picture; `depth` nests it as a tree. */
export interface TwinRow {
  readonly key: string;
  readonly depth: number;
  readonly cells: readonly string[];
}

/** The picture as text: what a screen reader, a terminal and a notebook without pictures show. */
export interface TwinTable {
  readonly columns: readonly string[];
  readonly rows: readonly TwinRow[];
}

/** One entry of the legend: a sample (icon, line or both) and its word. */
export interface LegendEntry {
  readonly text: string;
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly line?: LineStyle;
  readonly arrow?: true;
}

/** A whole picture; see the file's comment. Groups are in drawing order, which is reading order too. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly title: string;
  /** Longer description for `<desc>` and the image's alternative text. */
  readonly desc: string;
  /** What happened in this step, in one line; what a live view announces. */
  readonly caption: string;
  readonly groups: readonly Group[];
  readonly legend: readonly LegendEntry[];
  readonly table: TwinTable;
}
