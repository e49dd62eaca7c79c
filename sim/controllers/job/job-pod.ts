/**
 * The pods of a Job: what is made of the template, which finalizer keeps them until they are counted, what they are now.
 * Source: Kubernetes 1.32, pkg/controller/job/{job_controller,tracking_utils,indexed_job_utils}.go.
 * Left out: the annotation with an index's failures, since limits per index are not kept.
 * Invariant: pure.
 */

import type { Container } from "../../api/kinds/container.ts";
import type { Job } from "../../api/kinds/job.ts";
import { COMPLETION_INDEX } from "../../api/kinds/job-labels.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodTemplateSpec } from "../../api/kinds/pod-spec.ts";
import { type NewPod, podFromTemplate } from "../replicaset/creation.ts";

/** Keeps a pod's object until its end has been counted. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";

/** Whether the end of a pod is still to be counted. */
export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(trackingFinalizer) === true;
}

/** Whether a pod counts as failed: it has, or it was deleted before it could end well. */
export function isFailed({ spec }: Job, pod: Pod): boolean {
  const phase = pod.status?.phase;
  if (phase === "Failed") return true;
  if (spec.podReplacementPolicy === "Failed") return false;
  return pod.metadata.deletionTimestamp !== undefined && phase !== "Succeeded";
}

/** Whether a pod is on its way out and has not ended yet. */
export function isTerminating(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return pod.metadata.deletionTimestamp !== undefined && phase !== "Failed" && phase !== "Succeeded";
}

function withIndex(container: Container): Container {
  const name = "JOB_COMPLETION_INDEX";
  if (container.env?.some((one) => one.name === name)) return container;
  const fieldRef = { apiVersion: "v1", fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...(container.env ?? []), { name, valueFrom: { fieldRef } }] };
}

function indexedTemplate(template: PodTemplateSpec, name: string, index: number): PodTemplateSpec {
  const { metadata, spec = { containers: [] } } = template;
  const own = { [COMPLETION_INDEX]: String(index) };
  return {
    metadata: {
      ...metadata,
      annotations: { ...metadata?.annotations, ...own },
      labels: { ...metadata?.labels, ...own },
    },
    spec: {
      ...spec,
      ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(withIndex) }),
      containers: spec.containers.map(withIndex),
      hostname: `${name}-${index}`,
    },
  };
}

/** A new pod of a Job, of an index if it has any. */
export function newPod(job: Job, index: number | undefined): NewPod {
  const { template } = job.spec;
  const finalizers = [...(template.metadata?.finalizers ?? []), trackingFinalizer];
  const tracked = { ...template, metadata: { ...template.metadata, finalizers } };
  if (index === undefined) return podFromTemplate(job, tracked);
  const pod = podFromTemplate(job, indexedTemplate(tracked, job.metadata.name, index));
  return { ...pod, metadata: { ...pod.metadata, generateName: `${job.metadata.name}-${index}-` } };
}
