/** The component map as a table in tree order: control plane, then zones, nodes, their processes and pods. */
import { type ClusterModel, isRetired, memberCount, nodeWords, type PodView } from "../cluster-model.ts";
import { plural, thousands } from "../order.ts";
import type { TwinRow, TwinTable } from "../scene.ts";
import { messageWords } from "./draw-links.ts";
import { doingWords } from "./draw-masters.ts";
import { troubles } from "./draw-tiles.ts";
import type { Detail } from "./plan-zones.ts";

const COLUMNS = ["What", "State", "Detail"];
const TROUBLE_ROWS_MAX = 40;

function podRow(pod: PodView, depth: number): TwinRow {
  return { key: pod.key, depth, cells: [`pod ${pod.namespace}/${pod.name}`, pod.state.word, ""] };
}

function masterRows(model: ClusterModel): TwinRow[] {
  const rows: TwinRow[] = [];
  const { step } = model.snapshot;
  for (const { machine, processes, controllers } of model.masters) {
    const place = machine.zone === "" ? "control plane" : `control plane, ${machine.zone}`;
    rows.push({
      key: `machine/${machine.name}`,
      depth: 0,
      cells: [`machine ${machine.name}`, machine.up ? "up" : "down", place],
    });
    for (const process of [...processes, ...controllers]) {
      const nested = controllers.includes(process) ? 2 : 1;
      const state = process.running ? "running" : "not running";
      rows.push({
        key: `process/${process.id}`,
        depth: nested,
        cells: [process.component, state, process.running ? doingWords(process, step) : ""],
      });
    }
  }
  return rows;
}

function nodeRows(model: ClusterModel): TwinRow[] {
  const rows: TwinRow[] = [];
  const { step } = model.snapshot;
  for (const zone of model.zones) {
    const nodes = model.nodes.filter((node) => node.zone === zone);
    if (zone !== "")
      rows.push({ key: `zone/${zone}`, depth: 0, cells: [`zone ${zone}`, "", plural(memberCount(nodes), "node")] });
    const depth = zone === "" ? 0 : 1;
    for (const node of nodes) {
      const pods = model.podsByNode.get(node.name) ?? [];
      rows.push({
        key: `node//${node.name}`,
        depth,
        cells: [nodeWords(node), node.health.word, plural(pods.length, "pod")],
      });
      for (const process of node.processes) {
        const state = process.running ? "running" : "not running";
        rows.push({
          key: `process/${process.id}`,
          depth: depth + 1,
          cells: [process.component, state, process.running ? doingWords(process, step) : ""],
        });
      }
      for (const pod of pods) rows.push(podRow(pod, depth + 1));
    }
  }
  return rows;
}

function zoneRows(model: ClusterModel): TwinRow[] {
  const sums = new Map<string, { nodes: number; sick: number; pods: number }>();
  for (const node of model.nodes) {
    const total = sums.get(node.zone) ?? { nodes: 0, sick: 0, pods: 0 };
    if (node.member) total.nodes++;
    if (!node.health.healthy && !isRetired(node)) total.sick++;
    total.pods += model.podsByNode.get(node.name)?.length ?? 0;
    sums.set(node.zone, total);
  }
  const rows: TwinRow[] = [...sums].map(([zone, { nodes, sick, pods }]) => ({
    key: `zone/${zone}`,
    depth: 0,
    cells: [
      zone === "" ? "nodes" : `zone ${zone}`,
      sick === 0 ? "all nodes ready" : `${plural(sick, "node")} not ready`,
      `${plural(nodes, "node")}, ${plural(pods, "pod")}`,
    ],
  }));
  const wrong = troubles(model);
  for (const { key, what, state } of wrong.slice(0, TROUBLE_ROWS_MAX))
    rows.push({ key, depth: 1, cells: [what, state, "needs attention"] });
  if (wrong.length > TROUBLE_ROWS_MAX) {
    const rest = `${thousands(wrong.length - TROUBLE_ROWS_MAX)} more need attention`;
    rows.push({ key: "trouble/more", depth: 1, cells: [rest, "", ""] });
  }
  return rows;
}

/** Rows for everything in the picture; nodes and pods one by one only where the picture has them one by one. */
export function mapTable(model: ClusterModel, detail: Detail): TwinTable {
  const rows = [...masterRows(model), ...(detail === "tiles" ? zoneRows(model) : nodeRows(model))];
  const { unscheduled, snapshot } = model;
  if (unscheduled.length > 0) {
    rows.push({ key: "tray", depth: 0, cells: ["waiting for a node", plural(unscheduled.length, "pod"), ""] });
    rows.push(...unscheduled.slice(0, TROUBLE_ROWS_MAX).map((pod) => podRow(pod, 1)));
  }
  for (const [a, b] of snapshot.cutLinks)
    rows.push({ key: `cut/${a}/${b}`, depth: 0, cells: [`link ${a} to ${b}`, "cut", ""] });
  snapshot.messages.forEach((message, at) => {
    const cells = [`message ${at + 1}`, message.dropped ? "lost" : message.kind, messageWords(message)];
    rows.push({ key: `message/${message.step}/${at}`, depth: 0, cells });
  });
  return { columns: COLUMNS, rows };
}
