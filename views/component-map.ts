/**
 * The component map: what every part of the cluster is doing, and what went between them, over the moments given.
 * Everything stands where it stood; a thing has the same key in every moment.
 */
import type { Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { caption, timeWords } from "./caption.ts";
import { type ClusterModel, clusterModel, memberCount } from "./cluster-model.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { drawHeading, drawLegend, drawLists, mapLegend } from "./map/draw-frame.ts";
import { drawLink } from "./map/draw-links.ts";
import { drawMasters } from "./map/draw-masters.ts";
import { drawNodes, drawTray } from "./map/draw-nodes.ts";
import { drawTiles, drawTroubles, troubles } from "./map/draw-tiles.ts";
import { linksOf } from "./map/links.ts";
import { mapTable } from "./map/map-table.ts";
import { type MapPlan, planMap } from "./map/plan.ts";
import { routeLinks } from "./map/routes.ts";
import { plural } from "./order.ts";
import type { Group, Scene } from "./scene.ts";

/** What a caller may choose about a map. */
export interface MapOptions {
  /** Width in CSS pixels, at least 700; 900 fits a notebook. */
  readonly width?: number;
  /** Most moments to keep, newest first; fewer are kept when the cluster is large. */
  readonly framesMax?: number;
}

const WIDTH = 900;
const WIDTH_MIN = 700;
const FRAMES_MAX = 24;
/** Pods read for one display over all its moments: keeps the largest clusters under half a second. */
const PODS_READ_MAX = 200_000;

function describe(model: ClusterModel): string {
  const wrong = troubles(model);
  const named = wrong.slice(0, 5).map(({ what, state }) => `${what} ${state}`);
  const state =
    wrong.length === 0
      ? "Nothing needs attention."
      : `Needs attention: ${named.join("; ")}${wrong.length > 5 ? `; and ${wrong.length - 5} more` : ""}.`;
  const masters = plural(model.masters.length, "control-plane machine");
  const waiting =
    model.unscheduled.length === 0 ? "" : ` ${plural(model.unscheduled.length, "pod")} waiting for a node.`;
  return `${masters}, ${plural(memberCount(model.nodes), "node")}, ${plural(model.podCount, "pod")}.${waiting} ${state} In this step: ${caption(model.snapshot, model.shortNames)}`;
}

function drawScene(plan: MapPlan, models: readonly ClusterModel[], frame: number): Scene {
  const model = models[frame]!;
  const { snapshot } = model;
  const order = new Map(model.nodes.map((node) => [node.name, node.processes.map((process) => process.id)]));
  const several = plan.masters.several;
  const routes = routeLinks(plan, linksOf({ model, several }), (machine) => order.get(machine) ?? []);
  const legend = mapLegend(plan.detail);
  const groups: Group[] = [
    drawHeading(plan, model),
    ...drawMasters(plan, model),
    ...(plan.detail === "tiles" ? drawTiles(plan, model) : drawNodes(plan, model, frame)),
    ...drawTray(plan, model, frame),
    ...drawTroubles(plan, model),
    ...routes.map(drawLink),
    ...drawLists(plan, models, frame),
    drawLegend(legend, plan.legend),
  ];
  return {
    width: plan.width,
    height: plan.height,
    step: snapshot.step,
    title: `Cluster at step ${snapshot.step}, ${timeWords(snapshot.now)}`,
    desc: describe(model),
    caption: caption(snapshot, model.shortNames),
    groups: groups.map(roundGroup),
    legend,
    table: mapTable(model, plan.detail),
  };
}

/** Newest moments that may be shown: at most `framesMax`, and only so many that their pods can be read quickly. */
function recent(snapshots: readonly Snapshot[], framesMax: number): readonly Snapshot[] {
  const kept: Snapshot[] = [];
  let pods = 0;
  for (let at = snapshots.length - 1; at >= 0 && kept.length < framesMax; at--) {
    const snapshot = snapshots[at]!;
    pods += snapshot.objects("pods").length;
    if (kept.length > 0 && pods > PODS_READ_MAX) break;
    kept.unshift(snapshot);
  }
  return kept;
}

/** The map as scenes, oldest first; what the tests and the live view draw. */
export function componentScenes(snapshots: readonly Snapshot[], options: MapOptions = {}): readonly Scene[] {
  const models = recent(snapshots, options.framesMax ?? FRAMES_MAX).map(clusterModel);
  if (models.length === 0) return [];
  const plan = planMap(models, pageWidth(options.width, WIDTH_MIN, WIDTH));
  return models.map((_, frame) => drawScene(plan, models, frame));
}

/** The map of the moments given, oldest first, as something that a notebook can show. */
export function componentMap(snapshots: readonly Snapshot[], options: MapOptions = {}): Display {
  const scenes = componentScenes(snapshots, options);
  return makeDisplay("components", scenes, snapshots.length - scenes.length);
}
