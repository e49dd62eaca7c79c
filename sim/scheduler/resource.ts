/**
 * Amounts of compute resources as the scheduler counts them, and what a pod asks for.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`Resource`, `calculateResource`) and
 * component-helpers/resource/helpers.go (`PodRequests`).
 * Left out: pod-level resources and in-place resizing (both alpha and off), amounts below a thousandth of a CPU or a byte.
 * Invariant: all amounts are exact integers.
 */
import type { Container } from "../api/kinds/container.ts";
import type { PodSpec } from "../api/kinds/pod-spec.ts";
import { milli, value } from "../api/quantity.ts";

/** `framework.Resource`: CPU in thousandths, memory and ephemeral storage in bytes, anything else in `scalar`. */
export interface Resource {
  readonly milliCpu: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  readonly allowedPodNumber: number;
  readonly scalar: Readonly<Record<string, number>>;
}

/** What scoring counts for a pod that asks for nothing, so that such pods spread too (`NonZeroRequested`). */
export interface NonZeroRequests {
  readonly milliCpu: number;
  readonly memory: number;
}

const defaultMilliCpuRequest = 100;
const defaultMemoryRequest = 200 * 1024 * 1024;
const noScalar: Readonly<Record<string, number>> = Object.freeze({});

/** No resources at all. */
export const noResource: Resource = {
  milliCpu: 0,
  memory: 0,
  ephemeralStorage: 0,
  allowedPodNumber: 0,
  scalar: noScalar,
};

/** Reads a resource list (a node's allocatable, a container's requests); throws QuantityError for a broken quantity. */
export function readResource(list: Readonly<Record<string, string>> | undefined): Resource {
  if (list === undefined) return noResource;
  let scalar: Record<string, number> | undefined;
  for (const name of Object.keys(list)) {
    if (name === "cpu" || name === "memory" || name === "ephemeral-storage" || name === "pods") continue;
    scalar ??= {};
    scalar[name] = value(list[name]!);
  }
  return {
    milliCpu: milli(list.cpu ?? 0),
    memory: value(list.memory ?? 0),
    ephemeralStorage: value(list["ephemeral-storage"] ?? 0),
    allowedPodNumber: value(list.pods ?? 0),
    scalar: scalar ?? noScalar,
  };
}

/** `base + sign × change`; scalars of the base that reach zero stay, as upstream's do. */
export function addResource(base: Resource, change: Resource, sign: 1 | -1): Resource {
  return {
    milliCpu: base.milliCpu + sign * change.milliCpu,
    memory: base.memory + sign * change.memory,
    ephemeralStorage: base.ephemeralStorage + sign * change.ephemeralStorage,
    allowedPodNumber: base.allowedPodNumber,
    scalar: mergeScalars(base.scalar, change.scalar, (have, more) => have + sign * more),
  };
}

function maxResource(left: Resource, right: Resource): Resource {
  return {
    milliCpu: Math.max(left.milliCpu, right.milliCpu),
    memory: Math.max(left.memory, right.memory),
    ephemeralStorage: Math.max(left.ephemeralStorage, right.ephemeralStorage),
    allowedPodNumber: left.allowedPodNumber,
    scalar: mergeScalars(left.scalar, right.scalar, Math.max),
  };
}

function mergeScalars(
  base: Resource["scalar"],
  other: Resource["scalar"],
  merge: (have: number, more: number) => number,
): Resource["scalar"] {
  if (other === noScalar) return base;
  const merged: Record<string, number> = { ...base };
  for (const name of Object.keys(other)) merged[name] = merge(merged[name] ?? 0, other[name]!);
  return merged;
}

/**
 * What starting and running the pod needs: the containers together, or the highest point while init containers run one
 * after the other, sidecars (init containers that restart always) counting from their start on; plus the overhead.
 */
function aggregate(spec: PodSpec, read: (container: Container) => Resource): Resource {
  let running = noResource;
  for (const container of spec.containers) running = addResource(running, read(container), 1);
  let sidecars = noResource;
  let starting = noResource;
  for (const container of spec.initContainers ?? []) {
    let use = addResource(sidecars, read(container), 1);
    if (container.restartPolicy === "Always") {
      running = addResource(running, read(container), 1);
      sidecars = use;
      use = sidecars;
    }
    starting = maxResource(starting, use);
  }
  const total = maxResource(running, starting);
  return spec.overhead === undefined ? total : addResource(total, readResource(spec.overhead), 1);
}

/** What the pod asks for: what filtering compares with what is free. */
export function podRequests(spec: PodSpec): Resource {
  return aggregate(spec, (container) => readResource(container.resources?.requests));
}

/** What scoring counts: each container without a request counts as 100m CPU and 200 MiB of memory. */
export function podNonZeroRequests(spec: PodSpec): NonZeroRequests {
  const { milliCpu, memory } = aggregate(spec, (container) => {
    const requests = container.resources?.requests;
    const read = readResource(requests);
    return {
      ...read,
      milliCpu: requests?.cpu === undefined ? defaultMilliCpuRequest : read.milliCpu,
      memory: requests?.memory === undefined ? defaultMemoryRequest : read.memory,
    };
  });
  return { milliCpu, memory };
}
