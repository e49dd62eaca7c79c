/**
 * Running counts of the pods of each ReplicaSet, kept up with every change that the process sees.
 * Models what upstream's sync counts anew from its pod lister (Kubernetes 1.32, pkg/controller/replicaset
 * /replica_set_utils.go, calculateStatus), at a constant cost a change instead of one that grows with the pods.
 * Invariant: a tally equals what counting the listed pods would give, as of the same moment.
 */

import type { Pod } from "../../api/kinds/pod.ts";
import type { LabelSelector } from "../../api/kinds/pod-spec.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { selects } from "../../api/selectors/label-selector-object.ts";
import type { OwnerReference } from "../../api/types.ts";
import type { Change } from "../../client/informer.ts";
import { listIndexed } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";
import type { Table } from "../../time/table.ts";
import { controllerOf, isControlledBy } from "../owner.ts";
import { isActive, isReady } from "../pod-state.ts";

/** Counts of pods that one ReplicaSet controls. */
export interface Tally {
  readonly epoch: number;
  readonly selector: LabelSelector;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Active pods that the selector selects: the replicas. */
  readonly active: number;
  readonly ready: number;
  /** Those with all labels of the template. */
  readonly labelled: number;
  /** Active pods that the selector does not select any more: to be released. */
  readonly strays: number;
}

function tallies(io: Io): Table<Tally> {
  return io.table<Tally>("replicaset tallies");
}

function rowKey(io: Io, uid: string): string {
  return `${io.self}|${uid}`;
}

/** The tally of a ReplicaSet; counted anew at first use and when the labels of its template have changed. */
export function tallyOf(io: Io, replicaSet: ReplicaSet): Tally {
  const uid = replicaSet.metadata.uid ?? "";
  const labels = replicaSet.spec.template?.metadata?.labels;
  const known = tallies(io).get(rowKey(io, uid));
  if (known?.epoch === io.epoch && known.labels === labels) return known;
  const { selector } = replicaSet.spec;
  let tally: Tally = { epoch: io.epoch, selector, labels, active: 0, ready: 0, labelled: 0, strays: 0 };
  for (const pod of listIndexed<Pod>(io, "pods", "owner", uid)) {
    if (isControlledBy(pod, replicaSet)) tally = counted(tally, pod, 1);
  }
  tallies(io).set(rowKey(io, uid), tally);
  return tally;
}

/** Takes a change of a pod in. Returns the owners of this kind whose counts have changed, or are not known yet. */
export function tallyPod(io: Io, change: Change, kind: string): readonly OwnerReference[] {
  const before = change.previous === undefined ? undefined : controllerOf(change.previous);
  const after = change.type === "DELETED" ? undefined : controllerOf(change.object);
  const changed: OwnerReference[] = [];
  for (const owner of before?.uid === after?.uid ? [after] : [before, after]) {
    if (owner?.kind !== kind) continue;
    const tally = tallies(io).get(rowKey(io, owner.uid));
    if (tally?.epoch !== io.epoch) {
      changed.push(owner);
      continue;
    }
    let next = tally;
    if (owner.uid === before?.uid) next = counted(next, change.previous as Pod, -1);
    if (owner.uid === after?.uid) next = counted(next, change.object as Pod, 1);
    if (sameCounts(tally, next)) continue;
    tallies(io).set(rowKey(io, owner.uid), next);
    changed.push(owner);
  }
  return changed;
}

/** The ReplicaSet is gone. */
export function dropTally(io: Io, uid: string): void {
  tallies(io).delete(rowKey(io, uid));
}

function counted(tally: Tally, pod: Pod, by: 1 | -1): Tally {
  if (!isActive(pod)) return tally;
  const labels = pod.metadata.labels;
  if (!selects(tally.selector, labels)) return { ...tally, strays: tally.strays + by };
  return {
    ...tally,
    active: tally.active + by,
    ready: tally.ready + (isReady(pod) ? by : 0),
    labelled: tally.labelled + (hasAll(labels, tally.labels) ? by : 0),
  };
}

function hasAll(labels: Readonly<Record<string, string>> | undefined, wanted: Tally["labels"]): boolean {
  if (wanted === undefined || labels === wanted) return true;
  for (const name in wanted) if (labels?.[name] !== wanted[name]) return false;
  return true;
}

function sameCounts(a: Tally, b: Tally): boolean {
  return a.active === b.active && a.ready === b.ready && a.labelled === b.labelled && a.strays === b.strays;
}
