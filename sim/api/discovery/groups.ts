/**
 * The API groups that are served, in the order in which the real server names them, and the resources of each
 * (Kubernetes 1.32, kube-aggregator's group priorities in cmd/kube-apiserver/app/aggregator.go).
 * Left out: groups without a served kind; they are absent, as on a server that has them switched off.
 * Invariant: derived from the registered kinds; resources are in the order of their names.
 */
import type { Kind } from "../kinds/kind.ts";
import { KINDS } from "../kinds/registry.ts";
import { REVIEW_KINDS } from "../kinds/reviews.ts";

/** Upstream's groups by priority; a group that is not in here comes last. */
const ORDER = [
  "",
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
];

/** A version of a group and its kinds. */
export interface GroupVersion {
  readonly version: string;
  readonly kinds: readonly Kind[];
}

/** A group; its preferred version is the first. */
export interface ApiGroup {
  readonly group: string;
  readonly versions: readonly GroupVersion[];
}

function rank(group: string): number {
  const at = ORDER.indexOf(group);
  return at < 0 ? ORDER.length : at;
}

function byName(a: Kind, b: Kind): number {
  return a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0;
}

const ALL = [...KINDS, ...REVIEW_KINDS];

function groupOf(group: string): ApiGroup {
  const own = ALL.filter((kind) => kind.group === group);
  const versions = [...new Set(own.map((kind) => kind.version))].sort().reverse();
  return {
    group,
    versions: versions.map((version) => ({
      version,
      kinds: own.filter((kind) => kind.version === version).sort(byName),
    })),
  };
}

/** Every served group, the core group ("") first. */
export const API_GROUPS: readonly ApiGroup[] = [...new Set(ALL.map(({ group }) => group))]
  .sort((a, b) => rank(a) - rank(b))
  .map(groupOf);

/** Whether any kind of a group is served. */
export function isGroupServed(group: string): boolean {
  return API_GROUPS.some((one) => one.group === group);
}
