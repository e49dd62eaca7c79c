/**
 * All nodes as one scheduling cycle sees them, in the order in which it walks them.
 * Source: Kubernetes 1.32, pkg/scheduler/backend/cache/snapshot.go and node_tree.go.
 * Left out: incremental upkeep of the order; a change of the set of nodes makes a new list, a bound pod does not.
 * Invariant: an immutable value in blocks, so that replacing one row copies a few dozen references; `shape` is the same
 * for lists whose nodes have the same names, labels and images, which lets derived indexes be kept per shape and per block.
 */

import { type NodeInfo, nodeInfo } from "./node-row.ts";
import type { Labels, NodeLike } from "./objects.ts";

const blockBits = 6;
const blockSize = 1 << blockBits;

/** The identity of an order of nodes with their labels and images; carries nothing. */
export type Shape = Readonly<Record<never, never>>;

/** The rows of all nodes. `affine` and `antiAffine` count the nodes that hold pods with (required anti-)affinity. */
export interface NodeList {
  readonly length: number;
  readonly blocks: readonly (readonly NodeInfo[])[];
  readonly shape: Shape;
  readonly affine: number;
  readonly antiAffine: number;
}

const indexes = new WeakMap<Shape, ReadonlyMap<string, number>>();

/** A list of the rows in exactly this order; see `inTreeOrder` for upstream's. */
export function nodeList(rows: readonly NodeInfo[]): NodeList {
  const blocks: (readonly NodeInfo[])[] = [];
  for (let from = 0; from < rows.length; from += blockSize) blocks.push(rows.slice(from, from + blockSize));
  return {
    length: rows.length,
    blocks,
    shape: {},
    affine: rows.filter((row) => row.podsWithAffinity.length > 0).length,
    antiAffine: rows.filter((row) => row.podsWithRequiredAntiAffinity.length > 0).length,
  };
}

/** The row at a place in the order. */
export function rowAt(nodes: NodeList, index: number): NodeInfo {
  return nodes.blocks[index >> blockBits]![index & (blockSize - 1)]!;
}

/** All rows, in order. */
export function allRows(nodes: NodeList): readonly NodeInfo[] {
  return nodes.blocks.flat();
}

/** The place of each node by name; worked out once for lists of one shape. */
export function placesOf(nodes: NodeList): ReadonlyMap<string, number> {
  let index = indexes.get(nodes.shape);
  if (index === undefined) {
    index = new Map(allRows(nodes).map((row, at) => [row.name, at]));
    indexes.set(nodes.shape, index);
  }
  return index;
}

/** The place of the node with that name, or -1. */
export function indexOfNode(nodes: NodeList, name: string): number {
  return placesOf(nodes).get(name) ?? -1;
}

/** The row of the node with that name. */
export function rowNamed(nodes: NodeList, name: string): NodeInfo | undefined {
  const index = indexOfNode(nodes, name);
  return index < 0 ? undefined : rowAt(nodes, index);
}

/** The list with one row replaced by a row of the same name; the same list if there is no such node. */
export function withRow(nodes: NodeList, row: NodeInfo): NodeList {
  const index = indexOfNode(nodes, row.name);
  if (index < 0) return nodes;
  const old = rowAt(nodes, index);
  const blocks = nodes.blocks.slice();
  const block = blocks[index >> blockBits]!.slice();
  block[index & (blockSize - 1)] = row;
  blocks[index >> blockBits] = block;
  return {
    length: nodes.length,
    blocks,
    shape: hasSameShape(old, row) ? nodes.shape : {},
    affine: nodes.affine + Math.sign(row.podsWithAffinity.length) - Math.sign(old.podsWithAffinity.length),
    antiAffine:
      nodes.antiAffine +
      Math.sign(row.podsWithRequiredAntiAffinity.length) -
      Math.sign(old.podsWithRequiredAntiAffinity.length),
  };
}

/** Whether what indexes are made of stayed: a heartbeat that changes conditions only must not cost a new index. */
function hasSameShape(old: NodeInfo, row: NodeInfo): boolean {
  return old.labels === row.labels && old.node.status?.images === row.node.status?.images;
}

/** Region and zone of a node as one key (`GetZoneKey`). */
function zoneKey(labels: Labels): string {
  const region = labels["topology.kubernetes.io/region"] ?? labels["failure-domain.beta.kubernetes.io/region"] ?? "";
  const zone = labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"] ?? "";
  return `${region}:\0:${zone}`;
}

/**
 * Upstream's order: one node of each zone in turn, zones and the nodes in them by when they were first seen, so that a
 * cycle that looks at a part of the cluster looks at all zones alike.
 */
export function inTreeOrder(rows: readonly NodeInfo[]): readonly NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const row of rows) {
    const key = zoneKey(row.labels);
    const zone = zones.get(key);
    if (zone === undefined) zones.set(key, [row]);
    else zone.push(row);
  }
  const order: NodeInfo[] = [];
  for (let round = 0; order.length < rows.length; round++) {
    for (const zone of zones.values()) {
      const row = zone[round];
      if (row !== undefined) order.push(row);
    }
  }
  return order;
}

/** A list of empty nodes in upstream's order, from node objects in the order in which they were seen. */
export function listOfNodes(nodes: readonly NodeLike[]): NodeList {
  return nodeList(inTreeOrder(nodes.map((node) => nodeInfo(node))));
}
