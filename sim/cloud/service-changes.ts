/**
 * Which Services want a load balancer, which are to lose it, which changes matter to it; and which nodes stand behind it.
 * Source: Kubernetes 1.32, staging/src/k8s.io/cloud-provider/controllers/service/controller.go (wantsLoadBalancer,
 * needsCleanup, needsUpdate, the node predicates), service/helpers/helper.go.
 * Left out: provider ids of nodes.
 * Invariant: pure; a node's readiness has no part in it (KEP-3458): that is what the load balancer's health check is for.
 */
import type { Node } from "../api/kinds/node.ts";
import type { Service } from "../api/kinds/service.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { EventText } from "../client/recorder.ts";

/** Keeps a Service until its load balancer is gone. */
export const cleanupFinalizer = "service.kubernetes.io/load-balancer-cleanup";

const excludedLabel = "node.kubernetes.io/exclude-from-external-load-balancers";
const toBeDeletedTaint = "ToBeDeletedByClusterAutoscaler";

/** Whether the Service asks this controller for a load balancer: one of a class is somebody else's. */
export function wantsLoadBalancer({ spec }: Service): boolean {
  return spec.type === "LoadBalancer" && spec.loadBalancerClass === undefined;
}

/** Whether the Service has the finalizer. */
export function hasFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(cleanupFinalizer) === true;
}

/** Whether a load balancer that the Service has had must go. */
export function needsCleanup(service: Service): boolean {
  const isLeaving = service.metadata.deletionTimestamp !== undefined || service.spec.type !== "LoadBalancer";
  return hasFinalizer(service) && isLeaving;
}

/** What a change calls for; `events` are recorded about it. */
export interface ServiceChange {
  readonly needsUpdate: boolean;
  readonly events: readonly EventText[];
}

const nothing: ServiceChange = { needsUpdate: false, events: [] };

function update(reason?: string, message?: string): ServiceChange {
  const events = reason === undefined ? [] : [{ type: "Normal" as const, reason, message: message ?? "" }];
  return { needsUpdate: true, events };
}

/** Go's way to print a list. */
function printed(list: readonly string[] | undefined): string {
  return `[${(list ?? []).join(" ")}]`;
}

/** Whether a change of a Service matters to its load balancer: the first difference decides, and is named. */
export function changeOf(before: Service, after: Service): ServiceChange {
  const [wanted, wants] = [wantsLoadBalancer(before), wantsLoadBalancer(after)];
  const [a, b] = [before.spec, after.spec];
  if (!wanted && !wants) return nothing;
  if (wanted !== wants) return update("Type", `${a.type} -> ${b.type}`);
  const ranges = [printed(a.loadBalancerSourceRanges), printed(b.loadBalancerSourceRanges)];
  if (ranges[0] !== ranges[1]) return update("LoadBalancerSourceRanges", ranges.join(" -> "));
  if (!equalJson(a.ports ?? [], b.ports ?? []) || a.sessionAffinity !== b.sessionAffinity) return update();
  if (!equalJson(a.sessionAffinityConfig ?? {}, b.sessionAffinityConfig ?? {})) return update();
  if ((a.loadBalancerIP ?? "") !== (b.loadBalancerIP ?? ""))
    return update("LoadbalancerIP", `${a.loadBalancerIP ?? ""} -> ${b.loadBalancerIP ?? ""}`);
  const [had = [], has = []] = [a.externalIPs, b.externalIPs];
  if (had.length !== has.length) return update("ExternalIP", `Count: ${had.length} -> ${has.length}`);
  const added = has.find((address, at) => address !== had[at]);
  if (added !== undefined) return update("ExternalIP", `Added: ${added}`);
  if (!equalJson(before.metadata.annotations ?? {}, after.metadata.annotations ?? {})) return update();
  if (before.metadata.uid !== after.metadata.uid)
    return update("UID", `${before.metadata.uid} -> ${after.metadata.uid}`);
  if (a.externalTrafficPolicy !== b.externalTrafficPolicy)
    return update("ExternalTrafficPolicy", `${a.externalTrafficPolicy} -> ${b.externalTrafficPolicy}`);
  const ports = [a.healthCheckNodePort ?? 0, b.healthCheckNodePort ?? 0];
  return ports[0] === ports[1] ? nothing : update("HealthCheckNodePort", ports.join(" -> "));
}

/** Whether a node may stand behind load balancers: it stays, and nobody has taken it out. */
export function isBalanced({ metadata, spec }: Node): boolean {
  const isExcluded = metadata.labels !== undefined && excludedLabel in metadata.labels;
  const isGoing = metadata.deletionTimestamp !== undefined || spec.taints?.some(({ key }) => key === toBeDeletedTaint);
  return !isExcluded && isGoing !== true;
}
