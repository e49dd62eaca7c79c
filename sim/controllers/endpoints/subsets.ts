/**
 * The subsets of an Endpoints object: which addresses stand behind a Service, ready and not, by the ports that they share.
 * Source: Kubernetes 1.32, pkg/controller/endpoint/endpoints_controller.go (syncService, truncateEndpoints) and
 * pkg/api/v1/endpoints/util.go (RepackSubsets).
 * Left out: upstream orders ports and subsets by a hash; here ports are in the order of the Service, and subsets in that of
 * their first port.
 * Invariant: pure; an address stands in one subset for each set of ports, and not ready wins over ready.
 */
import type { EndpointPort } from "../../api/kinds/endpoint-slice.ts";
import type { EndpointAddress, EndpointSubset } from "../../api/kinds/endpoints.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import { addressOf, endpointOf, isEndpoint, portsKey, portsOf } from "../endpoint-slice/endpoint.ts";
import { isReady } from "../pod-state.ts";

/** How many addresses an Endpoints object holds at most. */
const addressesMax = 1000;

interface Group {
  readonly ports: readonly EndpointPort[];
  readonly ready: EndpointAddress[];
  readonly notReady: EndpointAddress[];
}

/** Addresses without a host name by pod: an object that stays the same is stored, compared and decoded at no cost. */
const plainAddresses = new WeakMap<Pod, EndpointAddress>();

function addressOfPod(pod: Pod, service: Service): EndpointAddress {
  const known = plainAddresses.get(pod);
  if (known !== undefined && !pod.spec.hostname) return known;
  const address = newAddress(pod, service);
  if (address.hostname === undefined) plainAddresses.set(pod, address);
  return address;
}

function newAddress(pod: Pod, service: Service): EndpointAddress {
  const { hostname, nodeName, targetRef } = endpointOf(pod, service, undefined);
  return {
    ip: addressOf(pod) ?? "",
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    ...(targetRef !== undefined && { targetRef }),
  };
}

/** A pod counts while it has an address and is not leaving, or if the Service asks for all of them. */
function counts(pod: Pod, publishesAll: boolean): boolean {
  return isEndpoint(pod) && (publishesAll || pod.metadata.deletionTimestamp === undefined);
}

function groupsOf(service: Service, pods: readonly Pod[]): readonly Group[] {
  const groups = new Map<string, Group>();
  const publishesAll = service.spec.publishNotReadyAddresses === true;
  const isFixed = service.spec.ports?.every(({ targetPort }) => typeof targetPort !== "string") !== false;
  let ports: readonly EndpointPort[] | undefined;
  let key = "";
  const needsPorts = (service.spec.ports ?? []).length > 0 || service.spec.clusterIP !== "None";
  for (const pod of pods) {
    if (!counts(pod, publishesAll)) continue;
    if (ports === undefined || !isFixed) {
      ports = portsOf(pod, service);
      key = portsKey(ports);
    }
    if (needsPorts && ports.length === 0) continue;
    const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
    groups.set(key, group);
    (publishesAll || isReady(pod) ? group.ready : group.notReady).push(addressOfPod(pod, service));
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

function inOrder(addresses: readonly EndpointAddress[]): readonly EndpointAddress[] {
  const uidOf = ({ targetRef }: EndpointAddress) => targetRef?.uid ?? "";
  return [...addresses].sort((one, other) => {
    if (one.ip !== other.ip) return one.ip < other.ip ? -1 : 1;
    return uidOf(one) < uidOf(other) ? -1 : 1;
  });
}

function subsetOf({ ports, ready, notReady }: Group): EndpointSubset {
  return {
    ...(ready.length > 0 && { addresses: inOrder(ready) }),
    ...(notReady.length > 0 && { notReadyAddresses: inOrder(notReady) }),
    ...(ports.length > 0 && { ports: ports.map(portOf) }),
  };
}

function portOf({ name, port = 0, protocol = "TCP", appProtocol }: EndpointPort) {
  return { ...(name && { name }), port, protocol, ...(appProtocol !== undefined && { appProtocol }) };
}

/** What stands behind a Service, from the pods that it selects. */
export function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  return groupsOf(service, pods).map(subsetOf);
}

type Side = "addresses" | "notReadyAddresses";

function countOf(subsets: readonly EndpointSubset[], side: Side): number {
  return subsets.reduce((sum, subset) => sum + (subset[side]?.length ?? 0), 0);
}

/** The subsets cut down to what fits, each by its share, those not ready first; undefined if all fits. */
export function truncated(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] | undefined {
  const ready = countOf(subsets, "addresses");
  const notReady = countOf(subsets, "notReadyAddresses");
  if (ready + notReady <= addressesMax) return undefined;
  const cutsReady = ready > addressesMax;
  const side: Side = cutsReady ? "addresses" : "notReadyAddresses";
  const [all, most] = cutsReady ? [ready, addressesMax] : [notReady, addressesMax - ready];
  let left = most;
  return subsets.map((subset) => {
    const own = subset[side] ?? [];
    const kept = own.slice(0, Math.min(left, Math.ceil((own.length * most) / all)));
    left -= kept.length;
    const { [side]: _cut, ...others } = subset;
    const { notReadyAddresses: _none, ...readyOnly } = others as EndpointSubset;
    return { ...(cutsReady ? readyOnly : others), ...(kept.length > 0 && { [side]: kept }) };
  });
}
