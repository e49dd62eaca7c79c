import { humanDuration } from "../../../sim/api/tables/duration.ts";
import { secondsOf } from "../../../sim/api/tables/rfc3339.ts";
import type { JsonObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, objectAt, textAt } from "../json-values.ts";
import { controllerOf } from "./describe-pod.ts";
import { longDate, type Page, yesNo } from "./page.ts";
import { describeTemplate } from "./pod-template.ts";
import { labelSelectorText } from "./selector-text.ts";

/** A Job (describe.go, describeJob), without its events. */
export function describeJob(page: Page, object: JsonObject): void {
  page.field("Name", textAt(object, "metadata", "name")).field("Namespace", textAt(object, "metadata", "namespace"));
  page.field("Selector", labelSelectorText(objectAt(object, "spec", "selector"), ""));
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.optional("Controlled By", controllerOf(object));
  const spec = objectAt(object, "spec");
  const shown = (title: string, field: string, unit = "") => {
    if (spec[field] !== undefined) page.field(title, `${String(spec[field])}${unit}`);
  };
  shown("Parallelism", "parallelism");
  page.field("Completions", spec["completions"] ?? "<unset>");
  shown("Completion Mode", "completionMode");
  shown("Suspend", "suspend");
  shown("Backoff Limit", "backoffLimit");
  shown("Backoff Limit Per Index", "backoffLimitPerIndex");
  shown("Active Deadline Seconds", "activeDeadlineSeconds", "s");
  shown("TTL Seconds After Finished", "ttlSecondsAfterFinished");
  describeProgress(page, object);
  describeTemplate(page, objectAt(spec, "template"));
}

function describeProgress(page: Page, object: JsonObject): void {
  const [started, completed] = ["startTime", "completionTime"].map((field) => textAt(object, "status", field));
  page.optional("Start Time", longDate(started ?? ""));
  page.optional("Completed At", longDate(completed ?? ""));
  const [from, to] = [secondsOf(started ?? ""), secondsOf(completed ?? "")];
  if (from !== undefined && to !== undefined) page.field("Duration", humanDuration(to - from));
  const count = (field: string) => at(object, "status", field) ?? 0;
  const ready = at(object, "status", "ready") === undefined ? "" : ` (${count("ready")} Ready)`;
  const pods = `${count("active")} Active${ready} / ${count("succeeded")} Succeeded / ${count("failed")} Failed`;
  page.field("Pods Statuses", pods);
  if (textAt(object, "spec", "completionMode") === "Indexed") {
    page.field("Completed Indexes", textAt(object, "status", "completedIndexes") || "<none>");
  }
}

/** A CronJob (describe.go, describeCronJob), without its events. */
export function describeCronJob(page: Page, object: JsonObject): void {
  const spec = objectAt(object, "spec");
  const value = (from: JsonObject, field: string, unit = "") =>
    from[field] === undefined ? "<unset>" : `${String(from[field])}${unit}`;
  page.head(object).field("Schedule", textAt(spec, "schedule")).optional("Time Zone", textAt(spec, "timeZone"));
  page.field("Concurrency Policy", textAt(spec, "concurrencyPolicy"));
  page.field("Suspend", spec["suspend"] === undefined ? "<unset>" : yesNo(spec["suspend"]));
  page.field("Successful Job History Limit", value(spec, "successfulJobsHistoryLimit"));
  page.field("Failed Job History Limit", value(spec, "failedJobsHistoryLimit"));
  page.field("Starting Deadline Seconds", value(spec, "startingDeadlineSeconds", "s"));
  const job = objectAt(spec, "jobTemplate", "spec");
  page.field("Selector", isObject(job["selector"]) ? labelSelectorText(job["selector"], "") : "<unset>");
  page.field("Parallelism", value(job, "parallelism")).field("Completions", value(job, "completions"));
  if (job["activeDeadlineSeconds"] !== undefined) {
    page.field("Active Deadline Seconds", value(job, "activeDeadlineSeconds", "s"));
  }
  describeTemplate(page, objectAt(job, "template"));
  page.field("Last Schedule Time", longDate(textAt(object, "status", "lastScheduleTime")) || "<unset>");
  const active = listAt(object, "status", "active").map((one) => textAt(one, "name"));
  page.field("Active Jobs", active.join(", ") || "<none>");
}
