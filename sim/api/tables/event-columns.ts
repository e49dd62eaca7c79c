/**
 * The table of events (Kubernetes 1.32, pkg/printers/internalversion/printers.go printEvent).
 * Left out: nothing.
 * Invariant: an event with a series shows the series' count and time.
 */
import type { KubeEvent } from "../kinds/event.ts";
import type { Printer } from "../kinds/kind.ts";
import { integer, text, wide } from "./columns.ts";
import { ageOf } from "./duration.ts";

function sourceOf({ source, reportingComponent, reportingInstance }: KubeEvent): string {
  const component = source?.component || reportingComponent || "";
  const host = source?.host || reportingInstance || "";
  return host === "" ? component : `${component}, ${host}`;
}

function objectOf({ involvedObject }: KubeEvent): string {
  const kind = (involvedObject.kind ?? "").toLowerCase();
  return involvedObject.name ? `${kind}/${involvedObject.name}` : kind;
}

/** When, what, about which object, in whose words. */
export const eventPrinter: Printer<KubeEvent> = {
  columns: [
    text("Last Seen", "Time since it last happened."),
    text("Type", "Normal or Warning."),
    text("Reason", "Why, in one word."),
    text("Object", "What it is about."),
    wide(text("Subobject", "Which part of it.")),
    wide(text("Source", "Who says so.")),
    text("Message", "The whole sentence."),
    wide(text("First Seen", "Time since it first happened.")),
    wide(integer("Count", "How often it happened.")),
    wide(text("Name", "The event's own name.")),
  ],
  cells(event, nowSeconds) {
    const { firstTimestamp, lastTimestamp, eventTime, series } = event;
    const first = ageOf(firstTimestamp || eventTime, nowSeconds);
    const last = lastTimestamp ? ageOf(lastTimestamp, nowSeconds) : first;
    return [
      series ? ageOf(series.lastObservedTime, nowSeconds) : last,
      event.type ?? "",
      event.reason ?? "",
      objectOf(event),
      event.involvedObject.fieldPath ?? "",
      sourceOf(event),
      (event.message ?? "").trim(),
      first,
      series?.count ?? (event.count || 1),
      event.metadata.name,
    ];
  },
};
