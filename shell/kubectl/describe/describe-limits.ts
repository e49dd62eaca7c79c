import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import type { Page } from "./page.ts";
import { labelSelectorText } from "./selector-text.ts";

/** A ResourceQuota (describe.go, describeQuota). */
export function describeQuota(page: Page, object: JsonObject): void {
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  const scopes = listAt(object, "spec", "scopes").map(String).sort();
  if (scopes.length > 0) page.field("Scopes", scopes.join(", "));
  page.line(0, "Resource\tUsed\tHard").line(0, "--------\t----\t----");
  for (const line of usageLines(object)) page.line(0, line);
}

function usageLines(object: JsonObject): readonly string[] {
  const hard = objectAt(object, "status", "hard");
  const used = objectAt(object, "status", "used");
  return sortedKeys(hard).map((key) => `${key}\t${String(used[key] ?? "0")}\t${String(hard[key])}`);
}

/** The quotas of a namespace, as its own description shows them. */
export function describeQuotas(page: Page, quotas: readonly JsonObject[]): void {
  page.line(0, "");
  if (quotas.length === 0) {
    page.line(0, "No resource quota.");
    return;
  }
  page.line(0, "Resource Quotas");
  for (const quota of [...quotas].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    page.line(1, `Name:\t${nameOf(quota)}`);
    const scopes = listAt(quota, "spec", "scopes").map(String).sort();
    if (scopes.length > 0) page.line(1, `Scopes:\t${scopes.join(", ")}`);
    page.line(1, "Resource\tUsed\tHard").line(1, "--------\t---\t---");
    for (const line of usageLines(quota)) page.line(1, line);
  }
}

function nameOf(object: JsonObject): string {
  return textAt(object, "metadata", "name");
}

const LIMIT_HEAD = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const LIMIT_RULE = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

/** A LimitRange (describe.go, describeLimitRange). */
export function describeLimitRange(page: Page, object: JsonObject): void {
  page.field("Name", nameOf(object)).field("Namespace", textAt(object, "metadata", "namespace"));
  page.line(0, LIMIT_HEAD).line(0, LIMIT_RULE);
  for (const line of limitLines(object)) page.line(0, line);
}

/** The limit ranges of a namespace, as its own description shows them. */
export function describeLimitRanges(page: Page, ranges: readonly JsonObject[]): void {
  page.line(0, "");
  if (ranges.length === 0) {
    page.line(0, "No LimitRange resource.");
    return;
  }
  page.line(0, "Resource Limits").line(0, ` ${LIMIT_HEAD}`).line(0, ` ${LIMIT_RULE}`);
  for (const range of ranges) for (const line of limitLines(range)) page.line(0, ` ${line}`);
}

const AMOUNTS = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];

function limitLines(object: JsonObject): readonly string[] {
  return listAt(object, "spec", "limits").flatMap((limit: Json) => {
    const names = new Set(AMOUNTS.flatMap((field) => sortedKeys(objectAt(limit, field))));
    return [...names].sort().map((name) => {
      const cells = AMOUNTS.map((field) => textAt(limit, field, name) || "-");
      return [textAt(limit, "type"), name, ...cells].join("\t");
    });
  });
}

/** A PodDisruptionBudget (describe.go, describePodDisruptionBudget), without its events. */
export function describeDisruptionBudget(page: Page, object: JsonObject): void {
  const spec = objectAt(object, "spec");
  page.field("Name", nameOf(object)).field("Namespace", textAt(object, "metadata", "namespace"));
  if (spec["minAvailable"] !== undefined) page.field("Min available", String(spec["minAvailable"]));
  else if (spec["maxUnavailable"] !== undefined) page.field("Max unavailable", String(spec["maxUnavailable"]));
  page.field("Selector", isObject(spec["selector"]) ? labelSelectorText(spec["selector"]) : "<unset>");
  const count = (field: string) => String(at(object, "status", field) ?? 0);
  page.line(0, "Status:").line(2, `Allowed disruptions:\t${count("disruptionsAllowed")}`);
  page.line(2, `Current:\t${count("currentHealthy")}`).line(2, `Desired:\t${count("desiredHealthy")}`);
  page.line(2, `Total:\t${count("expectedPods")}`);
}

/** A PriorityClass (describe.go, describePriorityClass), without its events. */
export function describePriorityClass(page: Page, object: JsonObject): void {
  page.field("Name", nameOf(object)).field("Value", String(at(object, "value") ?? 0));
  page.field("GlobalDefault", String(at(object, "globalDefault") === true));
  page.field("PreemptionPolicy", textAt(object, "preemptionPolicy"));
  page.field("Description", textAt(object, "description"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
}
