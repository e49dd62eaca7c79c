import type { JsonObject } from "../../sim/api/types.ts";
import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { findKind } from "./kinds.ts";
import type { Call, Verb } from "./verb.ts";

const GROUP = "rbac.authorization.k8s.io";
const VERBS: readonly string[] = [
  ..."get delete list create update patch watch proxy deletecollection use bind escalate impersonate *".split(" "),
];

const ROLE_FLAGS: readonly Flag[] = [
  ...CREATE_FLAGS,
  { name: "verb", type: "strings" },
  { name: "resource", type: "strings" },
  { name: "resource-name", type: "strings" },
];

const SUBJECT_FLAGS: readonly Flag[] = [
  ...CREATE_FLAGS,
  { name: "clusterrole", type: "string" },
  { name: "user", type: "strings" },
  { name: "group", type: "strings" },
  { name: "serviceaccount", type: "strings" },
];

/** `kubectl create role NAME --verb=… --resource=…` (create_role.go). */
export const createRole: Verb = {
  name: "role",
  flags: ROLE_FLAGS,
  run(call) {
    const name = nameArgument(call, "role");
    const verbs = verbsOf(call);
    if (!call.has("resource")) fail("at least one resource must be specified");
    createObject(call, { ...head("Role", name), rules: resourceRules(call, verbs) }, name, "");
  },
};

/** `kubectl create clusterrole NAME`, also for paths (`--non-resource-url`) or as a sum of others (`--aggregation-rule`) (create_clusterrole.go). */
export const createClusterRole: Verb = {
  name: "clusterrole",
  flags: [...ROLE_FLAGS, { name: "non-resource-url", type: "strings" }, { name: "aggregation-rule", type: "strings" }],
  run(call) {
    const name = nameArgument(call, "clusterrole");
    const sum = call.list("aggregation-rule");
    if (sum.length > 0) {
      if (["verb", "resource", "non-resource-url", "resource-name"].some((flag) => call.has(flag))) {
        fail("aggregation rule must be specified without policy rules");
      }
      const matchLabels = Object.fromEntries(sum.map((pair) => splitPair(pair)));
      const object = { aggregationRule: { clusterRoleSelectors: [{ matchLabels }] }, ...head("ClusterRole", name) };
      createObject(call, { ...object, rules: null }, name, "");
      return;
    }
    const verbs = verbsOf(call);
    const paths = call.list("non-resource-url");
    if (!call.has("resource") && paths.length === 0) fail("one of resource or nonResourceURL must be specified");
    const rules = call.has("resource") ? resourceRules(call, verbs) : [];
    const rule = paths.length > 0 ? [{ nonResourceURLs: paths, verbs }] : [];
    createObject(call, { ...head("ClusterRole", name), rules: [...rules, ...rule] }, name, "");
  },
};

/** `kubectl create rolebinding NAME --role=…|--clusterrole=…` with subjects (create_rolebinding.go). */
export const createRoleBinding: Verb = {
  name: "rolebinding",
  flags: [...SUBJECT_FLAGS, { name: "role", type: "string" }],
  run(call) {
    const name = nameArgument(call, "rolebinding");
    if ((call.text("role") === "") === (call.text("clusterrole") === "")) {
      fail("exactly one of clusterrole or role must be specified");
    }
    bind(call, "RoleBinding", name);
  },
};

/** `kubectl create clusterrolebinding NAME --clusterrole=…` with subjects (create_clusterrolebinding.go). */
export const createClusterRoleBinding: Verb = {
  name: "clusterrolebinding",
  flags: SUBJECT_FLAGS,
  required: ["clusterrole"],
  run(call) {
    bind(call, "ClusterRoleBinding", nameArgument(call, "clusterrolebinding"));
  },
};

function head(kind: string, name: string): JsonObject {
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { creationTimestamp: null, name } };
}

function splitPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 1)
    fail(`invalid argument "${pair}" for "--aggregation-rule" flag: ${pair} must be formatted as key=value`);
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

function verbsOf(call: Call): readonly string[] {
  const verbs = [...new Set(call.list("verb").map((verb) => verb.trim()))];
  if (verbs.length === 0) fail("at least one verb must be specified");
  if (verbs.includes("*")) return ["*"];
  for (const verb of verbs) {
    if (!VERBS.includes(verb)) call.err(`Warning: '${verb}' is not a standard resource verb\n`);
  }
  return verbs;
}

/** One rule for each API group that the resources are of, groups in order. */
function resourceRules(call: Call, verbs: readonly string[]): readonly JsonObject[] {
  const byGroup = new Map<string, Set<string>>();
  for (const word of call.list("resource")) {
    const { group, resource } = resourceOf(call, word);
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(resource));
  }
  const resourceNames = [...new Set(call.list("resource-name"))];
  if (resourceNames.length > 0 && call.list("resource").length > 1) {
    fail("resource name(s) can not be applied to multiple resources");
  }
  return [...byGroup.keys()].sort().map((group) => ({
    apiGroups: [group],
    ...(resourceNames.length > 0 ? { resourceNames } : {}),
    ...{ resources: [...byGroup.get(group)!], verbs },
  }));
}

/** `pods`, `deploy.apps`, `pods/log` or `*`. */
function resourceOf(call: Call, word: string): { readonly group: string; readonly resource: string } {
  const [named = "", subresource] = word.split("/");
  if (named === "*") return { group: "*", resource: "*" };
  if (named === "") fail("resource must be specified if apiGroup/subresource specified");
  const kind = findKind(call.api, named);
  if (kind === undefined) {
    throw new KubectlError({
      kind: "raw",
      message: `the server doesn't have a resource type "${named.split(".")[0]}"`,
    });
  }
  return { group: kind.group, resource: subresource === undefined ? kind.resource : `${kind.resource}/${subresource}` };
}

function bind(call: Call, kind: string, name: string): void {
  const people = ["User", "Group"].flatMap((one) =>
    call.list(one.toLowerCase()).map((who) => ({ apiGroup: GROUP, kind: one, name: who })),
  );
  const accounts = call.list("serviceaccount").map((text) => {
    const [namespace = "", account = "", ...more] = text.split(":");
    if (namespace === "" || account === "" || more.length > 0) fail("serviceaccount must be <namespace>:<name>");
    return { kind: "ServiceAccount", name: account, namespace };
  });
  const clusterRole = call.text("clusterrole");
  const roleRef = {
    apiGroup: GROUP,
    ...(clusterRole === "" ? { kind: "Role", name: call.text("role") } : { kind: "ClusterRole", name: clusterRole }),
  };
  const subjects = [...people, ...accounts];
  const object = { ...head(kind, name), roleRef, ...(subjects.length > 0 ? { subjects } : {}) };
  createObject(call, object, name, `failed to create ${kind.toLowerCase()}`);
}
