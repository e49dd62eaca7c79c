/**
 * The disruption controller: keeps in each PodDisruptionBudget how many of its pods may be evicted now.
 * Source: Kubernetes 1.32, pkg/controller/disruption/disruption.go.
 * Left out: the clean-up of a stale condition DisruptionTarget on pods.
 * Invariant: level-based; when the count can't be made, no disruption is allowed.
 */
import { withDisruptionAllowed } from "../../api/kinds/disruption-allowed.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../api/kinds/pod-disruption-budget.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import { selects } from "../../api/selectors/label-selector-object.ts";
import type { ApiResponse } from "../../api/types.ts";
import { type Controller, type ControllerContext, keyOf, splitKey } from "../../client/controller.ts";
import type { Change } from "../../client/informer.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import { record } from "../../client/recorder.ts";
import { enqueueAfter, enqueueRateLimited } from "../../client/workqueue.ts";
import type { Io } from "../../time/component.ts";
import { rfc3339 } from "../../time/instant.ts";
import { budgets, updateOf } from "../request-forms.ts";
import { finishWrite, mayReconcile, requestSync, type SyncContext, sendWrite, syncChanged } from "../syncs.ts";
import { noScale, type Scale, scaledResources, scaleOf } from "./scales.ts";
import { countsScale, disruptedOf, expectedOf, statusOf } from "./status.ts";

const name = "disruption-controller";
/** As which component it records Events. */
const source = "controllermanager";

/** Counts for every budget. */
export const disruptionController: Controller = {
  name,
  resources: ["poddisruptionbudgets", "pods", ...scaledResources],
  changed,
  reconcile,
  answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
    finishWrite(io, context as SyncContext, response, response?.code === 404 ? false : undefined);
  },
};

/** Namespaces that have or had a budget: a pod of another one costs next to nothing. */
function guarded(io: Io) {
  return io.table<1>("namespaces with budgets");
}

function changed(io: Io, change: Change): void {
  const { object, resource } = change;
  if (resource === "poddisruptionbudgets") {
    guarded(io).set(`${io.self}|${object.metadata.namespace}`, 1);
    return syncChanged(io, name, change);
  }
  if (resource !== "pods" || !guarded(io).has(`${io.self}|${object.metadata.namespace}`)) return;
  for (const budget of listAll<PodDisruptionBudget>(io, "poddisruptionbudgets", object.metadata.namespace))
    if (selects(budget.spec.selector, object.metadata.labels)) requestSync(io, name, keyOf(budget));
}

function reconcile(io: Io, key: string): void {
  const [namespace, own] = splitKey(key);
  const budget = lookUp<PodDisruptionBudget>(io, "poddisruptionbudgets", namespace, own);
  if (budget === undefined || !mayReconcile(io, name, key)) return;
  const pods = listAll<Pod>(io, "pods", namespace).filter((pod) => selects(budget.spec.selector, pod.metadata.labels));
  if (pods.length === 0) tell(io, budget, "Normal", "NoPods", "No matching pods found");
  const scale = countsScale(budget) ? scaleOf(io, pods) : noScale;
  reportScale(io, budget, scale);
  if (scale.kind === "failed") return allowNone(io, key, budget, scale.message);
  const expected = expectedOf(budget, pods, scale.replicas);
  const disrupted = disruptedOf(budget, pods, io.now);
  for (const pod of disrupted.overdue) {
    const message = `Pod was expected by PDB ${key} to be deleted but it wasn't`;
    record(io, source, pod, [{ type: "Warning", reason: "NotDeleted", message }]);
  }
  if (disrupted.recheck !== undefined) enqueueAfter(io, name, key, disrupted.recheck, true);
  writeStatus(io, key, budget, statusOf(budget, pods, expected, disrupted, io.now));
}

function tell(io: Io, budget: PodDisruptionBudget, type: "Normal" | "Warning", reason: string, message: string): void {
  record(io, source, budget, [{ type, reason, message }]);
}

function reportScale(io: Io, budget: PodDisruptionBudget, scale: Scale): void {
  if (scale.kind === "failed") {
    const message = `Failed to calculate the number of expected pods: ${scale.message}`;
    return tell(io, budget, "Warning", "CalculateExpectedPodCountFailed", message);
  }
  if (scale.unmanaged.length === 0) return;
  const message = `Pods selected by this PodDisruptionBudget (selector: ${JSON.stringify(budget.spec.selector ?? {})}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
  tell(io, budget, "Warning", "UnmanagedPods", message);
}

/** What can't be counted must not be disrupted (failSafe); tried again with back-off. */
function allowNone(io: Io, key: string, budget: PodDisruptionBudget, message: string): void {
  const before = budget.status ?? { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  const verdict = { holds: false, reason: "SyncFailed", message };
  enqueueRateLimited(io, name, key);
  writeStatus(io, key, budget, withDisruptionAllowed({ ...before, disruptionsAllowed: 0 }, rfc3339(io.now), verdict));
}

function writeStatus(io: Io, key: string, budget: PodDisruptionBudget, status: PodDisruptionBudget["status"]): void {
  if (status === undefined || equalJson(budget.status, status)) return;
  sendWrite(io, name, key, updateOf(budgets, { ...budget, status } as PodDisruptionBudget, "status"), {
    write: "status",
  });
}
