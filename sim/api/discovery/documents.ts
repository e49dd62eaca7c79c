/**
 * The documents of discovery, old and aggregated: group lists, resource lists, APIGroupDiscoveryList
 * (Kubernetes 1.32, api/apidiscovery/v2/types.go and apimachinery meta/v1 APIGroup, APIResourceList).
 * Left out: entity tags; a client may ask again.
 * Invariant: groups and resources are in the real server's order.
 */
import { API_GROUPS, type ApiGroup, type GroupVersion } from "./groups.ts";
import { entriesOf, groupVersionOf, namesOf, type ResourceEntry, storageVersionHash } from "./resources.ts";

/** `GET /api`: the versions of the core group, and where the server is. */
export function coreVersions(serverAddress: string) {
  const serverAddressByClientCIDRs = [{ clientCIDR: "0.0.0.0/0", serverAddress }];
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs };
}

function groupDocument({ group, versions }: ApiGroup) {
  const all = versions.map(({ version }) => ({ groupVersion: groupVersionOf({ group, version }), version }));
  return { name: group, versions: all, preferredVersion: all[0]! };
}

/** `GET /apis`: the named groups. */
export function groupList() {
  const groups = API_GROUPS.filter(({ group }) => group !== "").map(groupDocument);
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

/** `GET /apis/apps`; undefined for a group that is not served. */
export function groupOnly(group: string) {
  const found = API_GROUPS.find((one) => one.group === group);
  return found && { kind: "APIGroup", apiVersion: "v1", ...groupDocument(found) };
}

function resourceDocument({ resource, subresource, kind, answers, verbs }: ResourceEntry) {
  const { namespaced } = kind;
  if (subresource !== "") {
    return { name: `${resource}/${subresource}`, singularName: "", namespaced, ...answers, verbs };
  }
  const hash = kind.createOnly ? {} : { storageVersionHash: storageVersionHash(kind) };
  return { name: resource, singularName: kind.singular, namespaced, ...answers, verbs, ...namesOf(kind), ...hash };
}

/** `GET /apis/apps/v1`; undefined for a version that is not served. The core group's list has no apiVersion. */
export function resourceList(group: string, version: string) {
  const found = API_GROUPS.find((one) => one.group === group)?.versions.find((one) => one.version === version);
  if (found === undefined) return undefined;
  const own = group === "" ? {} : { apiVersion: "v1" };
  const resources = found.kinds.flatMap(entriesOf).map(resourceDocument);
  return { kind: "APIResourceList", ...own, groupVersion: groupVersionOf({ group, version }), resources };
}

function responseKind({ answers }: ResourceEntry) {
  return { group: answers.group ?? "", version: answers.version ?? "", kind: answers.kind };
}

function aggregatedVersion({ version, kinds }: GroupVersion) {
  const resources = kinds.map((kind) => {
    const [main, ...more] = entriesOf(kind) as [ResourceEntry, ...ResourceEntry[]];
    const subresources = more.map((entry) => ({
      subresource: entry.subresource,
      responseKind: responseKind(entry),
      verbs: entry.verbs,
    }));
    return {
      resource: kind.resource,
      responseKind: responseKind(main),
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      singularResource: kind.singular,
      verbs: main.verbs,
      ...namesOf(kind),
      ...(subresources.length > 0 && { subresources }),
    };
  });
  return { version, resources, freshness: "Current" };
}

/** The aggregated form of `/api` (the core group) and of `/apis` (the named groups), in a version of its own API. */
export function aggregated(core: boolean, version: string) {
  const groups = API_GROUPS.filter(({ group }) => (group === "") === core);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: core ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
      versions: versions.map(aggregatedVersion),
    })),
  };
}
