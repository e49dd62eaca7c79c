import type { JsonObject } from "../../../sim/api/types.ts";
import { listAt, objectAt, textAt } from "../json-values.ts";
import { compactRules, resourceWithGroup, rulesOf } from "../policy-rules.ts";
import type { Page } from "./page.ts";

function head(page: Page, object: JsonObject): void {
  page.field("Name", textAt(object, "metadata", "name")).labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
}

/** A Role or ClusterRole: its rules, taken apart and put together again by what they are about (describe.go, describeRole). */
export function describeRole(page: Page, object: JsonObject): void {
  head(page, object);
  page.line(0, "PolicyRule:").line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
  page.line(1, "---------\t-----------------\t--------------\t-----");
  for (const rule of compactRules(rulesOf(listAt(object, "rules")))) {
    const { paths, names, verbs } = rule;
    const lists = [paths, names, verbs].map((list) => `[${list.join(" ")}]`);
    page.line(1, `${resourceWithGroup(rule)}\t${lists.join("\t")}`);
  }
}

/** A RoleBinding or ClusterRoleBinding (describe.go, describeRoleBinding). */
export function describeBinding(page: Page, object: JsonObject): void {
  head(page, object);
  page.line(0, "Role:").line(1, `Kind:\t${textAt(object, "roleRef", "kind")}`);
  page.line(1, `Name:\t${textAt(object, "roleRef", "name")}`);
  page.line(0, "Subjects:").line(1, "Kind\tName\tNamespace").line(1, "----\t----\t---------");
  for (const subject of listAt(object, "subjects")) {
    page.line(1, ["kind", "name", "namespace"].map((field) => textAt(subject, field)).join("\t"));
  }
}
