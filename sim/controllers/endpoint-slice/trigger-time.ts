/**
 * When the change happened that a write of a slice answers, for those who measure how long a cluster takes to react.
 * Source: Kubernetes 1.32, staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go.
 * Left out: fractions of seconds, which the timestamps of the API do not have either.
 * Invariant: the oldest of the changes since the last sync; none where nothing has a newer time than before.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { Io } from "../../time/component.ts";

interface TriggerRow {
  readonly epoch: number;
  readonly pods: Readonly<Record<string, string>>;
  readonly service: string;
}

function rowsOf(io: Io) {
  return io.table<TriggerRow>("endpointslice trigger times");
}

function rowKey(io: Io, key: string): string {
  return `${io.self}|${key}`;
}

/** The trigger time of the next writes for a Service, RFC 3339; undefined for none. To be asked once in each sync. */
export function triggerTime(io: Io, key: string, service: Service, pods: readonly Pod[]): string | undefined {
  const known = rowsOf(io).get(rowKey(io, key));
  const before = known?.epoch === io.epoch ? known : undefined;
  const created = service.metadata.creationTimestamp ?? "";
  const times: Record<string, string> = {};
  let oldest: string | undefined;
  const take = (time: string, last: string) => {
    if (time > last && (oldest === undefined || time < oldest)) oldest = time;
  };
  for (const pod of pods) {
    const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
    const time = ready?.lastTransitionTime ?? "";
    if (time === "") continue;
    times[pod.metadata.name] = time;
    take(time, before?.pods[pod.metadata.name] ?? "");
  }
  take(created, before?.service ?? "");
  rowsOf(io).set(rowKey(io, key), { epoch: io.epoch, pods: times, service: created });
  return before === undefined ? created || undefined : oldest;
}

/** The Service is gone. */
export function dropTriggerTime(io: Io, key: string): void {
  rowsOf(io).delete(rowKey(io, key));
}
