import { apiVersionOf } from "./api.ts";
import { fail } from "./failure.ts";
import { BUILT_IN_KINDS, customKinds, resourceLabel } from "./kinds.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { alignColumns } from "./table-print.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl api-resources` (staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiresources.go). */
export const apiResources: Verb = {
  name: "api-resources",
  flags: [
    { name: "api-group", type: "string" },
    { name: "cached", type: "bool" },
    { name: "categories", type: "strings" },
    { name: "namespaced", type: "bool" },
    { name: "no-headers", type: "bool" },
    { name: "output", short: "o", type: "string" },
    { name: "sort-by", type: "string" },
    { name: "verbs", type: "strings" },
  ],
  run(call) {
    const output = call.text("output");
    if (output !== "" && output !== "wide" && output !== "name") fail(`--output ${output} is not available`);
    const kinds = sorted(call, chosenKinds(call));
    if (output === "name") {
      for (const kind of kinds) call.out(`${resourceLabel(kind)}\n`);
      return;
    }
    const wide = output === "wide";
    const head = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])];
    const rows = kinds.map((kind) => row(kind, wide));
    call.out(alignColumns(call.on("no-headers") ? rows : [head, ...rows]));
  },
};

function chosenKinds(call: Call): readonly ResourceKind[] {
  return [...BUILT_IN_KINDS, ...customKinds(call.api)].filter((kind) => {
    if (call.has("api-group") && kind.group !== call.text("api-group")) return false;
    if (call.has("namespaced") && kind.namespaced !== call.on("namespaced")) return false;
    if (call.list("categories").some((category) => category !== "all" || !kind.inAll)) return false;
    return call.list("verbs").every((verb) => kind.verbs.includes(verb));
  });
}

function sorted(call: Call, kinds: readonly ResourceKind[]): readonly ResourceKind[] {
  const by = call.text("sort-by");
  if (by !== "" && by !== "name" && by !== "kind") fail("--sort-by accepts only name or kind");
  const key = by === "kind" ? (kind: ResourceKind) => kind.kind : (kind: ResourceKind) => kind.resource;
  if (by !== "") return [...kinds].sort((a, b) => order(key(a), key(b)) || order(b.group, a.group));
  return [...kinds].sort((a, b) => order(a.group, b.group) || order(a.resource, b.resource));
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function row(kind: ResourceKind, wide: boolean): readonly string[] {
  const cells = [kind.resource, kind.shortNames.join(","), apiVersionOf(kind), String(kind.namespaced), kind.kind];
  return wide ? [...cells, kind.verbs.join(","), kind.inAll ? "all" : ""] : cells;
}

/** `kubectl api-versions` (staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiversions.go). */
export const apiVersions: Verb = {
  name: "api-versions",
  flags: [],
  run(call) {
    if (call.args.length > 0)
      fail(`unexpected arguments: [${call.args.join(" ")}]\nSee 'kubectl api-versions -h' for help and examples`);
    const all = [...BUILT_IN_KINDS, ...customKinds(call.api)].flatMap((kind) =>
      [kind.version, ...kind.otherVersions].map((version) => apiVersionOf({ group: kind.group, version })),
    );
    for (const one of [...new Set(all)].sort()) call.out(`${one}\n`);
  },
};
