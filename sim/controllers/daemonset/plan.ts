/**
 * Which daemons one sync of a DaemonSet makes and deletes: what nodes lack and have too much, then the rolling update.
 * Source: Kubernetes 1.32, pkg/controller/daemon/{daemon_controller.go,update.go}.
 * Left out: the back-off of failed daemons counts in the controller, not here.
 * Invariant: pure; nodes are looked at in the order of their names, where upstream's order is that of a Go map.
 */
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Instant } from "../../time/instant.ts";
import { scaled } from "../deployment/bounds.ts";
import { isAvailable, isReady } from "../pod-state.ts";
import { isUpdated, judgeNode, targetNode } from "./daemon-pod.ts";

/** What a sync stands on; `hash` is that of the newest revision. */
export interface Situation {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly hash: string;
  readonly now: Instant;
}

/** What is to be done; `ended` are deleted because they have ended by themselves. */
export interface Plan {
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  readonly ended: readonly Pod[];
}

/** Daemons by the node that they are on or meant for, oldest first. */
export function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of [...pods].sort(byAge)) {
    const node = targetNode(pod);
    if (node !== undefined) found.set(node, [...(found.get(node) ?? []), pod]);
  }
  return found;
}

function byAge(a: Pod, b: Pod): number {
  const textOf = ({ metadata }: Pod) => `${metadata.creationTimestamp}|${metadata.name}`;
  return textOf(a) < textOf(b) ? -1 : 1;
}

function isGoing(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Makes the daemons that nodes lack, and deletes those that they should not have (manage). */
export function planNodes(situation: Situation): Plan {
  const { set, nodes, pods, hash } = situation;
  const create: string[] = [];
  const remove: Pod[] = [];
  const ended: Pod[] = [];
  const daemons = byNode(pods);
  for (const node of nodes) {
    const name = node.metadata.name;
    const { run, stay } = judgeNode(set, node);
    const own = daemons.get(name) ?? [];
    if (run && own.length === 0) create.push(name);
    else if (!stay) remove.push(...own.filter((pod) => !isGoing(pod)));
    else {
      const present = own.filter((pod) => !isGoing(pod));
      ended.push(...present.filter(({ status }) => status?.phase === "Failed" || status?.phase === "Succeeded"));
      const running = present.filter((pod) => !ended.includes(pod));
      remove.push(...surplus(situation, running, hash));
    }
  }
  const known = new Set(nodes.map((node) => node.metadata.name));
  const lost = pods.filter((pod) => !pod.spec.nodeName && !isGoing(pod) && !known.has(targetNode(pod) ?? ""));
  return { create, remove: [...remove, ...lost], ended };
}

/** What one node has too many: all but the oldest, or with surge all but the newest of each template. */
function surplus({ set, now }: Situation, running: readonly Pod[], hash: string): readonly Pod[] {
  if (!allowsSurge(set)) return running.slice(1);
  const [newest, ...newer] = running.filter((pod) => isUpdated(set, pod, hash));
  const [oldest, ...older] = running.filter((pod) => !isUpdated(set, pod, hash));
  if (newest === undefined || oldest === undefined) return [...newer, ...older];
  const replaced = !isReady(oldest) || isAvailable(newest, set.spec.minReadySeconds, now);
  return [...newer, ...older, ...(replaced ? [oldest] : [])];
}

function allowsSurge({ spec }: DaemonSet): boolean {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  return type === "RollingUpdate" && scaled(rollingUpdate?.maxSurge, 100, true) > 0;
}

/** Replaces old daemons, as many at a time as may be away or as may be there twice (rollingUpdate). */
export function planUpdate(situation: Situation): Plan {
  const { set, nodes, pods, hash } = situation;
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== "RollingUpdate") return { create: [], remove: [], ended: [] };
  const wanted = nodes.filter((node) => judgeNode(set, node).run).length;
  const surge = scaled(rollingUpdate?.maxSurge, wanted, true);
  const away = scaled(rollingUpdate?.maxUnavailable ?? 1, wanted, true);
  const states = [...byNode(pods)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, own]) => ({ node, ...stateOf(set, own, hash) }));
  return surge === 0
    ? replaceInPlace(situation, states, away === 0 ? 1 : away)
    : replaceWithSurge(situation, states, surge);
}

/** The old and the new daemon of a node; not clear where there are two of a kind. */
interface NodeState {
  readonly node: string;
  readonly fresh: Pod | undefined;
  readonly old: Pod | undefined;
  readonly clear: boolean;
}

function stateOf(set: DaemonSet, own: readonly Pod[], hash: string): Omit<NodeState, "node"> {
  const present = own.filter((pod) => !isGoing(pod));
  const fresh = present.filter((pod) => isUpdated(set, pod, hash));
  const old = present.filter((pod) => !isUpdated(set, pod, hash));
  return { fresh: fresh[0], old: old[0], clear: fresh.length <= 1 && old.length <= 1 };
}

function replaceInPlace({ set, now }: Situation, states: readonly NodeState[], away: number): Plan {
  const available = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds, now);
  let unavailable = 0;
  const allowed: Pod[] = [];
  const candidates: Pod[] = [];
  for (const { fresh, old, clear } of states) {
    if (!clear || (fresh === undefined) === (old === undefined)) unavailable++;
    else if (fresh !== undefined) unavailable += available(fresh) ? 0 : 1;
    else if (old !== undefined && !available(old)) allowed.push(old);
    else if (old !== undefined && unavailable < away) candidates.push(old);
  }
  const remove = [...allowed, ...candidates.slice(0, Math.max(0, away - unavailable))];
  return { create: [], remove, ended: [] };
}

function replaceWithSurge({ set, now }: Situation, states: readonly NodeState[], surge: number): Plan {
  const available = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds, now);
  let surging = 0;
  const remove: Pod[] = [];
  const allowed: string[] = [];
  const candidates: string[] = [];
  for (const { node, fresh, old, clear } of states) {
    if (!clear) surging++;
    else if (old === undefined) continue;
    else if (fresh === undefined && !available(old)) allowed.push(node);
    else if (fresh === undefined && surging < surge) candidates.push(node);
    else if (fresh !== undefined && !available(fresh)) surging++;
    else if (fresh !== undefined) remove.push(old);
  }
  return { create: [...allowed, ...candidates.slice(0, Math.max(0, surge - surging))], remove, ended: [] };
}
