/**
 * The quality-of-service class of a pod (Kubernetes 1.32, pkg/apis/core/v1/helper/qos/qos.go).
 * Left out: pod-level resources.
 * Invariant: depends on cpu and memory of init and app containers only.
 */
import { compareQuantities } from "../quantity.ts";
import type { PodSpec } from "./pod-spec.ts";

const remembered = new WeakMap<object, "Guaranteed" | "Burstable" | "BestEffort">();

function isSet(amount: string | undefined): amount is string {
  return amount !== undefined && compareQuantities(amount, 0) !== 0;
}

function classify(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  let any = false;
  let guaranteed = true;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    for (const resource of ["cpu", "memory"]) {
      const request = container.resources?.requests?.[resource];
      const limit = container.resources?.limits?.[resource];
      any ||= isSet(request) || isSet(limit);
      guaranteed &&= isSet(limit) && (request === undefined || compareQuantities(request, limit) === 0);
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

/** The class that eviction and the out-of-memory killer go by; remembered per containers list, as templates share it. */
export function qosClass(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  if (!spec.containers || spec.initContainers) return classify(spec);
  let found = remembered.get(spec.containers);
  if (!found) {
    found = classify(spec);
    remembered.set(spec.containers, found);
  }
  return found;
}
