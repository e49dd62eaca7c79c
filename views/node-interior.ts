/**
 * The inside of one machine: network namespaces with their interfaces, and the tables that decide where packets go, at the
 * moments given. What stands where is settled once for all moments; what a step has changed is marked.
 */
import type { Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { caption, timeWords } from "./caption.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { heading } from "./heading.ts";
import { drawSpaces, interfaceWords } from "./interior/draw-spaces.ts";
import { drawTables, INTERIOR_LEGEND } from "./interior/draw-tables.ts";
import { type Inside, insidesOf, interfaceKey } from "./interior/inside.ts";
import { type InteriorPlan, leftPart, MARGIN, planInterior } from "./interior/plan-interior.ts";
import { drawLegend } from "./map/draw-frame.ts";
import { plural, thousands } from "./order.ts";
import type { Scene, TwinRow, TwinTable } from "./scene.ts";

/** What a caller may choose about the inside of a node. */
export interface InteriorOptions {
  /** Width in CSS pixels, at least 760; 900 fits a notebook. */
  readonly width?: number;
  /** `namespace/name` of a pod to show first, with its own routes. */
  readonly pod?: string;
  /** Which tables to show: "routes", "neighbours", "conntrack", "listeners", "chains", or a chain such as "nat/KUBE-SERVICES". */
  readonly tables?: readonly string[];
}

const WIDTH = 900;
const WIDTH_MIN = 760;
const FRAMES_MAX = 24;

function tableOf(inside: Inside): TwinTable {
  const rows: TwinRow[] = [];
  const spaces = [
    ...(inside.host ? [{ space: inside.host, key: `namespace/${inside.host.name}`, isNew: false }] : []),
    ...inside.pods,
  ];
  for (const { space, key, isNew } of spaces) {
    const what = space.kind === "pod" ? `namespace of pod ${space.pod || space.name}` : `host namespace ${space.name}`;
    const count = plural(space.interfaces?.length ?? 0, "interface");
    rows.push({ key, depth: 0, cells: [what, isNew ? "new" : "", `${count}, ${space.name}`] });
    for (const device of space.interfaces ?? []) {
      const changed = inside.changed.has(interfaceKey(space, device)) ? ", changed" : "";
      const cells = [`interface ${device.name}`, `${device.up ? "up" : "down"}${changed}`, interfaceWords(device)];
      rows.push({ key: interfaceKey(space, device), depth: 1, cells });
    }
  }
  if (inside.hiddenPods > 0) {
    rows.push({ key: "pods/more", depth: 0, cells: [`${thousands(inside.hiddenPods)} more pods`, "not drawn", ""] });
  }
  for (const { key, title, lines, hidden } of inside.sections) {
    const rest = hidden > 0 ? `${thousands(hidden)} more lines` : lines.length === 0 ? "none" : "";
    rows.push({ key: `table/${key}`, depth: 0, cells: [title, "", rest] });
    for (const line of lines) {
      rows.push({
        key: line.key,
        depth: 1 + line.depth,
        cells: [line.text, line.state === "same" ? "" : line.state, ""],
      });
    }
  }
  return { columns: ["What", "State", "Detail"], rows };
}

function changeWords(inside: Inside): string {
  const lines = inside.sections.flatMap((section) => section.lines);
  const fresh = lines.filter((line) => line.state === "new").length;
  const gone = lines.filter((line) => line.state === "gone").length;
  const parts = [
    fresh > 0 ? `${plural(fresh, "line")} new` : "",
    gone > 0 ? `${plural(gone, "line")} gone` : "",
    inside.changed.size > 0 ? `${plural(inside.changed.size, "interface")} changed` : "",
  ].filter((part) => part !== "");
  return parts.join(", ");
}

function drawScene(inside: Inside, plan: InteriorPlan, machine: string, pod: string | undefined): Scene {
  const { snapshot, host, pods, hiddenPods } = inside;
  const changes = changeWords(inside);
  const happened = caption(snapshot);
  const said = changes === "" ? happened : `${happened.replace(/\.$/, "")} · here: ${changes}`;
  const title = `Inside ${machine}`;
  const right = `step ${thousands(snapshot.step)} · time ${timeWords(snapshot.now)}`;
  const count = plural(pods.length + hiddenPods, "pod");
  const { width, height } = plan;
  const groups = [
    heading([title, right, said], width),
    ...drawSpaces(inside, plan, { machine, pod }),
    ...drawTables(inside, plan),
    drawLegend(INTERIOR_LEGEND, { x: MARGIN, y: plan.legendY, w: width - 2 * MARGIN, h: 20 }),
  ];
  const desc = `${count} with a network namespace of their own; the host has ${plural(host?.interfaces?.length ?? 0, "interface")} and ${plural(host?.routes?.length ?? 0, "route")}. ${said}`;
  const legend = INTERIOR_LEGEND;
  return {
    width,
    height,
    step: snapshot.step,
    title,
    desc,
    caption: said,
    groups: unique(groups).map(roundGroup),
    legend,
    table: tableOf(inside),
  };
}

/** Leaves out a group whose key was there before, as a broken snapshot may have it. */
function unique(groups: readonly Scene["groups"][number][]): Scene["groups"] {
  const seen = new Set<string>();
  return groups.filter(({ key }) => !seen.has(key) && seen.add(key));
}

/** The inside of a machine as scenes, oldest first. */
export function interiorScenes(
  snapshots: readonly Snapshot[],
  machine: string,
  options: InteriorOptions = {},
): readonly Scene[] {
  const width = pageWidth(options.width, WIDTH_MIN, WIDTH);
  const { podsMax } = leftPart(width);
  const wanted = { machine, pod: options.pod, tables: options.tables, podsMax };
  const insides = insidesOf(snapshots.slice(-FRAMES_MAX), wanted);
  const plan = planInterior(insides, width);
  return insides.map((inside) => drawScene(inside, plan, machine, options.pod));
}

/** The inside of `machine` at the moments given, oldest first, as something that a notebook can show. */
export function nodeInterior(snapshots: readonly Snapshot[], machine: string, options: InteriorOptions = {}): Display {
  const scenes = interiorScenes(snapshots, machine, options);
  return makeDisplay("interior", scenes, snapshots.length - scenes.length);
}
