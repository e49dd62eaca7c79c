/**
 * What runs between the boxes at one moment: messages in their order, and links that a fault has cut; which place of the
 * picture each end is, and in which lane the link runs. Rows in a lane go downwards in order of time.
 */
import type { MessageSnapshot } from "../../sim/snapshot.ts";
import { type ClusterModel, INSTALLER } from "../cluster-model.ts";
import { API_SERVER, CONTROLLER_MANAGER } from "./plan-masters.ts";

/** One end of a link: the kind of place, the machine, and the process that stands there. */
export interface End {
  readonly place: "client" | "card" | "bar" | "node";
  readonly machine: string;
  readonly process: string;
}

/** Where a link runs: over the API server, under it, over the columns of several masters, or in one machine's gutter. */
type Lane = "a" | "b" | "t" | "local" | "self";

/** A message or a cut link between two ends. `row` counts within its lane. */
export interface Link {
  readonly key: string;
  readonly from: End;
  readonly to: End;
  readonly lane: Lane;
  readonly row: number;
  /** Number in the list of messages; 0 for a cut link. */
  readonly number: number;
  readonly message: MessageSnapshot | undefined;
}

/** A moment whose links need room. */
export interface Demand {
  readonly model: ClusterModel;
  readonly several: boolean;
}

/** Rows of links in each lane. */
export interface LaneRows {
  readonly a: number;
  readonly b: number;
  readonly t: number;
}

/** Links drawn as arrows; later ones are in the list only. */
export const ARROWS_MAX = 6;

const CLIENT: End = { place: "client", machine: "", process: "" };

/** Finds the end that an id of a process or a machine means; everything that is not in the cluster is the client. */
function endFinder(model: ClusterModel): (id: string) => End {
  const ends = new Map<string, End>();
  for (const { machine, processes, controllers } of model.masters) {
    const bar = processes.find((process) => process.component === API_SERVER);
    const first = bar ?? processes[0];
    if (first) ends.set(machine.name, { place: bar ? "bar" : "card", machine: machine.name, process: first.id });
    for (const { id, component } of processes) {
      ends.set(id, { place: component === API_SERVER ? "bar" : "card", machine: machine.name, process: id });
    }
    const manager = processes.find((process) => process.component === CONTROLLER_MANAGER) ?? first;
    for (const { id, component } of controllers) {
      const own: End = { place: "card", machine: machine.name, process: manager?.id ?? id };
      ends.set(id, component === INSTALLER ? CLIENT : own);
    }
  }
  for (const node of model.nodes) {
    for (const { id } of node.processes) ends.set(id, { place: "node", machine: node.name, process: id });
    if (!ends.has(node.name)) ends.set(node.name, { place: "node", machine: node.name, process: node.name });
  }
  return (id) => ends.get(id) ?? ends.get(id.slice(id.lastIndexOf("/") + 1)) ?? CLIENT;
}

function laneOf(from: End, to: End, several: boolean): Lane {
  if (from.process === to.process && from.machine === to.machine) return "self";
  const nodes = Number(from.place === "node") + Number(to.place === "node");
  if (from.machine === to.machine && (nodes === 2 || (several && nodes === 0))) return "local";
  if (nodes > 0) return "b";
  if (!several) return "a";
  return from.place === "card" && to.place === "card" ? "t" : "b";
}

/** Links of a moment: cut ones first, because they stay, then messages in their order. */
export function linksOf({ model, several }: Demand): readonly Link[] {
  const find = endFinder(model);
  const rows: Record<Lane, number> = { a: 0, b: 0, t: 0, local: 0, self: 0 };
  const links: Link[] = [];
  const add = (key: string, from: string, to: string, number: number, message?: MessageSnapshot): void => {
    const ends = { from: find(from), to: find(to) };
    const lane = laneOf(ends.from, ends.to, several);
    links.push({ key, ...ends, lane, row: rows[lane]++, number, message });
  };
  const { cutLinks, messages } = model.snapshot;
  for (const [a, b] of cutLinks.slice(0, 3)) add(`cut/${a}/${b}`, a, b, 0);
  messages.slice(0, ARROWS_MAX).forEach((message, at) => {
    add(`message/${message.step}/${at}`, message.from, message.to, at + 1, message);
  });
  return links;
}

/** Most rows that any of the moments needs in each lane. */
export function laneRows(demands: readonly Demand[]): LaneRows {
  const most = { a: 0, b: 0, t: 0 };
  for (const demand of demands) {
    for (const { lane, row } of linksOf(demand)) {
      if (lane === "a" || lane === "b" || lane === "t") most[lane] = Math.max(most[lane], row + 1);
    }
  }
  return most;
}
