/**
 * Draws many nodes: each tile is a run of neighbouring nodes with a bar of pod states and counts. Whatever is wrong is named
 * in a list of its own, because a count hides it.
 */
import { scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { type ClusterModel, isRetired, type NodeView, nodeWords, type PodView } from "../cluster-model.ts";
import { box, icon, text } from "../draw.ts";
import { plural, thousands } from "../order.ts";
import { POD_CLASSES, type PodClass, podLook } from "../pod-state.ts";
import type { Group, Shape } from "../scene.ts";
import { zonePanel } from "./draw-nodes.ts";
import type { MapPlan } from "./plan.ts";
import type { TilePlan } from "./plan-zones.ts";

/** Number of pods in each class. */
type Counts = Record<PodClass, number>;

const zeroCounts = (): Counts => ({
  ready: 0,
  unready: 0,
  creating: 0,
  pending: 0,
  going: 0,
  done: 0,
  crash: 0,
  failed: 0,
});

const stackClasses = stack<unknown, Counts, PodClass>()
  .keys(POD_CLASSES)
  .value((counts, key) => counts[key]);

interface TileFacts {
  readonly counts: Counts;
  readonly pods: number;
  readonly sickNodes: number;
  readonly present: number;
}

function tileFacts(tile: TilePlan, nodes: ReadonlyMap<string, NodeView>, model: ClusterModel): TileFacts {
  const counts = zeroCounts();
  let pods = 0;
  let sickNodes = 0;
  let present = 0;
  for (const name of tile.nodes) {
    const node = nodes.get(name);
    if (!node) continue;
    if (node.member) present++;
    if (!node.health.healthy && !isRetired(node)) sickNodes++;
    for (const pod of model.podsByNode.get(name) ?? []) {
      counts[pod.state.podClass]++;
      pods++;
    }
  }
  return { counts, pods, sickNodes, present };
}

function lastPart(name: string): string {
  return /[^-]*$/.exec(name)?.[0] || name;
}

function tileName(tile: TilePlan): string {
  const first = tile.nodes[0] ?? "";
  if (tile.nodes.length === 1) return first;
  return `${lastPart(first)} +${tile.nodes.length - 1}`;
}

/** Bar of pod states; each class keeps at least two pixels, so that a single failure is seen. */
function bar(facts: TileFacts, x: number, y: number, width: number, full: number): Shape[] {
  const shapes: Shape[] = [box({ x, y, w: width, h: 6 }, { tone: "muted", line: "none", fill: "tint" })];
  const scale = scaleLinear([0, Math.max(1, full)], [0, width]).clamp(true);
  for (const series of stackClasses([facts.counts])) {
    const span = series[0];
    if (!span || span[1] <= span[0]) continue;
    const from = Math.min(scale(span[0]), width - 2);
    const w = Math.max(2, scale(span[1]) - from);
    shapes.push(box({ x: x + from, y, w, h: 6 }, { tone: podLook(series.key).tone, line: "none", fill: "solid" }));
  }
  return shapes;
}

/** ", 28 ready, 2 creating": what the bar shows by length, in words. */
function classWords(counts: Counts): string {
  const present = POD_CLASSES.filter((podClass) => counts[podClass] > 0);
  return present.map((podClass) => `, ${thousands(counts[podClass])} ${podLook(podClass).word}`).join("");
}

function drawTile(tile: TilePlan, facts: TileFacts, full: number): Group {
  const { rect } = tile;
  const bad = facts.counts.crash + facts.counts.failed;
  const sick = facts.sickNodes > 0;
  const wrong = sick ? `${facts.sickNodes}` : bad > 0 ? thousands(bad) : "";
  const shapes: Shape[] = [
    box(
      { ...rect, x: 0, y: 0 },
      sick ? { r: 3, tone: "bad", line: "heavy-dashed", fill: "tint" } : { r: 3, tone: "muted", line: "solid" },
    ),
    text(5, 12.5, tileName(tile), rect.w - 10, { size: 9, bold: true, name: true }),
    ...bar(facts, 5, 16.5, rect.w - 10, full),
    text(5, 32, thousands(facts.pods), rect.w - (wrong === "" ? 10 : 33), { size: 9, tone: "muted" }),
  ];
  if (wrong !== "") {
    shapes.push(
      icon(rect.w - 28, 24, 9, sick ? "cross" : "loop", "bad"),
      text(rect.w - 5, 32, wrong, 13, { size: 9, bold: true, tone: "bad", anchor: "end" }),
    );
  }
  const label =
    `${tile.nodes.length === 1 ? "node" : plural(facts.present, "node")} from ${tile.nodes[0]}: ${plural(facts.pods, "pod")}` +
    `${classWords(facts.counts)}${sick ? `, ${plural(facts.sickNodes, "node")} not ready` : ""}`;
  return { key: tile.key, x: rect.x, y: rect.y, label, shapes };
}

/** All tiles of all zones. */
export function drawTiles(plan: MapPlan, model: ClusterModel): Group[] {
  const nodes = new Map(model.nodes.map((node) => [node.name, node]));
  const facts = new Map<TilePlan, TileFacts>();
  let full = 1;
  for (const zone of plan.zones) {
    for (const tile of zone.tiles) {
      const found = tileFacts(tile, nodes, model);
      facts.set(tile, found);
      full = Math.max(full, found.pods);
    }
  }
  const groups: Group[] = [];
  for (const zone of plan.zones) {
    const present = zone.tiles.reduce((total, tile) => total + facts.get(tile)!.present, 0);
    const pods = zone.tiles.reduce((total, tile) => total + facts.get(tile)!.pods, 0);
    groups.push(zonePanel(zone, present, pods));
    for (const tile of zone.tiles) groups.push(drawTile(tile, facts.get(tile)!, full));
  }
  return groups;
}

/** Something that is wrong, in words. */
interface Trouble {
  readonly key: string;
  readonly what: string;
  readonly state: string;
}

function podTrouble(pods: readonly PodView[], found: Trouble[]): void {
  for (const pod of pods) {
    const { podClass, word } = pod.state;
    if (podClass !== "crash" && podClass !== "failed") continue;
    found.push({
      key: `trouble/${pod.key}`,
      what: `pod ${pod.namespace}/${pod.name}`,
      state: `${word} on ${pod.node}`,
    });
  }
}

/** Everything that is wrong: machines and nodes first, then processes, then pods. */
export function troubles(model: ClusterModel): readonly Trouble[] {
  const found: Trouble[] = [];
  for (const { machine } of model.masters) {
    if (!machine.up)
      found.push({ key: `trouble/machine/${machine.name}`, what: `machine ${machine.name}`, state: "down" });
  }
  for (const node of model.nodes) {
    if (node.health.healthy || isRetired(node)) continue;
    found.push({ key: `trouble/node/${node.name}`, what: nodeWords(node), state: node.health.word });
  }
  const down = new Set(model.snapshot.machines.filter((machine) => !machine.up).map((machine) => machine.name));
  for (const process of model.snapshot.processes) {
    if (process.running || down.has(process.machine)) continue;
    found.push({ key: `trouble/process/${process.id}`, what: process.id, state: "not running" });
  }
  for (const node of model.nodes) podTrouble(model.podsByNode.get(node.name) ?? [], found);
  return found;
}

const TROUBLE_ROWS = 5;

/** The list of what is wrong, under the tiles; two columns of names, and a count of what does not fit. */
export function drawTroubles(plan: MapPlan, model: ClusterModel): Group[] {
  const rect = plan.attention;
  if (!rect) return [];
  const all = troubles(model);
  const room = TROUBLE_ROWS * 2;
  const shown = all.length > room ? room - 1 : all.length;
  const heading = all.length === 0 ? "Needs attention · nothing" : `Needs attention · ${thousands(all.length)}`;
  const shapes: Shape[] = [
    box({ ...rect, x: 0, y: 0 }, { r: 10, fill: "panel" }),
    text(10, 17, heading, rect.w - 20, { size: 11, bold: true, tone: all.length === 0 ? "muted" : "bad" }),
  ];
  const half = rect.w / 2;
  const at = (index: number): { x: number; y: number } => ({
    x: 10 + Math.floor(index / TROUBLE_ROWS) * half,
    y: 38 + (index % TROUBLE_ROWS) * 18,
  });
  all.slice(0, shown).forEach((trouble, index) => {
    const { x, y } = at(index);
    shapes.push(
      icon(x, y - 10, 11, "cross", "bad"),
      text(x + 18, y, `${trouble.what} · ${trouble.state}`, half - 36, { size: 11 }),
    );
  });
  if (all.length > shown) {
    const { x, y } = at(shown);
    shapes.push(text(x + 18, y, `and ${thousands(all.length - shown)} more`, half - 36, { size: 11, tone: "muted" }));
  }
  return [{ key: "attention", x: rect.x, y: rect.y, label: heading, shapes }];
}
