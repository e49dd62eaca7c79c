import type { JsonObject } from "../../../sim/api/types.ts";
import { KubectlError } from "../failure.ts";
import { at, isObject, textAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import { attempt } from "../manifest.ts";
import type { Call } from "../verb.ts";
import type { Page } from "./page.ts";

const EVENT = BUILT_IN_KINDS.find((kind) => kind.kind === "Event" && kind.group === "")!;

/** The events about an object, oldest first; nothing can be said where the server does not answer. */
function eventsOf(object: JsonObject, call: Call): readonly JsonObject[] {
  const { name = "", namespace = "", uid = "" } = object["metadata"] as JsonObject;
  const terms = [`involvedObject.name=${name}`, `involvedObject.namespace=${namespace}`];
  terms.push(`involvedObject.kind=${textAt(object, "kind")}`, `involvedObject.uid=${uid}`);
  const find = (fieldSelector: string) => {
    const found = attempt(() => call.api.list(EVENT, { namespace: String(namespace) || undefined, fieldSelector }));
    return found instanceof KubectlError ? [] : (found.items as unknown as readonly JsonObject[]);
  };
  const events = [...find(terms.join(","))];
  if (object["kind"] === "Node") events.push(...find([...terms.slice(0, 3), `involvedObject.uid=${name}`].join(",")));
  return events.sort(byLastTime);
}

/** Older events first; those of one second in the order in which they were written. */
export function byLastTime(a: JsonObject, b: JsonObject): number {
  const [x, y] = [lastTime(a), lastTime(b)];
  if (x !== y) return x < y ? -1 : 1;
  return Number(textAt(a, "metadata", "resourceVersion")) - Number(textAt(b, "metadata", "resourceVersion"));
}

function lastTime(event: JsonObject): string {
  const newest = textAt(event, "series", "lastObservedTime") || textAt(event, "lastTimestamp");
  return newest || textAt(event, "eventTime") || textAt(event, "firstTimestamp");
}

/** How long ago an event was, and how often: `5s (x3 over 2m)`. */
export function eventInterval(event: JsonObject, age: (timestamp: string) => string): string {
  const first = age(textAt(event, "eventTime") || textAt(event, "firstTimestamp"));
  if (isObject(event["series"])) {
    return `${age(textAt(event, "series", "lastObservedTime"))} (x${at(event, "series", "count")} over ${first})`;
  }
  const count = Number(at(event, "count") ?? 1);
  return count > 1 ? `${age(textAt(event, "lastTimestamp"))} (x${count} over ${first})` : first;
}

/** The table of events at the end of a description. */
export function describeEvents(page: Page, object: JsonObject, call: Call): void {
  const events = eventsOf(object, call);
  if (events.length === 0) {
    page.field("Events", "<none>");
    return;
  }
  page.line(0, "Events:").line(1, "Type\tReason\tAge\tFrom\tMessage").line(1, "----\t------\t----\t----\t-------");
  for (const event of events) {
    const source = textAt(event, "source", "component") || textAt(event, "reportingComponent");
    const when = eventInterval(event, (timestamp) => page.age(timestamp));
    const cells = [textAt(event, "type"), textAt(event, "reason"), when, source, textAt(event, "message").trim()];
    page.line(1, cells.join("\t"));
  }
}
