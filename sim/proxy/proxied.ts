/**
 * Which Services and slices kube-proxy looks at: those that no other proxy is to serve, and that have an address.
 * Source: Kubernetes 1.32, cmd/kube-proxy/app/server.go (the informers' label selector), pkg/proxy/util/utils.go
 * (ShouldSkipService).
 * Left out: nothing.
 * Invariant: pure.
 */
import type { Service } from "../api/kinds/service.ts";
import type { KubeObject } from "../api/types.ts";

const leftOut = ["service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless"];

/** Whether a Service or a slice has a part in the rules. */
export function isForKubeProxy(object: KubeObject): boolean {
  const { labels } = object.metadata;
  if (labels !== undefined && leftOut.some((label) => label in labels)) return false;
  if (object.kind !== "Service") return true;
  const { clusterIP = "", type } = (object as Service).spec;
  return clusterIP !== "" && clusterIP !== "None" && type !== "ExternalName";
}
