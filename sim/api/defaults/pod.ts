/**
 * Defaults that pods get and pod templates do not (Kubernetes 1.32, SetDefaults_Pod in pkg/apis/core/v1/defaults.go).
 * Left out: pod-level resources.
 * Invariant: pods of one template share the defaulted spec by identity.
 */
import type { Container } from "../kinds/container.ts";
import type { Pod } from "../kinds/pod.ts";
import type { PodSpec } from "../kinds/pod-spec.ts";
import { defaultPodSpec } from "./pod-spec.ts";

const remembered = new WeakMap<PodSpec, PodSpec>();

/** A limit without a request is the request too. */
function requestLimits(containers: readonly Container[]): readonly Container[] {
  return containers.map((container) => {
    const { limits, requests } = container.resources ?? {};
    if (!limits || Object.keys(limits).every((name) => requests?.[name] !== undefined)) return container;
    return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
  });
}

function defaultSpec(spec: PodSpec): PodSpec {
  const known = remembered.get(spec);
  if (known) return known;
  const shared = defaultPodSpec(spec);
  const result: PodSpec = {
    ...shared,
    ...(shared.initContainers ? { initContainers: requestLimits(shared.initContainers) } : {}),
    containers: shared.containers ? requestLimits(shared.containers) : shared.containers,
    enableServiceLinks: shared.enableServiceLinks ?? true,
  };
  remembered.set(spec, result);
  remembered.set(result, result);
  return result;
}

/** The pod with all defaults. */
export function defaultPod(pod: Pod): Pod {
  const spec = defaultSpec(pod.spec);
  return spec === pod.spec ? pod : { ...pod, spec };
}
