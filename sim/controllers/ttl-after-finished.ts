/**
 * The TTL-after-finished controller: deletes Jobs some time after their end.
 * Source: Kubernetes 1.32, pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
 * Left out: the live read before the deletion (the delete carries the uid).
 * Invariant: only a Job with `ttlSecondsAfterFinished` that is over is deleted, its pods with it.
 */
import type { Job } from "../api/kinds/job.ts";
import type { ApiResponse } from "../api/types.ts";
import type { Controller } from "../client/controller.ts";
import { type ControllerContext, keyOf, splitKey } from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { lookUp } from "../client/lister.ts";
import { enqueueAfter } from "../client/workqueue.ts";
import type { Io } from "../time/component.ts";
import { type Instant, second } from "../time/instant.ts";
import { instantOf } from "./pod-state.ts";
import { deleteOf, jobs } from "./request-forms.ts";
import { finishWrite, mayReconcile, type SyncContext, sendWrite } from "./syncs.ts";

const name = "ttl-after-finished-controller";

/** Deletes Jobs whose time is up. */
export const ttlAfterFinishedController: Controller = {
  name,
  resources: ["jobs"],
  changed(io: Io, { type, object }: Change): void {
    const due = dueAt(object as Job);
    if (type !== "DELETED" && due !== undefined) enqueueAfter(io, name, keyOf(object), Math.max(0, due - io.now), true);
  },
  reconcile(io: Io, key: string): void {
    const job = lookUp<Job>(io, "jobs", ...splitKey(key));
    const due = job && dueAt(job);
    if (job === undefined || due === undefined || !mayReconcile(io, name, key)) return;
    if (due > io.now) return enqueueAfter(io, name, key, due - io.now, true);
    io.note("delete", `job/${job.metadata.namespace}/${job.metadata.name}`, "", "its time after the end is up");
    sendWrite(io, name, key, deleteOf(jobs, job, { propagationPolicy: "Foreground" }), { write: "delete" });
  },
  answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
    finishWrite(io, context as SyncContext, response, response?.code === 404 ? false : undefined);
  },
};

function dueAt({ metadata, spec, status }: Job): Instant | undefined {
  const end = status?.conditions?.find((one) => /^(Complete|Failed)$/.test(one.type) && one.status === "True");
  const at = instantOf(end?.lastTransitionTime);
  if (metadata.deletionTimestamp !== undefined || at === undefined) return undefined;
  return spec.ttlSecondsAfterFinished === undefined ? undefined : at + spec.ttlSecondsAfterFinished * second;
}
