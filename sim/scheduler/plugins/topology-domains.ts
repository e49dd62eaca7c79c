/**
 * Topology domains of a node list, and how many pods a selector finds on each node.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/podtopologyspread/common.go (`countPodsMatchSelector`).
 * Upstream counts over all pods in every cycle; here what was counted for a row is kept while the row is the same.
 * Left out: nothing.
 * Invariant: the memos hold only what follows from immutable rows, so a result never depends on what was asked before.
 */

import { isEmptySelector, type Selector, selects } from "../../api/selectors/compiled-selector.ts";
import type { NodeList, Shape } from "../node-list.ts";
import { rowAt } from "../node-list.ts";
import type { NodeInfo } from "../node-row.ts";

/** The values of one node label: `idAt[i]` is the value's number for the node at place i, or -1 without the label. */
export interface Domains {
  readonly idAt: Int32Array;
  readonly idOf: ReadonlyMap<string, number>;
}

const domainsByShape = new WeakMap<Shape, Map<string, Domains>>();

/** The domains of a topology key over all nodes of the list. */
export function domainsOf(nodes: NodeList, topologyKey: string): Domains {
  let byKey = domainsByShape.get(nodes.shape);
  if (byKey === undefined) {
    byKey = new Map();
    domainsByShape.set(nodes.shape, byKey);
  }
  let domains = byKey.get(topologyKey);
  if (domains === undefined) {
    domains = readDomains(nodes, topologyKey);
    byKey.set(topologyKey, domains);
  }
  return domains;
}

function readDomains(nodes: NodeList, topologyKey: string): Domains {
  const idAt = new Int32Array(nodes.length).fill(-1);
  const idOf = new Map<string, number>();
  for (let i = 0; i < nodes.length; i++) {
    const label = rowAt(nodes, i).labels[topologyKey];
    if (label === undefined) continue;
    let id = idOf.get(label);
    if (id === undefined) {
      id = idOf.size;
      idOf.set(label, id);
    }
    idAt[i] = id;
  }
  return { idAt, idOf };
}

interface Counted {
  blocks: readonly (readonly NodeInfo[])[];
  readonly counts: Int32Array;
}

const countedMax = 256;
const counted = new Map<string, Counted>();

/** Matching pods of the namespace on each node, by place in the list. Valid until the next call. */
export function matchingPods(nodes: NodeList, namespace: string, selector: Selector): Int32Array {
  const key = `${namespace}\0${selector.text}`;
  let entry = counted.get(key);
  if (entry === undefined || entry.counts.length !== nodes.length) {
    if (counted.size >= countedMax) counted.clear();
    entry = { blocks: [], counts: new Int32Array(nodes.length) };
    counted.set(key, entry);
  }
  const { blocks, counts } = entry;
  let place = 0;
  for (let b = 0; b < nodes.blocks.length; b++) {
    const block = nodes.blocks[b]!;
    const former = blocks[b];
    if (block !== former) {
      for (let i = 0; i < block.length; i++) {
        if (former?.[i] !== block[i]) counts[place + i] = countPods(block[i]!, namespace, selector);
      }
    }
    place += block.length;
  }
  entry.blocks = nodes.blocks;
  return counts;
}

/** Pods on one node that the selector finds; terminating pods no longer count, and an empty selector finds none. */
function countPods(row: NodeInfo, namespace: string, selector: Selector): number {
  if (isEmptySelector(selector)) return 0;
  let count = 0;
  for (const pod of row.pods) {
    if (pod.namespace === namespace && !pod.terminating && selects(selector, pod.labels)) count += 1;
  }
  return count;
}
