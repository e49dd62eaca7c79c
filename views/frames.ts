/**
 * Several scenes in one value: the first whole, each further one as its differences from the one before, so that step and
 * back work in a saved notebook without a notebook kernel.
 */
import { diffList, type ListChange, patchList } from "./list-diff.ts";
import type { Group, LegendEntry, Scene, TwinRow } from "./scene.ts";

/** Version of the form of `FrameSet`; readers refuse another one. */
const FRAMES_VERSION = 1;

/** What may differ from one scene to the next. */
interface FrameChange {
  readonly step: number;
  readonly title: string;
  readonly desc: string;
  readonly caption: string;
  readonly groups: readonly ListChange<Group>[];
  readonly rows: readonly ListChange<TwinRow>[];
  /** Present where the page's size, the legend or the columns differ. */
  readonly page?: {
    readonly width: number;
    readonly height: number;
    readonly legend: readonly LegendEntry[];
    readonly columns: readonly string[];
  };
}

/** The value under our MIME type. */
export interface FrameSet {
  readonly version: typeof FRAMES_VERSION;
  /** Which view made it, e.g. "components". */
  readonly view: string;
  /** Older moments that are not in this value, because of its size. */
  readonly dropped: number;
  readonly first: Scene;
  readonly changes: readonly FrameChange[];
}

function pageOf(scene: Scene): NonNullable<FrameChange["page"]> {
  return { width: scene.width, height: scene.height, legend: scene.legend, columns: scene.table.columns };
}

function change(before: Scene, after: Scene): FrameChange {
  const page = pageOf(after);
  const same = JSON.stringify(page) === JSON.stringify(pageOf(before));
  return {
    step: after.step,
    title: after.title,
    desc: after.desc,
    caption: after.caption,
    groups: diffList(before.groups, after.groups),
    rows: diffList(before.table.rows, after.table.rows),
    ...(same ? {} : { page }),
  };
}

/** Packs scenes, oldest first; at least one. */
export function packFrames(view: string, scenes: readonly Scene[], dropped: number): FrameSet {
  const first = scenes[0];
  if (!first) throw new RangeError("A display needs at least one scene; give one snapshot or more.");
  const changes = scenes.slice(1).map((scene, at) => change(scenes[at]!, scene));
  return { version: FRAMES_VERSION, view, dropped, first, changes };
}

function unpackOne(before: Scene, next: FrameChange): Scene {
  const page = next.page ?? pageOf(before);
  return {
    width: page.width,
    height: page.height,
    step: next.step,
    title: next.title,
    desc: next.desc,
    caption: next.caption,
    groups: patchList(before.groups, next.groups),
    legend: page.legend,
    table: { columns: page.columns, rows: patchList(before.table.rows, next.rows) },
  };
}

/** The scenes of a packed value, oldest first. */
export function unpackFrames(set: FrameSet): readonly Scene[] {
  const scenes: Scene[] = [set.first];
  for (const next of set.changes) scenes.push(unpackOne(scenes[scenes.length - 1]!, next));
  return scenes;
}
