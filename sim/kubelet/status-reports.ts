/**
 * The status manager: sends a pod's status to the API server when it has changed, and again when a try was lost.
 * Source: Kubernetes 1.32, pkg/kubelet/status/status_manager.go.
 * Invariant: one report of a pod is under way at most, so that an older one never overtakes a newer one; a failure
 * forgets what was reported.
 */
import type { Pod } from "../api/kinds/pod.ts";
import type { PodStatus } from "../api/kinds/pod-status.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { JsonObject } from "../api/types.ts";
import { sendRequest } from "../client/requests.ts";
import type { Io } from "../time/component.ts";
import { podStatus } from "./pod-status.ts";
import { workerKey, workers } from "./worker-rows.ts";

interface ReportRow {
  readonly status: PodStatus;
  /** The API server has not answered yet. */
  readonly underWay: boolean;
  /** The status has changed since. */
  readonly again: boolean;
}

function reported(io: Io) {
  return io.sorted<ReportRow>("reported statuses");
}

/** Reports a pod's status if it differs from the last report; false if no answer is to come. */
export function reportStatus(io: Io, pod: Pod, uid: string): boolean {
  const key = workerKey(io, uid);
  const row = workers(io).get(key);
  if (row === undefined) return false;
  const last = reported(io).get(key);
  const status = podStatus(io, pod, row, last?.status);
  const isUnderWay = last?.underWay === true;
  if (equalJson(last?.status ?? pod.status, status)) return isUnderWay;
  if (isUnderWay) {
    reported(io).set(key, { ...last, again: true });
    return true;
  }
  reported(io).set(key, { status, underWay: true, again: false });
  const patched = patchFrom(status, pod.status, last?.status);
  const body = { metadata: { uid }, status: patched } as unknown as JsonObject;
  const { namespace, name } = row;
  sendRequest(
    io,
    {
      group: "",
      version: "v1",
      resource: "pods",
      verb: "patch",
      patchType: "strategic",
      subresource: "status",
      namespace,
      name,
      body,
    },
    { what: "status", uid },
  );
  return true;
}

/**
 * The patch that makes a status of the former ones, as far as lists are merged (pkg/util/pod/pod.go, PatchPodStatus): what
 * a condition said and says no longer is null, and addresses that are gone are taken out by name.
 */
function patchFrom(status: PodStatus, ...former: readonly (PodStatus | undefined)[]): object {
  return { ...status, conditions: conditionsFrom(status, former), ...withoutFormer(status, former) };
}

function conditionsFrom({ conditions = [] }: PodStatus, former: readonly (PodStatus | undefined)[]): readonly object[] {
  return conditions.map((condition) => {
    const gone: Record<string, null> = {};
    for (const one of former) {
      const before = one?.conditions?.find(({ type }) => type === condition.type);
      for (const field of ["reason", "message"] as const)
        if (before?.[field] !== undefined && condition[field] === undefined) gone[field] = null;
    }
    return { ...condition, ...gone };
  });
}

function withoutFormer(status: PodStatus, former: readonly (PodStatus | undefined)[]): { readonly podIPs?: unknown } {
  const now = status.podIPs ?? [];
  const gone = new Set(former.flatMap((one) => one?.podIPs ?? []).map(({ ip }) => ip));
  for (const { ip } of now) gone.delete(ip);
  if (gone.size === 0) return {};
  return { podIPs: [...now, ...[...gone].map((ip) => ({ $patch: "delete", ip }))] };
}

/** The API server has taken a report; true if the status has changed meanwhile. */
export function reportTaken(io: Io, uid: string): boolean {
  const key = workerKey(io, uid);
  const row = reported(io).get(key);
  if (row !== undefined) reported(io).set(key, { ...row, underWay: false, again: false });
  return row?.again === true;
}

/** Whether somebody else has written a condition that is this kubelet's to say (needsReconcile). */
export function isContradicted(io: Io, pod: Pod): boolean {
  const row = reported(io).get(workerKey(io, pod.metadata.uid ?? ""));
  if (row === undefined || row.underWay) return false;
  const seen = pod.status?.conditions ?? [];
  return (row.status.conditions ?? []).some(
    ({ type, status }) => seen.find((condition) => condition.type === type)?.status !== status,
  );
}

/** Whether anything has been reported of a pod. */
export function wasReported(io: Io, uid: string): boolean {
  return reported(io).has(workerKey(io, uid));
}

/** The kubelet starts anew: what it has reported before is what the API server says. */
export function forgetReports(io: Io): void {
  for (const [key] of [...reported(io).range(`${io.machine}|`, `${io.machine}}`)]) reported(io).delete(key);
}

/** A report did not get through, so that the next sync sends it again; or the pod is gone. */
export function forgetReport(io: Io, uid: string): void {
  reported(io).delete(workerKey(io, uid));
}
