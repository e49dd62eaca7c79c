/**
 * The endpoints of each port of a Service, gathered from its slices (Kubernetes 1.32, pkg/proxy/endpointslicecache.go).
 * Left out: the Event about an address of the wrong family; such an address is passed over.
 * Invariant: endpoints are sorted by the code units of "address:port", each of them once. An endpoint that stands in two slices
 * counts as in the first, or as on this node where one of them says so (upstream takes the slices in random order).
 */
import type { Endpoint, EndpointPort, EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import { portKey } from "./service-port.ts";
import { canonicalIpv4 } from "./sloppy-ipv4.ts";

/** One endpoint of one port. */
export interface ProxiedEndpoint {
  readonly address: string;
  /** "address:port". */
  readonly text: string;
  readonly nodeName: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zones: readonly string[];
}

/** The endpoints by port key, see `portKey`. */
export interface EndpointSet {
  readonly byPort: ReadonlyMap<string, readonly ProxiedEndpoint[]>;
  /** The nodes on which the endpoints are. */
  readonly nodes: ReadonlySet<string>;
  /** Whether any endpoint is meant for certain zones. */
  readonly hinted: boolean;
  /** Whether an endpoint stands in more than one slice, so that the result depends on the node. */
  readonly overlapping: boolean;
}

function readEndpoint(endpoint: Endpoint, port: number): ProxiedEndpoint | undefined {
  const address = canonicalIpv4(endpoint.addresses[0] ?? "");
  if (address === undefined) return undefined;
  const { ready = true, serving = true, terminating = false } = endpoint.conditions ?? {};
  return {
    address,
    text: `${address}:${port}`,
    nodeName: endpoint.nodeName,
    ready,
    serving,
    terminating,
    zones: (endpoint.hints?.forZones ?? []).map(({ name }) => name),
  };
}

type Gathered = Map<string, Map<string, ProxiedEndpoint>>;

/** Adds the endpoints of one port of a slice; says whether one of them was there before. */
function addPort(gathered: Gathered, port: EndpointPort, slice: EndpointSlice, hostname: string | undefined): boolean {
  if (port.name === undefined || !port.port) return false;
  const key = portKey(port.name, port.protocol);
  const known = gathered.get(key) ?? new Map<string, ProxiedEndpoint>();
  gathered.set(key, known);
  let overlapping = false;
  for (const each of slice.endpoints ?? []) {
    const endpoint = readEndpoint(each, port.port);
    if (endpoint === undefined) continue;
    const twice = known.has(endpoint.text);
    overlapping ||= twice;
    if (!twice || endpoint.nodeName === hostname) known.set(endpoint.text, endpoint);
  }
  return overlapping;
}

/** Gathers the endpoints of one Service, as seen on the node `hostname`. */
function gather(slices: readonly EndpointSlice[], hostname: string | undefined): EndpointSet {
  const gathered: Gathered = new Map();
  let overlapping = false;
  for (const slice of slices) {
    for (const port of slice.ports ?? []) overlapping = addPort(gathered, port, slice, hostname) || overlapping;
  }
  const byPort = new Map<string, readonly ProxiedEndpoint[]>();
  const nodes = new Set<string>();
  let hinted = false;
  for (const [key, endpoints] of gathered) {
    const sorted = [...endpoints.values()].sort((left, right) => (left.text < right.text ? -1 : 1));
    byPort.set(key, sorted);
    for (const { nodeName, zones } of sorted) {
      if (nodeName !== undefined) nodes.add(nodeName);
      hinted ||= zones.length > 0;
    }
  }
  return { byPort, nodes, hinted, overlapping };
}

/** One way through the identities of a list of slices. */
interface Step {
  readonly next: WeakMap<EndpointSlice, Step>;
  set: EndpointSet | undefined;
}

const start: Step = { next: new WeakMap(), set: undefined };
const none: EndpointSet = { byPort: new Map(), nodes: new Set(), hinted: false, overlapping: false };

/** The endpoints of a Service from its slices in a given order, the same object for the same slices. */
export function endpointSet(slices: readonly EndpointSlice[], hostname: string): EndpointSet {
  if (slices.length === 0) return none;
  let step = start;
  for (const slice of slices) {
    let next = step.next.get(slice);
    if (next === undefined) {
      next = { next: new WeakMap(), set: undefined };
      step.next.set(slice, next);
    }
    step = next;
  }
  step.set ??= gather(slices, undefined);
  return step.set.overlapping ? gather(slices, hostname) : step.set;
}
