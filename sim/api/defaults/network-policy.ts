/**
 * Defaults of NetworkPolicies (Kubernetes 1.32, pkg/apis/networking/v1/defaults.go).
 * Left out: nothing.
 * Invariant: a policy without directions is about ingress, and about egress if it has rules for it.
 */
import type { NetworkPolicy, NetworkPolicyPort } from "../kinds/network-policy.ts";

function withPorts<R extends { readonly ports?: readonly NetworkPolicyPort[] }>(rules: readonly R[]): readonly R[] {
  return rules.map((rule) => {
    const ports = rule.ports?.map((port) => (port.protocol ? port : { ...port, protocol: "TCP" as const }));
    return ports ? { ...rule, ports } : rule;
  });
}

/** Fills in directions and protocols. */
export function defaultNetworkPolicy(policy: NetworkPolicy): NetworkPolicy {
  const { ingress, egress, policyTypes } = policy.spec;
  const types = policyTypes?.length ? policyTypes : (["Ingress", ...(egress?.length ? ["Egress"] : [])] as const);
  return {
    ...policy,
    spec: {
      ...policy.spec,
      ...(ingress && { ingress: withPorts(ingress) }),
      ...(egress && { egress: withPorts(egress) }),
      policyTypes: types as NonNullable<NetworkPolicy["spec"]["policyTypes"]>,
    },
  };
}
