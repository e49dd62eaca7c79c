import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { at, listAt, textAt } from "../json-values.ts";
import { longDate, type Page } from "./page.ts";

/** A HorizontalPodAutoscaler (describe.go, describeHorizontalPodAutoscalerV2), without its events. Left out: scaling behaviour. */
export function describeAutoscaler(page: Page, object: JsonObject): void {
  page.head(object).field("CreationTimestamp", longDate(textAt(object, "metadata", "creationTimestamp")));
  const kind = textAt(object, "spec", "scaleTargetRef", "kind");
  page.field("Reference", `${kind}/${textAt(object, "spec", "scaleTargetRef", "name")}`);
  page.field("Metrics", "( current / target )");
  const current = listAt(object, "status", "currentMetrics");
  listAt(object, "spec", "metrics").forEach((metric, i) => {
    page.line(1, metricText(metric, current[i]));
  });
  page.field("Min replicas", at(object, "spec", "minReplicas") ?? "<unset>");
  page.field("Max replicas", at(object, "spec", "maxReplicas") ?? 0);
  const count = (field: string) => at(object, "status", field) ?? 0;
  page.field(`${kind} pods`, `${count("currentReplicas")} current / ${count("desiredReplicas")} desired`);
  const conditions = listAt(object, "status", "conditions");
  if (conditions.length === 0) return;
  page.line(0, "Conditions:").line(1, "Type\tStatus\tReason\tMessage").line(1, "----\t------\t------\t-------");
  for (const one of conditions) {
    page.line(1, ["type", "status", "reason", "message"].map((field) => textAt(one, field)).join("\t"));
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  ...{ Resource: "resource", ContainerResource: "containerResource", Pods: "pods", Object: "object" },
  External: "external",
};

function metricText(metric: Json, current: Json | undefined): string {
  const type = textAt(metric, "type");
  const field = FIELDS[type] ?? "";
  const name = textAt(metric, field, "name") || textAt(metric, field, "metric", "name");
  const [target, now] = [at(metric, field, "target"), at(current, field, "current")];
  const value = (of: Json | undefined) => textAt(of, "averageValue") || textAt(of, "value") || "<unknown>";
  const wanted = at(target, "averageUtilization");
  const titles: Readonly<Record<string, string>> = {
    Resource: `resource ${name} on pods`,
    ContainerResource: `resource ${name} of container "${textAt(metric, field, "container")}" on pods`,
    Pods: `"${name}" on pods`,
    Object: `"${name}" on ${textAt(metric, field, "describedObject", "kind")}/${textAt(metric, field, "describedObject", "name")}`,
    External: `"${name}" (target average value)`,
  };
  const title = titles[type] ?? `<unknown metric type "${type}">`;
  if (wanted === undefined) return `${title}:\t${value(now)} / ${value(target)}`;
  const used = at(now, "averageUtilization");
  const shown = used === undefined ? "<unknown>" : `${String(used)}% (${value(now)})`;
  return `${title}  (as a percentage of request):\t${shown} / ${String(wanted)}%`;
}
