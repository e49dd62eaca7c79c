/**
 * The event recorder: posts Kubernetes Events about objects, and counts repeats instead of posting them again.
 * Source: Kubernetes 1.32, staging/src/k8s.io/client-go/tools/record (EventCorrelator). Left out: the spam filter's
 * token bucket and aggregation of similar messages.
 * Invariant: the same source, object, reason and message is one Event with a growing count.
 */
import type { RecordBody } from "../api/server/protocol.ts";
import type { ApiRequest, JsonObject, KubeObject } from "../api/types.ts";
import type { Io } from "../time/component.ts";
import { mixString } from "../time/hash.ts";
import { epochMs, hour, type Instant, rfc3339 } from "../time/instant.ts";
import { asClient, serverOf } from "./requests.ts";

/** When a process has last recorded something, and how many before it in that microsecond. */
interface Stamp {
  readonly at: Instant;
  readonly count: number;
}

interface SeenEvent {
  readonly name: string;
  readonly count: number;
  readonly last: number;
}

/** What is recorded about one object. */
export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Part of the object, e.g. "spec.containers{web}". */
  readonly fieldPath?: string;
}

/** Events repeat within an hour as counts; later they are new ones (the server has dropped the old by then). */
const remembered = 1 * hour;

/** Posts one or more Events about an object, in one message; nobody waits for the answer. */
export function record(io: Io, source: string, about: KubeObject, texts: readonly EventText[]): void {
  const requests: ApiRequest[] = texts.map((text) => asClient(io, eventRequest(io, source, about, text)));
  const body: RecordBody = { kind: "record", requests };
  io.send(serverOf(io), body);
  const object = `${about.kind.toLowerCase()}/${about.metadata.namespace ?? ""}/${about.metadata.name}`;
  for (const text of texts) io.note("record", object, text.reason, text.message);
}

function eventRequest(
  io: Io,
  source: string,
  about: KubeObject,
  text: EventText,
): Omit<ApiRequest, "user" | "userAgent"> {
  const { namespace = "default", name, uid = "" } = about.metadata;
  const seen = io.table<SeenEvent>("recorded events");
  const key = `${source}|${io.machine}|${uid}|${text.type}|${text.reason}|${text.message}`;
  const before = seen.get(key);
  const now = rfc3339(io.now);
  const resource = { group: "", version: "v1", resource: "events", namespace };
  if (before !== undefined && io.now - before.last < remembered) {
    seen.set(key, { ...before, count: before.count + 1, last: io.now });
    const body = { count: before.count + 1, lastTimestamp: now };
    return { ...resource, verb: "patch", patchType: "strategic", name: before.name, body };
  }
  const eventName = `${name}.${uniqueSuffix(io)}`;
  seen.set(key, { name: eventName, count: 1, last: io.now });
  return { ...resource, verb: "create", body: newEvent(io, source, about, text, eventName, now) };
}

function newEvent(io: Io, source: string, about: KubeObject, text: EventText, name: string, now: string): JsonObject {
  const { namespace, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: namespace ?? "default" },
    involvedObject: {
      kind: about.kind,
      ...(namespace !== undefined && { namespace }),
      name: about.metadata.name,
      ...(uid !== undefined && { uid }),
      apiVersion: about.apiVersion,
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(text.fieldPath !== undefined && { fieldPath: text.fieldPath }),
    },
    reason: text.reason,
    message: text.message,
    source: source === "kubelet" ? { component: source, host: io.machine } : { component: source },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type: text.type,
    eventTime: null,
    reportingComponent: source,
    reportingInstance: source === "kubelet" ? io.machine : "",
  };
}

/**
 * The time in nanoseconds since 1970, in hexadecimal, as client-go appends it. Simulated time has no nanoseconds: their digits
 * tell apart what one process records in one microsecond, and begin at a place of the process's own.
 */
function uniqueSuffix(io: Io): string {
  const stamps = io.table<Stamp>("event stamps");
  const before = stamps.get(io.self);
  const count = before?.at === io.now ? before.count + 1 : 0;
  stamps.set(io.self, { at: io.now, count });
  const nanos = ((mixString(0, io.self) >>> 0) + count) % 1000;
  const us = BigInt(epochMs) * 1000n + BigInt(io.now);
  return (us * 1000n + BigInt(nanos)).toString(16);
}
