/**
 * All rules of one node's kube-proxy, as a view of the Services and EndpointSlices that it has seen: nothing is stored, and
 * no rule is made before somebody looks at it (Kubernetes 1.32, pkg/proxy/iptables/proxier.go syncProxyRules).
 * Left out: services with the service-proxy-name label and headless slices never get here in the real one; here the
 * caller filters the former, and the latter have no Service port. Services stand in the order given, not in Go's random one.
 * Invariant: after a partial sync an unchanged Service keeps the comments that it had.
 */
import { type EndpointSlice, SERVICE_NAME_LABEL } from "../api/kinds/endpoint-slice.ts";
import type { Service } from "../api/kinds/service.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { NodeFacts, ProxyConfig } from "./config.ts";
import { madeOnce } from "./memory.ts";
import { nodePortPlaces } from "./node-port-addresses.ts";
import { endpointCount, type NodeView, type ServiceView, serviceView } from "./service-rules.ts";

/** What a node's kube-proxy has seen, and what it knows of its node. */
export interface ProxyInputs {
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly node: NodeFacts;
  readonly config: ProxyConfig;
}

/** The rules of one node: a view that costs little until it is read (see save-text.ts, netfilter-tables.ts). */
export interface ProxyRules extends NodeView {
  readonly views: readonly ServiceView[];
}

/** With more endpoints than this, kube-proxy leaves comments out of per-endpoint rules. */
const LARGE_CLUSTER_ENDPOINTS = 1000;

/** The slices of each Service, "namespace/name", in the order given. */
function byService(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const name = slice.metadata.labels?.[SERVICE_NAME_LABEL];
    if (!name) continue;
    const key = `${slice.metadata.namespace}/${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

function keyOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** The views of all Services, for nodes on which no endpoint stands in two slices. */
interface Shared {
  readonly views: readonly ServiceView[];
  /** Where the result depends on the node after all. */
  readonly overlapping: readonly number[];
}

const shared = new WeakMap<readonly Service[], WeakMap<readonly EndpointSlice[], Shared>>();

function makeShared(services: readonly Service[], slices: readonly EndpointSlice[]): Shared {
  const groups = byService(slices);
  const commented = services.map((service) => serviceView(service, groups.get(keyOf(service)), "", true));
  const total = commented.reduce((sum, view) => sum + endpointCount(view), 0);
  const overlapping = commented.flatMap(({ endpoints }, index) => (endpoints.overlapping ? [index] : []));
  if (total <= LARGE_CLUSTER_ENDPOINTS) return { views: commented, overlapping };
  return { views: commented.map((view) => ({ ...view, commented: false })), overlapping };
}

/** The views on a node; the same list for all nodes that have seen the same lists, if it can be. */
function viewsFor({ services, endpointSlices, node }: ProxyInputs): readonly ServiceView[] {
  const bySlices = madeOnce(shared, services, () => new WeakMap<readonly EndpointSlice[], Shared>());
  const { views, overlapping } = madeOnce(bySlices, endpointSlices, () => makeShared(services, endpointSlices));
  if (overlapping.length === 0) return views;
  const own = [...views];
  for (const index of overlapping) {
    const { service, slices, commented } = views[index]!;
    own[index] = serviceView(service, slices, node.hostname, commented);
  }
  return own;
}

/** Keeps of the view before what a partial sync would not write again. */
function carriedOver(view: ServiceView, before: ServiceView | undefined): ServiceView {
  if (before === undefined || before.commented === view.commented) return view;
  const same = equalJson(before.service, view.service) && equalJson(before.slices, view.slices);
  return same ? { ...view, commented: before.commented } : view;
}

/**
 * The rules on a node. Without `previous` they are those of a full sync, as after a start or a change of the node's labels;
 * with it, those of a partial sync that follows it: it matters where the cluster has just become large or stopped to be.
 * The lists of objects are told apart by identity, so pass the same list for the same state.
 */
export function proxyRules(inputs: ProxyInputs, previous?: ProxyRules): ProxyRules {
  const { node, config } = inputs;
  const views = viewsFor(inputs);
  const places = nodePortPlaces(config, node);
  if (previous === undefined) return { node, config, places, views };
  const before = new Map(previous.views.map((view) => [keyOf(view.service), view]));
  return { node, config, places, views: views.map((view) => carriedOver(view, before.get(keyOf(view.service)))) };
}
