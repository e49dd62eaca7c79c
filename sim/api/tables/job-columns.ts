/**
 * Table of Jobs (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { Job } from "../kinds/job.ts";
import type { Printer } from "../kinds/kind.ts";
import { AGE, NAME, TEMPLATE_COLUMNS, templateCells, text } from "./columns.ts";
import { ageOf, humanDuration } from "./duration.ts";
import { secondsOf } from "./rfc3339.ts";

function statusOf({ metadata, status }: Job): string {
  const holds = (type: string) => status?.conditions?.some((one) => one.type === type && one.status === "True");
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  if (holds("Suspended")) return "Suspended";
  return holds("FailureTarget") ? "FailureTarget" : "Running";
}

function completionsOf({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationOf({ status }: Job, nowSeconds: number): string {
  const start = secondsOf(status?.startTime);
  if (start === undefined) return "";
  return humanDuration((secondsOf(status?.completionTime) ?? nowSeconds) - start);
}

/** How far a Job is, and how long it took or has been going on. */
export const jobPrinter: Printer<Job> = {
  columns: [
    NAME,
    text("Status", "Whether the Job runs, is suspended or has ended."),
    text("Completions", "Pods that have succeeded over those wanted."),
    text("Duration", "Time from the start to the end, or to now."),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  cells(job, nowSeconds) {
    const { metadata, spec } = job;
    return [
      metadata.name,
      statusOf(job),
      completionsOf(job),
      durationOf(job, nowSeconds),
      ageOf(metadata.creationTimestamp, nowSeconds),
      ...templateCells(spec.template, spec.selector ?? {}),
    ];
  },
};
