/**
 * The scheduler's cache: nodes with the pods on them, assumed ones included.
 * Source: Kubernetes 1.32, pkg/scheduler/backend/cache/cache.go. Left out: expiry of assumed pods; a bind is answered or lost.
 * Invariant: a pod is counted on one node at most; a confirmed pod that was assumed there changes nothing.
 */
import type { Node } from "../api/kinds/node.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { Change } from "../client/informer.ts";
import type { Io } from "../time/component.ts";
import type { Table } from "../time/table.ts";
import { nodeEvents } from "./events.ts";
import { allRows, inTreeOrder, type NodeList, nodeList, rowNamed, withRow } from "./node-list.ts";
import { addPod, type NodeInfo, nodeInfo, removePod } from "./node-row.ts";
import { moveForPod, noteNode } from "./queue/upkeep.ts";

interface CacheRow {
  readonly nodes: NodeList;
  /** Where the next cycle starts its walk. */
  readonly start: number;
  /** A cycle is set. */
  readonly armed: boolean;
}

/** Where a pod of that uid is assumed to be. */
interface Assumed {
  readonly node: string;
  readonly uid: string;
}

/** The scheduler's row with its table of assumed pods, by pod key. */
export interface SchedulerState extends CacheRow {
  readonly assumed: Table<Assumed>;
}

const empty: CacheRow = { nodes: nodeList([]), start: 0, armed: false };

/** What the scheduler knows now. */
export function schedulerState(io: Io): SchedulerState {
  const row = io.table<CacheRow>("scheduler").get(io.self) ?? empty;
  return { ...row, assumed: io.table<Assumed>("assumed pods") };
}

/** Replaces the row. */
export function setState(io: Io, { nodes, start, armed }: CacheRow): void {
  io.table<CacheRow>("scheduler").set(io.self, { nodes, start, armed });
}

/** Forgets everything: the process starts anew. */
export function dropCache(io: Io): void {
  io.table<CacheRow>("scheduler").delete(io.self);
  io.table<Assumed>("assumed pods").clear();
  waitingPods(io).clear();
}

/** Nodes came, went or changed, as one delivery tells. */
export function nodesChanged(io: Io, changes: readonly Change<Node>[]): void {
  const state = schedulerState(io);
  const isNew = ({ type, object }: Change<Node>) =>
    type === "DELETED" || rowNamed(state.nodes, object.metadata.name) === undefined;
  if (changes.some(isNew)) listChanged(io, changes);
  else {
    let { nodes } = state;
    for (const { object } of changes) nodes = withRow(nodes, nodeInfo(object, rowNamed(nodes, object.metadata.name)));
    setState(io, { ...state, nodes });
  }
  for (const { type, object, previous } of changes) {
    if (type === "ADDED" || previous === undefined) {
      noteNode(io);
      moveForPod(io, { name: "NodeAdd", after: object });
    } else if (type === "MODIFIED")
      for (const name of nodeEvents(previous, object)) moveForPod(io, { name, before: previous, after: object });
  }
}

/** Nodes came or went, and perhaps came again: the list is made anew. */
function listChanged(io: Io, changes: readonly Change<Node>[]): void {
  const state = schedulerState(io);
  const rows = new Map(allRows(state.nodes).map((row) => [row.name, row]));
  const added = new Set<string>();
  for (const { type, object } of changes) {
    const { name } = object.metadata;
    const row = rows.get(name);
    if (type === "DELETED") {
      if (row !== undefined) parkPods(io, row);
      rows.delete(name);
      added.delete(name);
      continue;
    }
    if (row === undefined) added.add(name);
    rows.set(name, nodeInfo(object, row));
  }
  setState(io, { ...state, nodes: nodeList(inTreeOrder([...rows.values()])) });
  for (const name of added) adoptPods(io, name);
}

/** Pods whose node is not known: they were seen before it, or it has gone and may come back. */
function waitingPods(io: Io) {
  return io.table<{ readonly node: string; readonly pod: Pod }>("pods on unknown nodes");
}

function parkPods(io: Io, row: NodeInfo): void {
  for (const { key, pod } of row.pods) waitingPods(io).set(key, { node: row.name, pod: pod as Pod });
}

function adoptPods(io: Io, node: string): void {
  if (waitingPods(io).size === 0) return;
  for (const [key, waiting] of waitingPods(io).entries()) {
    if (waiting.node !== node) continue;
    waitingPods(io).delete(key);
    put(io, waiting.pod, node, key);
  }
}

function put(io: Io, pod: Pod, node: string, key: string): void {
  const state = schedulerState(io);
  const row = rowNamed(state.nodes, node);
  if (row === undefined) waitingPods(io).set(key, { node, pod });
  else setState(io, { ...state, nodes: withRow(state.nodes, addPod(row, pod)) });
}

function take(io: Io, node: string, key: string): void {
  const state = schedulerState(io);
  waitingPods(io).delete(key);
  const row = rowNamed(state.nodes, node);
  if (row !== undefined) setState(io, { ...state, nodes: withRow(state.nodes, removePod(row, key)) });
}

/** Counts a pod on a node before the API server has confirmed it. */
export function assume(io: Io, pod: Pod, key: string, node: string): void {
  schedulerState(io).assumed.set(key, { node, uid: pod.metadata.uid ?? "" });
  put(io, pod, node, key);
}

/** The bind failed, or the pod has gone: it is on no node any more. */
export function unassume(io: Io, key: string, uid: string): void {
  const { assumed } = schedulerState(io);
  const row = assumed.get(key);
  if (row?.uid !== uid) return;
  assumed.delete(key);
  take(io, row.node, key);
}

/** A pod with a node was seen. */
export function podAssigned(io: Io, pod: Pod, previous: Pod | undefined, key: string): void {
  const { assumed } = schedulerState(io);
  const node = pod.spec.nodeName as string;
  const known = previous !== undefined && (previous.spec.nodeName ?? "") !== "";
  if (!known) {
    const assumedNode = assumed.get(key)?.node;
    assumed.delete(key);
    if (assumedNode === node) return moveForPod(io, { name: "AssignedPodAdd", after: pod });
    if (assumedNode !== undefined) take(io, assumedNode, key);
    put(io, pod, node, key);
    moveForPod(io, { name: "AssignedPodAdd", after: pod });
    return;
  }
  if (previous.spec === pod.spec && previous.metadata.labels === pod.metadata.labels) return;
  take(io, node, key);
  put(io, pod, node, key);
  moveForPod(io, { name: "AssignedPodUpdate", before: previous, after: pod });
}

/** A pod with a node has gone or has ended. */
export function podGone(io: Io, pod: Pod, key: string): void {
  schedulerState(io).assumed.delete(key);
  take(io, pod.spec.nodeName as string, key);
  moveForPod(io, { name: "AssignedPodDelete", before: pod });
}
