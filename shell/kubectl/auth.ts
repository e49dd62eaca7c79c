import type { Json, JsonObject } from "../../sim/api/types.ts";
import { apiVersionOf } from "./api.ts";
import { fail, failUsage } from "./failure.ts";
import { at, listAt, objectAt, sortedKeys, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS, findKind } from "./kinds.ts";
import { OUTPUT_FLAGS, printObject } from "./output.ts";
import { compactRules, resourceWithGroup, rulesOf } from "./policy-rules.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { alignColumns } from "./table-print.ts";
import type { Call, Verb } from "./verb.ts";

const KNOWN_VERBS =
  "get list watch create update patch delete deletecollection use bind impersonate escalate * approve sign attest proxy".split(
    " ",
  );

function reviewKind(name: string): ResourceKind {
  return BUILT_IN_KINDS.find(({ kind }) => kind === name)!;
}

/** Asks the API server for a review of oneself. */
function review(call: Call, kind: string, spec?: JsonObject): JsonObject {
  const one = reviewKind(kind);
  const metadata = { creationTimestamp: null };
  const body = { apiVersion: apiVersionOf(one), kind, metadata, ...(spec === undefined ? {} : { spec }) };
  return call.api.create(one, "", body) as unknown as JsonObject;
}

const canI: Verb = {
  name: "can-i",
  takesResources: true,
  flags: [
    { name: "all-namespaces", short: "A", type: "bool" },
    { name: "quiet", short: "q", type: "bool" },
    { name: "list", type: "bool" },
    { name: "no-headers", type: "bool" },
    { name: "subresource", type: "string" },
  ],
  run(call) {
    if (call.on("list")) {
      if (call.args.length > 0) fail("list option must be specified with no arguments");
      listRules(call);
      return 0;
    }
    const attributes = attributesOf(call);
    const answer = review(call, "SelfSubjectAccessReview", attributes);
    const isAllowed = at(answer, "status", "allowed") === true;
    if (!call.on("quiet")) {
      const notes = ["reason", "evaluationError"].map((field) => textAt(answer, "status", field));
      const [reason = "", problem = ""] = notes;
      const said = `${reason === "" ? "" : ` - ${reason}`}${problem === "" ? "" : ` - ${problem}`}`;
      call.out(isAllowed ? "yes\n" : `no${said}\n`);
    }
    return isAllowed ? 0 : 1;
  },
};

/** What `VERB TYPE[/NAME]` or `VERB /path` asks about. */
function attributesOf(call: Call): JsonObject {
  const [verb, what, name, ...more] = call.args;
  if (verb === undefined || what === undefined || more.length > 0) {
    failUsage("auth can-i", "you must specify two arguments: verb resource or verb resource/resourceName.");
  }
  if (what.startsWith("/")) return { nonResourceAttributes: { path: what, verb } };
  if (!KNOWN_VERBS.includes(verb)) call.err(`Warning: verb '${verb}' is not a known verb\n\n`);
  const [type = "", inType] = what.split("/");
  const kind = type === "*" ? undefined : findKind(call.api, type);
  if (type !== "*" && kind === undefined) {
    const [resource = "", ...group] = type.split(".");
    const note = group.length > 0 ? `resource '${resource}' in group '${group.join(".")}'` : `resource '${resource}'`;
    call.err(`Warning: the server doesn't have a resource type '${group.length > 0 ? note : resource}'\n\n`);
  }
  if (kind !== undefined && !kind.namespaced && !call.on("all-namespaces")) {
    const place = kind.group === "" ? "" : ` group '${kind.group}'`;
    call.err(`Warning: resource '${kind.resource}' is not namespace scoped${place === "" ? "" : ` in${place}`}\n\n`);
  }
  const resource = kind?.resource ?? type;
  const resourceName = name ?? inType;
  const subresource = call.text("subresource");
  return {
    resourceAttributes: {
      ...(type === "*" ? { group: "*" } : kind?.group ? { group: kind.group } : {}),
      ...(resourceName === undefined ? {} : { name: resourceName }),
      ...(call.on("all-namespaces") ? {} : { namespace: call.namespace }),
      ...(subresource === "" ? {} : { subresource }),
      ...{ resource, verb },
    },
  };
}

/** All that one may do in a namespace. */
function listRules(call: Call): void {
  const answer = review(call, "SelfSubjectRulesReview", { namespace: call.namespace });
  const bracket = (values: readonly string[]) => `[${values.join(" ")}]`;
  const rules = ["resourceRules", "nonResourceRules"].flatMap((field) => rulesOf(listAt(answer, "status", field)));
  const rows = compactRules(rules).map((rule) => {
    return [resourceWithGroup(rule), bracket(rule.paths), bracket(rule.names), bracket(rule.verbs)];
  });
  const head = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
  call.out(alignColumns(call.on("no-headers") ? rows : [head, ...rows]));
}

const whoAmI: Verb = {
  name: "whoami",
  flags: OUTPUT_FLAGS,
  run(call) {
    const answer = review(call, "SelfSubjectReview");
    if (call.text("output") !== "") {
      printObject(call, answer);
      return;
    }
    const user = objectAt(answer, "status", "userInfo");
    const list = (value: Json | undefined) => (Array.isArray(value) ? `[${value.map(String).join(" ")}]` : "");
    const extra = objectAt(user, "extra");
    const rows = [
      ["ATTRIBUTE", "VALUE"],
      ["Username", textAt(user, "username")],
      ...(textAt(user, "uid") === "" ? [] : [["UID", textAt(user, "uid")]]),
      ...(listAt(user, "groups").length > 0 ? [["Groups", list(user["groups"])]] : []),
      ...sortedKeys(extra).map((key) => [`Extra: ${key}`, list(extra[key])]),
    ];
    call.out(alignColumns(rows));
  },
};

/** `kubectl auth` (staging/src/k8s.io/kubectl/pkg/cmd/auth). Left out: `reconcile`. */
export const auth: Verb = {
  name: "auth",
  flags: [],
  verbs: [canI, whoAmI],
  run(call) {
    const [word] = call.args;
    if (word !== undefined) failUsage("auth", `unknown command "${word}"`);
    call.out("Inspect authorization.\n");
  },
};
