/**
 * Load balancers as a provider makes them: what one is asked for, what it decided, and where that is kept.
 * Source: Kubernetes 1.32, staging/src/k8s.io/cloud-provider/cloud.go (interface LoadBalancer).
 * Left out: names of load balancers, clusters that share an account.
 * Invariant: the fabric's ways to a load balancer's address follow from its row and from nothing else.
 */
import type { LoadBalancerIngress, Protocol, Service, TrafficPolicy } from "../api/kinds/service.ts";
import type { Io } from "../time/component.ts";
import type { Table } from "../time/table.ts";

/** One port of a load balancer; `nodePort` 0: packets keep their destination and no port of a node is open for them. */
export interface BalancedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort: number;
}

/** A load balancer: packets to its address arrive, unchanged, at one of its nodes that answers the health check. */
export interface LoadBalancerRow {
  /** Uid of the Service that it is for. */
  readonly uid: string;
  readonly address: string;
  /** Names of the nodes behind it, sorted; whether they answer is for the health check to find out. */
  readonly nodes: readonly string[];
  readonly ports: readonly BalancedPort[];
  readonly policy: TrafficPolicy;
  /** Port of each node that is asked whether it takes traffic: kube-proxy's own, or the Service's with policy Local. */
  readonly healthPort: number;
  /** Networks that may send; empty: all. Enforced by kube-proxy too. */
  readonly sourceRanges: readonly string[];
}

/** All load balancers, by "namespace/name" of their Service. */
export function loadBalancers(io: Io): Table<LoadBalancerRow> {
  return io.table<LoadBalancerRow>("load balancers");
}

/** What came of asking for a load balancer; the message is the provider's own. */
export type Ensured =
  | { readonly kind: "ready"; readonly ingress: readonly LoadBalancerIngress[] }
  | { readonly kind: "failed"; readonly message: string };

/** What a cloud must be able to do; kept rows are its own affair. `key` is "namespace/name". */
export interface LoadBalancerProvider {
  /** Whether there is a load balancer for the Service. */
  exists(io: Io, key: string): boolean;
  /** Makes one, or brings it up to date. */
  ensure(io: Io, key: string, service: Service, nodes: readonly string[]): Ensured;
  /** Gives it other nodes. */
  update(io: Io, key: string, nodes: readonly string[]): void;
  /** Takes it away; its address is free again. */
  delete(io: Io, key: string): void;
  /** The nodes that it was last given; undefined if there is none. */
  nodesOf(io: Io, key: string): readonly string[] | undefined;
}
