/** What must hold of Services and packets when everything has been repaired: who is ready is reached, from every node. */
import { type EndpointSlice, SERVICE_NAME_LABEL } from "../../sim/api/kinds/endpoint-slice.ts";
import type { Pod } from "../../sim/api/kinds/pod.ts";
import type { Service } from "../../sim/api/kinds/service.ts";
import { traceInWorld } from "../../sim/cluster/network/operate.ts";
import type { Lab } from "./lab.ts";

type Say = (what: string) => void;

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
}

function selects({ metadata, spec }: Service, pod: Pod): boolean {
  if (pod.metadata.namespace !== metadata.namespace) return false;
  return Object.entries(spec.selector ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** Addresses of the pods that a Service should send to. */
function wanted(lab: Lab, service: Service): readonly Pod[] {
  const all = lab.objects<Pod>("pods").filter((pod) => selects(service, pod) && isReady(pod));
  return all.filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.podIP !== undefined);
}

function listed(lab: Lab, { metadata }: Service): readonly string[] {
  const slices = lab.objects<EndpointSlice>("endpointslices").filter((slice) => {
    const isOf = slice.metadata.labels?.[SERVICE_NAME_LABEL] === metadata.name;
    return isOf && slice.metadata.namespace === metadata.namespace;
  });
  const ready = slices.flatMap(({ endpoints }) =>
    (endpoints ?? []).filter(({ conditions }) => conditions?.ready === true),
  );
  return ready.flatMap(({ addresses }) => addresses).sort();
}

/** Complains about Services whose slices, rules or load balancers are not what they should be. */
export function services(lab: Lab, say: Say): void {
  const world = lab.world.fork();
  const nodes = lab.machines.filter((name) => name !== "master-1");
  for (const service of lab.objects<Service>("services")) {
    const { namespace, name } = service.metadata;
    if (service.spec.selector === undefined) continue;
    const pods = wanted(lab, service);
    const addresses = pods.map(({ status }) => status?.podIP ?? "").sort();
    if (listed(lab, service).join() !== addresses.join())
      say(`slices of ${namespace}/${name} have ${listed(lab, service)}, ready are ${addresses}`);
    const isBalanced = (service.status?.loadBalancer?.ingress ?? []).length > 0;
    if (isBalanced !== (service.spec.type === "LoadBalancer")) say(`${namespace}/${name} has a wrong load balancer`);
    if (name === "kube-dns") continue;
    const areWeb = pods.every(({ spec }) => /^(nginx|httpd)/.test(spec.containers[0]?.image ?? ""));
    for (const node of nodes) {
      const { outcome } = traceInWorld(world, `node/${node}`, `service/${namespace}/${name}`, {});
      const expected =
        pods.length > 0 && areWeb ? ["answered"] : pods.length > 0 ? ["answered", "refused"] : ["refused"];
      if (!expected.includes(outcome.kind))
        say(`${node} → ${namespace}/${name} (${pods.length} pods): ${outcome.text}`);
    }
  }
}
