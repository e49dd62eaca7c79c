/**
 * The status manager: sends a pod's status to the API server when it has changed, and again when a try was lost.
 * Source: Kubernetes 1.32, pkg/kubelet/status/status_manager.go.
 * Invariant: what was reported last is what the API server was last sent, not what it has confirmed; a failure forgets it.
 */
import type { Pod } from "../api/kinds/pod.ts";
import type { PodStatus } from "../api/kinds/pod-status.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { JsonObject } from "../api/types.ts";
import { sendRequest } from "../client/requests.ts";
import type { Io } from "../time/component.ts";
import { podStatus } from "./pod-status.ts";
import { workerKey, workers } from "./worker-rows.ts";

function reported(io: Io) {
  return io.table<PodStatus>("reported statuses");
}

/** Reports a pod's status if it differs from the last report; false if nothing was sent. */
export function reportStatus(io: Io, pod: Pod, uid: string): boolean {
  const key = workerKey(io, uid);
  const row = workers(io).get(key);
  if (row === undefined) return false;
  const last = reported(io).get(key);
  const status = podStatus(io, pod, row, last);
  if (last !== undefined && equalJson(last, status)) return false;
  reported(io).set(key, status);
  const body = { metadata: { uid }, status } as unknown as JsonObject;
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

/** Whether anything has been reported of a pod. */
export function wasReported(io: Io, uid: string): boolean {
  return reported(io).has(workerKey(io, uid));
}

/** A report did not get through: the next sync sends it again. */
export function forgetReport(io: Io, uid: string): void {
  reported(io).delete(workerKey(io, uid));
}
