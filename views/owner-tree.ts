/**
 * Who owns whom: workloads, ReplicaSets and pods by owner reference, and which pods a Service selects, at the moments given.
 * Everything has one place in all moments; what needs attention comes first.
 */
import type { Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { caption, timeWords } from "./caption.ts";
import { pageWidth, roundGroup, text } from "./draw.ts";
import { heading } from "./heading.ts";
import { drawLegend } from "./map/draw-frame.ts";
import { plural, thousands } from "./order.ts";
import { drawBand, drawColumns, hiddenWords, OWNERS_LEGEND, stateCounts } from "./owners/draw-owners.ts";
import { type Grove, grovesOf, type Workload } from "./owners/forest.ts";
import { type OwnersPlan, planOwners, SIZE } from "./owners/plan-owners.ts";
import type { Group, Scene, TwinRow, TwinTable } from "./scene.ts";

/** What a caller may choose about the tree of owners. */
export interface OwnerOptions {
  /** One namespace only; all of them otherwise. */
  readonly namespace?: string;
  /** Width in CSS pixels, at least 760; 900 fits a notebook. */
  readonly width?: number;
}

const WIDTH = 900;
const WIDTH_MIN = 760;
const FRAMES_MAX = 16;
/** Pods read for one display over all its moments. */
const PODS_READ_MAX = 40_000;

function workloadRows(node: Workload, depth: number, cells: ReadonlySet<string>): TwinRow[] {
  const count = `${thousands(node.ready)}/${thousands(node.wanted)} ready`;
  const name = node.kind === "" ? node.name : `${node.kind} ${node.name}`;
  const rows: TwinRow[] = [{ key: node.key, depth, cells: [name, count, node.going] }];
  for (const child of node.children) rows.push(...workloadRows(child, depth + 1, cells));
  if (cells.has(`pods/${node.key}`)) {
    rows.push({
      key: `pods/${node.key}`,
      depth: depth + 1,
      cells: [plural(node.pods.length, "pod"), stateCounts(node.pods), ""],
    });
    return rows;
  }
  for (const pod of node.pods)
    rows.push({ key: pod.key, depth: depth + 1, cells: [`pod ${pod.name}`, pod.state.word, pod.going] });
  return rows;
}

function tableOf(groves: ReadonlyMap<string, Grove>, plan: OwnersPlan): TwinTable {
  const rows: TwinRow[] = [];
  for (const band of plan.bands) {
    const grove = groves.get(band.namespace);
    if (!grove) continue;
    const ready = `${thousands(grove.ready)}/${thousands(grove.pods)} pods ready`;
    rows.push({ key: `namespace//${band.namespace}`, depth: 0, cells: [`namespace ${band.namespace}`, ready, ""] });
    const cells = new Set(band.slots.filter((slot) => slot.kind === "cell").map((slot) => slot.key));
    const drawn = new Set(band.slots.map((slot) => slot.key));
    for (const root of grove.roots) if (drawn.has(root.key)) rows.push(...workloadRows(root, 1, cells));
    for (const service of grove.services) {
      if (!drawn.has(service.key)) continue;
      const names = service.pods.map((key) => key.replace(/^.*\/|#.*$/g, ""));
      const selects =
        names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");
      rows.push({
        key: service.key,
        depth: 1,
        cells: [`Service ${service.name}`, service.words, `selects ${selects || "no pods"}`],
      });
      for (const slice of service.slices) {
        const count = `${slice.ready}/${slice.wanted} endpoints ready`;
        rows.push({ key: slice.key, depth: 2, cells: [`EndpointSlice ${slice.name}`, count, slice.going] });
      }
    }
    const rest = hiddenWords(band, grove);
    if (rest !== "") rows.push({ key: `more/${band.namespace}`, depth: 1, cells: [rest, "", ""] });
  }
  return { columns: ["What", "State", "Detail"], rows };
}

function hiddenNamespaces(plan: OwnersPlan): Group[] {
  if (plan.hiddenNamespaces === 0) return [];
  const words = `${plural(plan.hiddenNamespaces, "more namespace")} not drawn; name one to see it`;
  const shapes = [text(0, 12, words, plan.width - 2 * SIZE.margin, { size: 11, tone: "muted" })];
  return [{ key: "namespaces/more", x: SIZE.margin, y: plan.legendY - 20, label: words, shapes }];
}

function drawScene(snapshot: Snapshot, list: readonly Grove[], plan: OwnersPlan, only: string | undefined): Scene {
  const groves = new Map(list.map((grove) => [grove.namespace, grove]));
  const said = caption(snapshot);
  const title = only === undefined ? "Who owns whom" : `Who owns whom in ${only}`;
  const ready = list.reduce((sum, grove) => sum + grove.ready, 0);
  const pods = list.reduce((sum, grove) => sum + grove.pods, 0);
  const right = `step ${thousands(snapshot.step)} · time ${timeWords(snapshot.now)}`;
  const legend = OWNERS_LEGEND;
  const groups = [
    heading([title, right, said], plan.width),
    drawColumns(plan),
    ...plan.bands.flatMap((band) => drawBand(band, groves.get(band.namespace), plan)),
    ...hiddenNamespaces(plan),
    drawLegend(legend, { x: SIZE.margin, y: plan.legendY, w: plan.width - 2 * SIZE.margin, h: 40 }),
  ];
  return {
    width: plan.width,
    height: plan.height,
    step: snapshot.step,
    title,
    desc: `${plural(plan.bands.length, "namespace")}, ${thousands(ready)} of ${plural(pods, "pod")} ready. ${said}`,
    caption: said,
    groups: groups.map(roundGroup),
    legend,
    table: tableOf(groves, plan),
  };
}

/** Newest moments whose pods can be read quickly. */
function recent(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  let pods = 0;
  const kept: Snapshot[] = [];
  for (const snapshot of [...snapshots].reverse()) {
    pods += snapshot.objects("pods").length;
    if (kept.length > 0 && (pods > PODS_READ_MAX || kept.length >= FRAMES_MAX)) break;
    kept.unshift(snapshot);
  }
  return kept;
}

/** The tree of owners as scenes, oldest first. */
export function ownerScenes(snapshots: readonly Snapshot[], options: OwnerOptions = {}): readonly Scene[] {
  const kept = recent(snapshots);
  const moments = kept.map((snapshot) => grovesOf(snapshot, options.namespace));
  const plan = planOwners(moments, pageWidth(options.width, WIDTH_MIN, WIDTH));
  return kept.map((snapshot, at) => drawScene(snapshot, moments[at]!, plan, options.namespace));
}

/** The tree of owners at the moments given, oldest first, as something that a notebook can show. */
export function ownerTree(snapshots: readonly Snapshot[], options: OwnerOptions = {}): Display {
  const scenes = ownerScenes(snapshots, options);
  return makeDisplay("owners", scenes, snapshots.length - scenes.length);
}
