/**
 * Which endpoints a node uses for a port: readiness, traffic policies, zone hints (Kubernetes 1.32, pkg/proxy/topology.go).
 * Left out: the feature gates; hints count whenever they are there, as with ServiceTrafficDistribution on.
 * Invariant: a ready endpoint anywhere means that `anywhere` is true, also where no endpoint is usable on this node.
 */
import type { ProxiedEndpoint } from "./endpoint-set.ts";
import { type ProxiedPort, usesClusterEndpoints, usesLocalEndpoints } from "./service-port.ts";

/** The endpoints of one port, sorted out for one node. */
export interface UsableEndpoints {
  /** For traffic policy Cluster. */
  readonly cluster: readonly ProxiedEndpoint[];
  /** For traffic policy Local. */
  readonly local: readonly ProxiedEndpoint[];
  /** Both together, each once. */
  readonly reachable: readonly ProxiedEndpoint[];
  /** Whether the port has a usable endpoint on any node. */
  readonly anywhere: boolean;
}

/** A node's place: its name, and the zone of its label "topology.kubernetes.io/zone" ("" = none). */
export interface Place {
  readonly hostname: string;
  readonly zone: string;
}

const NONE: readonly ProxiedEndpoint[] = [];

function isReady({ ready }: ProxiedEndpoint): boolean {
  return ready;
}

function isEnding({ serving, terminating }: ProxiedEndpoint): boolean {
  return serving && terminating;
}

/** Hints count only if every ready endpoint has some and one of them is meant for the zone. */
function useHints(endpoints: readonly ProxiedEndpoint[], zone: string): boolean {
  if (zone === "") return false;
  const ready = endpoints.filter(isReady);
  return ready.every(({ zones }) => zones.length > 0) && ready.some(({ zones }) => zones.includes(zone));
}

/** Ready endpoints, or if there are none those that end but still serve. */
function readyOrEnding(endpoints: readonly ProxiedEndpoint[]): readonly ProxiedEndpoint[] {
  const ready = endpoints.filter(isReady);
  return ready.length > 0 ? ready : endpoints.filter(isEnding);
}

/** Sorts out the endpoints of a port for a place. */
export function categorizeEndpoints(
  endpoints: readonly ProxiedEndpoint[],
  port: ProxiedPort,
  { hostname, zone }: Place,
): UsableEndpoints {
  const forCluster = usesClusterEndpoints(port);
  const hinted = forCluster && useHints(endpoints, zone);
  const inZone = hinted ? endpoints.filter(({ ready, zones }) => ready && zones.includes(zone)) : endpoints;
  const cluster = forCluster ? readyOrEnding(inZone) : NONE;
  if (!usesLocalEndpoints(port)) return { cluster, local: NONE, reachable: cluster, anywhere: cluster.length > 0 };
  const anywhere = endpoints.some((endpoint) => isReady(endpoint) || isEnding(endpoint));
  const local = readyOrEnding(endpoints.filter(({ nodeName }) => hostname !== "" && nodeName === hostname));
  const others = local.filter((endpoint) => !cluster.includes(endpoint));
  return { cluster, local, reachable: others.length === 0 ? cluster : [...cluster, ...others], anywhere };
}
