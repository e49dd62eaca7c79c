/**
 * A load balancer provider that stands in for a cloud: addresses from a small pool, and nothing else to go wrong.
 * Models the contract of Kubernetes 1.32, staging/src/k8s.io/cloud-provider/cloud.go, as simple providers fulfil it.
 * Left out: the time that a real cloud takes, quotas, prices.
 * Invariant: no two load balancers have one address; the lowest free one is given first.
 */
import type { Service } from "../api/kinds/service.ts";
import type { Io } from "../time/component.ts";
import { type Ensured, type LoadBalancerProvider, type LoadBalancerRow, loadBalancers } from "./load-balancer.ts";

/** The pool: 203.0.113.1 to 203.0.113.254 (RFC 5737's third network for documentation). */
const prefix = "203.0.113.";
const lastHost = 254;
/** kube-proxy's own health check. */
const proxyHealthPort = 10256;

function takenExcept(io: Io, key: string): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const [other, { address }] of loadBalancers(io).entries()) if (other !== key) taken.add(address);
  return taken;
}

function isInPool(address: string): boolean {
  const host = address.startsWith(prefix) ? address.slice(prefix.length) : "";
  return /^[1-9]\d{0,2}$/.test(host) && Number(host) <= lastHost;
}

/** The address for a Service, or why there is none. */
function chooseAddress(io: Io, key: string, wish: string, before: string | undefined): string | { why: string } {
  const taken = takenExcept(io, key);
  if (wish !== "") {
    if (!isInPool(wish)) return { why: `address ${wish} is not in the pool ${prefix}0/24` };
    return taken.has(wish) ? { why: `address ${wish} is in use by another load balancer` } : wish;
  }
  if (before !== undefined) return before;
  for (let host = 1; host <= lastHost; host++) if (!taken.has(prefix + host)) return prefix + host;
  return { why: `no address is free in the pool ${prefix}0/24` };
}

function rowFor(service: Service, address: string, nodes: readonly string[]): LoadBalancerRow {
  const { ports = [], externalTrafficPolicy: policy = "Cluster", healthCheckNodePort = 0 } = service.spec;
  return {
    uid: service.metadata.uid ?? "",
    address,
    nodes,
    ports: ports.map(({ name = "", protocol = "TCP", port, nodePort = 0 }) => ({ name, protocol, port, nodePort })),
    policy,
    healthPort: policy === "Local" && healthCheckNodePort !== 0 ? healthCheckNodePort : proxyHealthPort,
    sourceRanges: service.spec.loadBalancerSourceRanges ?? [],
  };
}

/** The stand-in: a row for each load balancer is all that it consists of. */
export const standInProvider: LoadBalancerProvider = {
  exists: (io, key) => loadBalancers(io).has(key),
  ensure(io: Io, key: string, service: Service, nodes: readonly string[]): Ensured {
    const before = loadBalancers(io).get(key);
    const address = chooseAddress(io, key, service.spec.loadBalancerIP ?? "", before?.address);
    if (typeof address !== "string") return { kind: "failed", message: address.why };
    loadBalancers(io).set(key, rowFor(service, address, nodes));
    return { kind: "ready", ingress: [{ ip: address, ipMode: "VIP" }] };
  },
  update(io: Io, key: string, nodes: readonly string[]): void {
    const row = loadBalancers(io).get(key);
    if (row !== undefined) loadBalancers(io).set(key, { ...row, nodes });
  },
  delete: (io, key) => void loadBalancers(io).delete(key),
  nodesOf: (io, key) => loadBalancers(io).get(key)?.nodes,
};
