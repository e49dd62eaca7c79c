/**
 * Whether a cluster event is a reason to try an unschedulable pod again.
 * Source: Kubernetes 1.32, pkg/scheduler/backend/queue/scheduling_queue.go (`isPodWorthRequeuing`).
 * Left out: requeueing without backoff, which only pending plugins ask for.
 * Invariant: only plugins that refused the pod are asked; a pod that no plugin refused is always worth it.
 */
import type { ClusterEvent } from "../events.ts";
import { podInfo } from "../pod-row.ts";
import { type Profile, pluginsOf } from "../profile.ts";
import type { QueuedPod } from "./queued-pod.ts";

/** Whether one of the plugins that refused the pod expects the event to help. */
export function isWorthRequeueing(profile: Profile, queued: QueuedPod, event: ClusterEvent): boolean {
  if (queued.plugins.length === 0) return true;
  if (event.name === "ForceActivate" || event.name === "UnschedulableTimeout") return queued.place !== "gated";
  const info = podInfo(queued.pod);
  for (const { name, eventsToRegister } of pluginsOf(profile)) {
    if (!queued.plugins.includes(name)) continue;
    for (const registered of eventsToRegister ?? []) {
      if (registered.event !== event.name) continue;
      if (registered.hint === undefined || registered.hint(info, event) === "Queue") return true;
    }
  }
  return false;
}
