/**
 * What a change of a Service's type lets go, so that the user need not take each field away by hand
 * (Kubernetes 1.32, pkg/registry/core/service/strategy.go dropTypeDependentFields).
 * Left out: nothing.
 * Invariant: a field goes only if its old value no longer applies and the user did not change it as well.
 */
import { isExternallyAccessible } from "../defaults/service.ts";
import type { Service, ServiceSpec } from "../kinds/service.ts";
import { equalJson } from "../schema/equal-json.ts";
import { needsHealthCheck } from "../validation/service.ts";

type Needs = (spec: ServiceSpec) => boolean;

const hasNodePorts: Needs = ({ type }) => type === "NodePort" || type === "LoadBalancer";
const hasAddress: Needs = ({ type }) => type !== "ExternalName";
const hasBalancer: Needs = ({ type }) => type === "LoadBalancer";

/** Fields, and what they are needed for; those in one list go together only if all of them stayed the same. */
const DEPENDENT: readonly { readonly needs: Needs; readonly fields: readonly (keyof ServiceSpec)[] }[] = [
  { needs: hasAddress, fields: ["clusterIP", "clusterIPs"] },
  { needs: hasAddress, fields: ["ipFamilies"] },
  { needs: hasAddress, fields: ["ipFamilyPolicy"] },
  { needs: needsHealthCheck, fields: ["healthCheckNodePort"] },
  { needs: hasBalancer, fields: ["allocateLoadBalancerNodePorts"] },
  { needs: hasBalancer, fields: ["loadBalancerClass"] },
  { needs: isExternallyAccessible, fields: ["externalTrafficPolicy"] },
];

function nodePortsOf({ ports = [] }: ServiceSpec): readonly number[] {
  return ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
}

function withoutNodePorts(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  if (!next.ports || !hasNodePorts(previous) || hasNodePorts(next)) return next;
  const known = nodePortsOf(previous);
  if (!nodePortsOf(next).every((port) => known.includes(port))) return next;
  return { ...next, ports: next.ports.map(({ nodePort: _nodePort, ...port }) => port) };
}

/** The changed Service without what its new type does not need, and with the status that it keeps. */
export function dropTypeDependent(next: Service, previous: Service): Service {
  const gone = new Set<string>();
  for (const { needs, fields } of DEPENDENT) {
    if (!needs(previous.spec) || needs(next.spec)) continue;
    if (fields.every((field) => equalJson(next.spec[field], previous.spec[field])))
      for (const field of fields) gone.add(field);
  }
  const spec = withoutNodePorts(next.spec, previous.spec);
  const kept = Object.fromEntries(Object.entries(spec).filter(([field]) => !gone.has(field))) as ServiceSpec;
  const status = kept.type === "LoadBalancer" ? previous.status : { ...previous.status, loadBalancer: {} };
  return { ...next, spec: gone.size === 0 ? spec : kept, ...(status ? { status } : {}) };
}
