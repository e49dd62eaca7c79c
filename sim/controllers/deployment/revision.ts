/**
 * Revisions: the numbers by which `kubectl rollout history` and `undo` find ReplicaSets again, and the annotations that
 * carry them.
 * Source: Kubernetes 1.32, pkg/controller/deployment/util/deployment_util.go (SetNewReplicaSetAnnotations and its kin).
 * Left out: nothing.
 * Invariant: pure; a function that has nothing to change returns the object that it was given.
 */
import type { Deployment } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { equalJson } from "../../api/schema/equal-json.ts";

/** The annotation with the number of a rollout. */
export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
const maxAnnotation = "deployment.kubernetes.io/max-replicas";
const historyLengthMax = 2000;

/** Annotations of a Deployment that do not go over to its ReplicaSets. */
const ownAnnotations = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  "deprecated.deployment.rollback.to",
]);

type Annotations = Readonly<Record<string, string>>;

/** The revision of a ReplicaSet; 0 if it has none. */
export function revisionOf(replicaSet: ReplicaSet): number {
  const text = replicaSet.metadata.annotations?.[revisionAnnotation] ?? "";
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** The revision that a new template gets: one above all old ones. */
export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

function numberIn(replicaSet: ReplicaSet, annotation: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[annotation] ?? "";
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** What the Deployment wanted when this ReplicaSet was last scaled. */
export function desiredOf(replicaSet: ReplicaSet): number | undefined {
  return numberIn(replicaSet, desiredAnnotation);
}

/** What the Deployment allowed at most when this ReplicaSet was last scaled. */
export function maxOf(replicaSet: ReplicaSet): number | undefined {
  return numberIn(replicaSet, maxAnnotation);
}

/** Writes down what the Deployment wants and allows. */
export function withSizes(replicaSet: ReplicaSet, desired: number, max: number): ReplicaSet {
  return annotated(replicaSet, { [desiredAnnotation]: String(desired), [maxAnnotation]: String(max) });
}

/** The annotations of the new ReplicaSet: the Deployment's, the revision, and the revisions that it had before. */
export function withRevision(replicaSet: ReplicaSet, deployment: Deployment, revision: number): ReplicaSet {
  const copied: Record<string, string> = {};
  const source = deployment.metadata.annotations ?? {};
  for (const name of Object.keys(source).sort()) if (!ownAnnotations.has(name)) copied[name] = source[name] as string;
  const old = replicaSet.metadata.annotations?.[revisionAnnotation];
  if (revisionOf(replicaSet) < revision) {
    copied[revisionAnnotation] = String(revision);
    if (old !== undefined)
      copied[historyAnnotation] = historyWith(replicaSet.metadata.annotations?.[historyAnnotation], old);
  }
  return annotated(replicaSet, copied);
}

/** The list of former revisions with one more; the oldest go when it gets too long. */
function historyWith(history: string | undefined, revision: string): string {
  if (!history) return revision;
  const kept = history.split(",");
  while (kept.length > 0 && kept.join(",").length + revision.length + 1 > historyLengthMax) kept.shift();
  return [...kept, revision].join(",");
}

/** The Deployment with the revision of its newest ReplicaSet. */
export function withDeploymentRevision(deployment: Deployment, revision: string): Deployment {
  return annotated(deployment, { [revisionAnnotation]: revision });
}

function annotated<T extends Deployment | ReplicaSet>(object: T, more: Annotations): T {
  const annotations = { ...object.metadata.annotations, ...more };
  if (equalJson(annotations, object.metadata.annotations ?? {})) return object;
  return { ...object, metadata: { ...object.metadata, annotations } };
}
