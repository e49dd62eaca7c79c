/**
 * The pod that a DaemonSet has on a node, and whether the node is to have one.
 * Source: Kubernetes 1.32, pkg/controller/daemon/{daemon_controller.go,util/daemonset_util.go}.
 * Left out: nothing.
 * Invariant: pure; the scheduler binds such a pod to the node that its affinity names, or to none.
 */
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import { templateGeneration } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodSpec, PodTemplateSpec, Toleration } from "../../api/kinds/pod-spec.ts";
import { allowsNode, requiredNodeAffinity } from "../../api/selectors/node-affinity.ts";
import { tolerated, untoleratedTaint } from "../../api/selectors/tolerations.ts";
import { revisionLabel } from "../history.ts";

const generationLabel = "pod-template-generation";

function everywhere(key: string, effect: "NoExecute" | "NoSchedule"): Toleration {
  return { key: `node.kubernetes.io/${key}`, operator: "Exists", effect };
}

/** What a daemon puts up with on its node. */
const daemonTolerations: readonly Toleration[] = [
  everywhere("not-ready", "NoExecute"),
  everywhere("unreachable", "NoExecute"),
  everywhere("disk-pressure", "NoSchedule"),
  everywhere("memory-pressure", "NoSchedule"),
  everywhere("pid-pressure", "NoSchedule"),
  everywhere("unschedulable", "NoSchedule"),
];

function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  const own = spec.tolerations ?? [];
  const network = spec.hostNetwork === true ? [everywhere("network-unavailable", "NoSchedule")] : [];
  const key = (one: Toleration) => `${one.key}|${one.effect}|${one.operator}|${one.value}`;
  const known = new Set(own.map(key));
  return [...own, ...[...daemonTolerations, ...network].filter((one) => !known.has(key(one)))];
}

/** The template as daemons are made of it, but for the node. */
export function daemonTemplate(set: DaemonSet, hash: string): PodTemplateSpec {
  const { template } = set.spec;
  const spec = template.spec ?? { containers: [] };
  const generation = templateGeneration(set);
  const labels = {
    ...template.metadata?.labels,
    ...(generation !== undefined && { [generationLabel]: String(generation) }),
    [revisionLabel]: hash,
  };
  return { metadata: { ...template.metadata, labels }, spec: { ...spec, tolerations: tolerationsOf(spec) } };
}

/** The template with the node in its affinity (ReplaceDaemonSetPodNodeNameNodeAffinity). */
export function onNode(template: PodTemplateSpec, node: string): PodTemplateSpec {
  const spec = template.spec ?? { containers: [] };
  const { nodeAffinity, ...rest } = spec.affinity ?? {};
  const field = { key: "metadata.name", operator: "In", values: [node] } as const;
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}];
  const nodeSelectorTerms = required.map((term) => ({ ...term, matchFields: [field] }));
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  const affinity = { ...rest, nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution } };
  return { ...template, spec: { ...spec, affinity } };
}

/** The node that a daemon is on or meant for; undefined if it says neither. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const { matchFields = [] } of required?.nodeSelectorTerms ?? []) {
    const [field] = matchFields;
    if (field?.key === "metadata.name" && field.operator === "In" && field.values?.length === 1) return field.values[0];
  }
  return undefined;
}

/** Whether a node is to get a daemon, and whether one that it has may stay (NodeShouldRunDaemonPod). */
export function judgeNode({ spec }: DaemonSet, node: Node): { readonly run: boolean; readonly stay: boolean } {
  const pod = spec.template.spec ?? { containers: [] };
  const place = { name: node.metadata.name, labels: node.metadata.labels ?? {} };
  const isNamed = !pod.nodeName || pod.nodeName === node.metadata.name;
  if (!isNamed || !allowsNode(requiredNodeAffinity(pod), place)) return { run: false, stay: false };
  const tolerations = tolerationsOf(pod);
  const taints = node.spec?.taints ?? [];
  if (untoleratedTaint(taints, tolerations) === undefined) return { run: true, stay: true };
  return { run: false, stay: taints.every((one) => one.effect !== "NoExecute" || tolerated(tolerations, one)) };
}

/** Whether a daemon is of the newest template. */
export function isUpdated(set: DaemonSet, pod: Pod, hash: string): boolean {
  const { labels } = pod.metadata;
  const generation = templateGeneration(set);
  return (
    labels?.[revisionLabel] === hash || (generation !== undefined && labels?.[generationLabel] === String(generation))
  );
}
