/**
 * `networking.k8s.io/v1` NetworkPolicy (Kubernetes 1.32, pkg/registry/networking/networkpolicy): its type and registration.
 * Left out: nothing.
 * Invariant: a policy says which directions it is about, if only by default.
 */
import { defaultNetworkPolicy } from "../defaults/network-policy.ts";
import { equalJson } from "../schema/equal-json.ts";
import { networkPolicyPrinter } from "../tables/routing-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateNetworkPolicy } from "../validation/network-policy.ts";
import type { Kind } from "./kind.ts";
import type { LabelSelector } from "./pod-spec.ts";

/** Ports that are open: one, or a range of numbers. */
export interface NetworkPolicyPort {
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  readonly port?: number | string;
  readonly endPort?: number;
}

/** Who is on the other side: pods, or addresses. */
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** A NetworkPolicy. */
export interface NetworkPolicy extends KubeObject {
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly ingress?: readonly {
      readonly ports?: readonly NetworkPolicyPort[];
      readonly from?: readonly NetworkPolicyPeer[];
    }[];
    readonly egress?: readonly {
      readonly ports?: readonly NetworkPolicyPort[];
      readonly to?: readonly NetworkPolicyPeer[];
    }[];
    readonly policyTypes?: readonly ("Ingress" | "Egress")[];
  };
}

/** The kind NetworkPolicy. */
export const networkPolicyKind: Kind<NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "networkpolicies",
  kind: "NetworkPolicy",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/networkpolicies",
  struct: "NetworkPolicy",
  nameRule: dnsSubdomain,
  strategy: {
    defaults: defaultNetworkPolicy,
    validate: validateNetworkPolicy,
    changesGeneration: (next, previous) => !equalJson(next.spec, previous.spec),
  },
  printer: networkPolicyPrinter,
};
