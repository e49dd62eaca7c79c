/**
 * What the API server makes of itself for its users: the ClusterRoles cluster-admin, admin, edit and view, the binding of the
 * first, and the PriorityClasses of the system.
 * Source: Kubernetes 1.32, plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go and pkg/apis/scheduling/types.go.
 * Left out: roles of the system's own components, whose identities are allowed everything that they do; the aggregated roles:
 * their rules stand in the roles themselves.
 * Invariant: rules name kinds that are served here; view reads no Secrets, edit changes no roles.
 */
import { KINDS } from "../api/kinds/registry.ts";
import type { JsonObject } from "../api/types.ts";
import type { Installed } from "./cluster-objects.ts";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;
const reading = ["get", "list", "watch"];
const changing = ["create", "delete", "deletecollection", "patch", "update"];
const roleGroup = rbac.group;
/** Groups whose namespaced kinds users work with. */
const usersGroups = new Set(["", "apps", "autoscaling", "batch", "discovery.k8s.io", "networking.k8s.io", "policy"]);
/** What only the control plane writes, or nobody may read without being trusted with it. */
const readOnly = new Set([
  "events",
  "limitranges",
  "resourcequotas",
  "endpointslices",
  "controllerrevisions",
  "bindings",
]);

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One rule a group for kinds that a role may use, with these verbs. */
function rulesFor(verbs: readonly string[], allows: (resource: string) => boolean): readonly Rule[] {
  const rules: Rule[] = [];
  for (const group of usersGroups) {
    const resources = KINDS.filter((kind) => kind.namespaced && kind.group === group && allows(kind.resource))
      .flatMap((kind) => [kind.resource, ...(kind.subresources.includes("scale") ? [`${kind.resource}/scale`] : [])])
      .sort();
    if (resources.length > 0) rules.push({ apiGroups: [group], resources, verbs });
  }
  return rules;
}

function viewing(): readonly Rule[] {
  const namespaces: Rule = { apiGroups: [""], resources: ["namespaces", "pods/log"], verbs: reading };
  return [namespaces, ...rulesFor(reading, (resource) => resource !== "secrets")];
}

function editing(): readonly Rule[] {
  const streams = ["pods/attach", "pods/exec", "pods/eviction", "serviceaccounts/token"];
  return [
    ...viewing(),
    { apiGroups: [""], resources: ["secrets"], verbs: reading },
    { apiGroups: [""], resources: streams, verbs: ["create"] },
    { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] },
    ...rulesFor(changing, (resource) => !readOnly.has(resource)),
  ];
}

function administering(): readonly Rule[] {
  const roles = { apiGroups: [roleGroup], resources: ["rolebindings", "roles"] };
  const reviews: Rule = {
    apiGroups: ["authorization.k8s.io"],
    resources: ["localsubjectaccessreviews"],
    verbs: ["create"],
  };
  return [...editing(), { ...roles, verbs: [...reading, ...changing] }, reviews];
}

const everything: readonly JsonObject[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  { nonResourceURLs: ["*"], verbs: ["*"] },
];

function metadataOf(name: string): JsonObject {
  return {
    name,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}

function role(name: string, rules: readonly unknown[]): Installed {
  const body = { apiVersion: `${rbac.group}/v1`, kind: "ClusterRole", metadata: metadataOf(name), rules };
  return { ...rbac, resource: "clusterroles", body: body as unknown as JsonObject };
}

const adminBinding: Installed = {
  ...rbac,
  resource: "clusterrolebindings",
  body: {
    apiVersion: `${rbac.group}/v1`,
    kind: "ClusterRoleBinding",
    metadata: metadataOf("cluster-admin"),
    roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup: rbac.group, kind: "Group", name: "system:masters" }],
  },
};

function priorityClass(name: string, value: number, description: string): Installed {
  const body = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, description };
  return { group: "scheduling.k8s.io", version: "v1", resource: "priorityclasses", body };
}

/** The roles, the binding and the classes, in the order in which they are made. */
export function standardObjects(): readonly Installed[] {
  const lost = "Used for system critical pods that must";
  return [
    priorityClass("system-node-critical", 2_000_001_000, `${lost} not be moved from their current node.`),
    priorityClass(
      "system-cluster-critical",
      2_000_000_000,
      `${lost} run in the cluster, but can be moved to another node if necessary.`,
    ),
    role("cluster-admin", everything),
    role("admin", administering()),
    role("edit", editing()),
    role("view", viewing()),
    adminBinding,
  ];
}
