/**
 * What a StatefulSet's pods are called: names, ordinals, claims, and the pod of an ordinal at a revision.
 * Source: Kubernetes 1.32, pkg/controller/statefulset/stateful_set_utils.go.
 * Left out: nothing.
 * Invariant: pure; a pod's name, host name and claims follow from the set's name and the ordinal.
 */
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodTemplateSpec, Volume } from "../../api/kinds/pod-spec.ts";
import type { StatefulSet } from "../../api/kinds/stateful-set.ts";
import { revisionLabel } from "../history.ts";
import { controllerReference } from "../owner.ts";

const podNameLabel = "statefulset.kubernetes.io/pod-name";
const podIndexLabel = "apps.kubernetes.io/pod-index";

/** Splits "web-0" into the set's name and the ordinal; ["", -1] for any other name. */
export function parentAndOrdinal(name: string): readonly [string, number] {
  const found = /^(.*)-(\d{1,9})$/.exec(name);
  return found === null ? ["", -1] : [found[1] as string, Number(found[2])];
}

/** The ordinal in a pod's name; -1 if there is none. */
export function ordinalOf(pod: Pod): number {
  return parentAndOrdinal(pod.metadata.name)[1];
}

/** The first ordinal that the set numbers from. */
export function startOrdinal(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

/** Whether an ordinal is one of those wanted. */
export function isInRange(set: StatefulSet, ordinal: number): boolean {
  const start = startOrdinal(set);
  return ordinal >= start && ordinal < start + (set.spec.replicas ?? 1);
}

/** Name of the claim that a template gives to an ordinal: `<claim>-<set>-<ordinal>`. */
function claimName(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string {
  return `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
}

/** The claims of an ordinal as they are to be made, in the order of the templates. */
export function claimsOf(set: StatefulSet, ordinal: number): readonly PersistentVolumeClaim[] {
  const { namespace = "" } = set.metadata;
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const { status: _status, ...rest } = template;
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
    const name = claimName(set, template, ordinal);
    return {
      ...rest,
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { ...template.metadata, name, namespace, ...(Object.keys(labels).length > 0 && { labels }) },
    };
  });
}

/** The template's volumes with those of the same name as a claim template replaced by the claim. */
function volumesOf(set: StatefulSet, given: readonly Volume[], ordinal: number): readonly Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claimed = templates.map((template): Volume => {
    const persistentVolumeClaim = { claimName: claimName(set, template, ordinal) };
    return { name: template.metadata.name, persistentVolumeClaim };
  });
  return [...claimed, ...given.filter(({ name }) => !claimed.some((one) => one.name === name))];
}

/** The pod of an ordinal, of a template at a revision. */
export function podOf(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const { name: setName, namespace = "" } = set.metadata;
  const name = `${setName}-${ordinal}`;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const spec = template.spec ?? { containers: [] };
  const volumes = volumesOf(set, spec.volumes ?? [], ordinal);
  const own = { [podNameLabel]: name, [podIndexLabel]: String(ordinal), [revisionLabel]: revision };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${setName}-`,
      namespace,
      labels: { ...labels, ...own },
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...spec,
      ...(volumes.length > 0 && { volumes }),
      hostname: name,
      ...(set.spec.serviceName && { subdomain: set.spec.serviceName }),
    },
  };
}

/** Whether a pod carries its own name as a label, by which a Service can select it alone. */
export function hasIdentity(pod: Pod): boolean {
  return pod.metadata.labels?.[podNameLabel] === pod.metadata.name;
}

/** The labels that {@link hasIdentity} asks for. */
export function identityLabels(pod: Pod): Readonly<Record<string, string>> {
  return { [podNameLabel]: pod.metadata.name, [podIndexLabel]: String(ordinalOf(pod)) };
}
