import type { Json } from "../../sim/api/types.ts";
import { listAt } from "./json-values.ts";

/** A rule of a role with its lists; a simple one has at most one group, resource, name and path. */
export interface PolicyRule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
  readonly paths: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules of a role, or of a SelfSubjectRulesReview. */
export function rulesOf(rules: readonly Json[]): readonly PolicyRule[] {
  return rules.map((rule) => {
    const texts = (field: string) => listAt(rule, field).map(String);
    return {
      ...{ groups: texts("apiGroups"), resources: texts("resources"), names: texts("resourceNames") },
      ...{ paths: texts("nonResourceURLs"), verbs: texts("verbs") },
    };
  });
}

/**
 * One rule for each group, resource and name with all its verbs, in the order of their text
 * (component-helpers auth/rbac/validation BreakdownRule, kubectl pkg/util/rbac CompactRules and SortableRuleSlice).
 */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const put = (key: string, rule: PolicyRule) => {
    const known = simple.get(key);
    simple.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] });
  };
  let paths = 0;
  for (const { groups, resources, names, paths: urls, verbs } of rules) {
    for (const group of groups) {
      for (const resource of resources) {
        for (const verb of verbs) {
          for (const name of names.length > 0 ? names : [undefined]) {
            const own = name === undefined ? [] : [name];
            const rule = { groups: [group], resources: [resource], names: own, paths: [], verbs: [verb] };
            put(`${group}|${resource}|${name ?? ""}`, rule);
          }
        }
      }
    }
    for (const url of urls) {
      for (const verb of verbs)
        put(`path ${paths++}`, { groups: [], resources: [], names: [], paths: [url], verbs: [verb] });
    }
  }
  return [...simple.values()].sort((a, b) => (ruleText(a) < ruleText(b) ? -1 : ruleText(a) > ruleText(b) ? 1 : 0));
}

/** A rule as Go prints it; the order of rules is the order of these texts. */
function ruleText({ groups, resources, names, paths, verbs }: PolicyRule): string {
  const list = (values: readonly string[]) => `[${values.join(" ")}]`;
  const resourceParts = `APIGroups:${list(groups)},Resources:${list(resources)},ResourceNames:${list(names)}`;
  return `Verbs:${list(verbs)},${resourceParts},NonResourceURLs:${list(paths)},`;
}

/** `deployments.apps/scale`: a simple rule's resource with its group; "" for a path. */
export function resourceWithGroup({ groups, resources }: PolicyRule): string {
  const [resource, ...below] = (resources[0] ?? "").split("/");
  const [group = ""] = groups;
  const sub = below.length > 0 ? `/${below.join("/")}` : "";
  return `${resource ?? ""}${group === "" || resources.length === 0 ? "" : `.${group}`}${sub}`;
}
