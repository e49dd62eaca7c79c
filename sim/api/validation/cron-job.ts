/**
 * Validation of CronJobs (Kubernetes 1.32, pkg/apis/batch/validation/validation.go; schedules as robfig/cron v3 reads them).
 * Left out: names of time zones.
 * Invariant: a schedule has five fields, or is one of the words that stand for some.
 */
import type { CronJob } from "../kinds/cron-job.ts";
import { type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { validatePodTemplate } from "./pod.ts";
import { notNegative } from "./workloads.ts";

const POLICIES = ["Allow", "Forbid", "Replace"];
const WORDS = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);
const NAME_MAX = 52;
const BOUNDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];
const NAMES = ["jan feb mar apr may jun jul aug sep oct nov dec", "sun mon tue wed thu fri sat"];

function numberOf(text: string, field: number): number | undefined {
  const names = field === 3 ? NAMES[0]!.split(" ") : field === 4 ? NAMES[1]!.split(" ") : [];
  const at = names.indexOf(text.toLowerCase());
  if (at >= 0) return field === 3 ? at + 1 : at;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What is wrong with one range of one field. */
function rangeMistake(text: string, field: number): string | undefined {
  const [low, high] = BOUNDS[field]!;
  const [span = "", step, ...more] = text.split("/");
  if (more.length > 0) return `too many slashes: ${text}`;
  const [first = "", last, ...rest] = span.split("-");
  if (rest.length > 0) return `too many hyphens: ${text}`;
  if (step !== undefined && !/^\d+$/.test(step)) return goAtoi(step);
  if (step !== undefined && Number(step) === 0) return `step of range should be a positive number: ${text}`;
  if (first === "*" || first === "?") return undefined;
  const from = numberOf(first, field);
  const to = last === undefined ? from : numberOf(last, field);
  if (from === undefined) return goAtoi(first);
  if (to === undefined) return goAtoi(last!);
  if (from < low) return `beginning of range (${from}) below minimum (${low}): ${text}`;
  if (to > high) return `end of range (${to}) above maximum (${high}): ${text}`;
  return from > to ? `beginning of range (${from}) beyond end of range (${to}): ${text}` : undefined;
}

function goAtoi(text: string): string {
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}

/** What is wrong with a schedule; undefined if nothing is. */
function scheduleMistake(schedule: string): string | undefined {
  if (schedule.startsWith("@")) {
    if (WORDS.has(schedule) || /^@every (\d+(\.\d+)?(h|m|s|ms))+$/.test(schedule)) return undefined;
    return `unrecognized descriptor: ${schedule}`;
  }
  const fields = schedule.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== BOUNDS.length) {
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
  }
  for (const [index, field] of fields.entries()) {
    for (const range of field.split(",")) {
      const mistake = rangeMistake(range, index);
      if (mistake !== undefined) return mistake;
    }
  }
  return undefined;
}

/** Errors of a CronJob by itself. */
export function validateCronJob({ metadata, spec }: CronJob): readonly FieldError[] {
  const { schedule, concurrencyPolicy = "", jobTemplate } = spec;
  const errors: FieldError[] = [];
  if (!schedule) errors.push(required("spec.schedule"));
  else {
    const mistake = scheduleMistake(schedule);
    if (mistake !== undefined) errors.push(invalid("spec.schedule", schedule, mistake));
  }
  errors.push(...notNegative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds"));
  if (!POLICIES.includes(concurrencyPolicy)) {
    errors.push(notSupported("spec.concurrencyPolicy", concurrencyPolicy, POLICIES));
  }
  const { template } = jobTemplate.spec;
  const at = "spec.jobTemplate.spec.template";
  errors.push(...validatePodTemplate(template, at));
  const restartPolicy = template.spec?.restartPolicy ?? "";
  if (!["OnFailure", "Never"].includes(restartPolicy)) {
    const why = `valid values: "OnFailure", "Never"`;
    errors.push({
      reason: "FieldValueRequired",
      field: `${at}.spec.restartPolicy`,
      body: `Required value: ${why}`,
    });
  }
  errors.push(...notNegative(spec.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit"));
  errors.push(...notNegative(spec.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit"));
  if (metadata.name.length > NAME_MAX) {
    errors.push(invalid("metadata.name", metadata.name, "must be no more than 52 characters"));
  }
  return errors;
}
