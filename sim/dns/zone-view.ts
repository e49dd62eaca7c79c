/**
 * What CoreDNS knows of a cluster: Services, ready endpoints and namespaces, as of one revision.
 * Source: CoreDNS 1.11, plugin/kubernetes/{controller.go,namespace.go,object/endpoint.go}.
 * Left out: a cache of its own: what a CoreDNS has seen is the store at a revision that the caller knows.
 * Invariant: endpoints that are not ready are not known here.
 */
import type { EndpointPort, EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import { SERVICE_NAME_LABEL } from "../api/kinds/endpoint-slice.ts";
import type { Service } from "../api/kinds/service.ts";
import { listPrefix, objectAt, objectsAt, resourceKey, resourcePrefix } from "../api/server/storage.ts";
import type { Io } from "../time/component.ts";

/** One address behind a Service with the ports that it has there; `host` is the name of the address under the Service. */
export interface NamedEndpoint {
  readonly address: string;
  readonly host: string;
  readonly ports: readonly EndpointPort[];
}

/** The questions that the zone asks about a cluster. Names are in lower case. */
export interface ZoneView {
  hasNamespace(namespace: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  /** Ready endpoints of a Service, in the order of the slices. */
  endpoints(namespace: string, name: string): readonly NamedEndpoint[];
  /** The Service that has a cluster address. */
  serviceWith(address: string): Service | undefined;
  /** Names below `svc` of the endpoints that have an address, e.g. "db-0.db.default". */
  endpointNamesOf(address: string): readonly string[];
}

/** A slice without ports still has names: this port matches any question but one for a certain port. */
const noPort: EndpointPort = { name: "", port: -1 };

/** The cluster as the store has it at a revision. */
export function zoneViewAt(io: Io, revision: number): ZoneView {
  return {
    hasNamespace: (namespace) => objectAt(io, resourceKey("namespaces", "", namespace), revision) !== undefined,
    service: (namespace, name) =>
      objectAt(io, resourceKey("services", namespace, name), revision) as Service | undefined,
    endpoints(namespace, name) {
      const versions = listPrefix(io, `${resourcePrefix("endpointslices")}${namespace}/`, revision);
      const slices = versions.map(({ value }) => value as EndpointSlice);
      return slices.filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === name).flatMap(endpointsIn);
    },
    serviceWith(address) {
      for (const object of objectsAt(io, "services", revision)) {
        const service = object as Service;
        if (service.spec.clusterIPs?.includes(address) === true) return service;
      }
      return undefined;
    },
    endpointNamesOf(address) {
      const names: string[] = [];
      for (const object of objectsAt(io, "endpointslices", revision)) {
        const { namespace, labels } = object.metadata;
        for (const endpoint of endpointsIn(object as EndpointSlice)) {
          if (endpoint.address === address) names.push(`${endpoint.host}.${labels?.[SERVICE_NAME_LABEL]}.${namespace}`);
        }
      }
      return names;
    },
  };
}

function endpointsIn(slice: EndpointSlice): readonly NamedEndpoint[] {
  const ports = slice.ports !== undefined && slice.ports.length > 0 ? slice.ports : [noPort];
  const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses, hostname = "" }) =>
    addresses.map((address) => ({
      address,
      host: hostname === "" ? address.replaceAll(".", "-").replaceAll(":", "-") : hostname,
      ports,
    })),
  );
}
