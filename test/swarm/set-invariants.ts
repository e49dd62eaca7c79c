/** What must hold of StatefulSets, DaemonSets and Jobs at every step of a swarm run. */
import type { DaemonSet } from "../../sim/api/kinds/daemon-set.ts";
import type { Job } from "../../sim/api/kinds/job.ts";
import type { Pod } from "../../sim/api/kinds/pod.ts";
import type { StatefulSet } from "../../sim/api/kinds/stateful-set.ts";
import type { KubeObject, OwnerReference } from "../../sim/api/types.ts";

type Must = (holds: boolean, what: string) => void;

const isOver = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";
const isReady = ({ status }: Pod) =>
  status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;

/** The number in the name of a StatefulSet's pod. */
export function ordinalOf({ metadata }: Pod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? Number.NaN);
}

/** The object that controls this one. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Watches the sets of one lab, change by change. */
export class SetInvariants {
  readonly #must: Must;
  readonly #calm: boolean;
  /** By uid, as they were last written. */
  readonly #sets = new Map<string, StatefulSet | DaemonSet | Job>();
  /** StatefulSet uid → ordinals that have been Ready once. */
  readonly #ready = new Map<string, Set<number>>();
  /** DaemonSet uid and node → pods that live there. */
  readonly #onNode = new Map<string, Set<string>>();
  /** Job uid → pods that have succeeded. */
  readonly #succeeded = new Map<string, Set<string>>();

  constructor(must: Must, calm: boolean) {
    this.#must = must;
    this.#calm = calm;
  }

  change(resource: string, key: string, value: KubeObject | undefined, before: KubeObject | undefined): void {
    if (resource === "pods") return this.#pod(key, value as Pod | undefined, before as Pod | undefined);
    if (!["statefulsets", "daemonsets", "jobs"].includes(resource) || value === undefined) return;
    this.#sets.set(value.metadata.uid ?? "", value as Job);
    if (resource === "jobs") this.#job(key, value as Job, before as Job | undefined);
  }

  #pod(key: string, pod: Pod | undefined, before: Pod | undefined): void {
    const owner = controllerOf(pod ?? (before as Pod));
    const set = this.#sets.get(owner?.uid ?? "");
    if (owner === undefined || set === undefined) return;
    if (owner.kind === "StatefulSet" && pod !== undefined) this.#stateful(key, set as StatefulSet, pod, before);
    if (owner.kind === "DaemonSet") this.#daemon(key, set as DaemonSet, pod, before);
    if (owner.kind === "Job" && pod?.status?.phase === "Succeeded") {
      const all = this.#succeeded.get(owner.uid) ?? new Set();
      this.#succeeded.set(owner.uid, all.add(pod.metadata.uid ?? ""));
      const { completions = 1 } = (set as Job).spec;
      if (this.#calm)
        this.#must(all.size <= completions, `${key} is success ${all.size} of a Job that wants ${completions}`);
    }
  }

  /** Ordinals are in order: each comes when all below it have been Ready. */
  #stateful(key: string, set: StatefulSet, pod: Pod, before: Pod | undefined): void {
    const ordinal = ordinalOf(pod);
    const ready = this.#ready.get(set.metadata.uid ?? "") ?? new Set();
    this.#ready.set(set.metadata.uid ?? "", ready);
    this.#must(pod.metadata.name === `${set.metadata.name}-${ordinal}`, `${key} has no ordinal of its StatefulSet`);
    if (before === undefined && set.spec.podManagementPolicy === "OrderedReady") {
      for (let below = 0; below < ordinal; below++)
        this.#must(ready.has(below), `${key} came before ${set.metadata.name}-${below} was ever Ready`);
    }
    if (isReady(pod)) ready.add(ordinal);
  }

  /** One pod a node, but for the moment in which a surge replaces it. */
  #daemon(key: string, set: DaemonSet, pod: Pod | undefined, before: Pod | undefined): void {
    const { uid = "", deletionTimestamp } = (pod ?? (before as Pod)).metadata;
    const node = (pod ?? before)?.spec.nodeName ?? "";
    if (node === "") return;
    const place = `${set.metadata.uid} ${node}`;
    const living = this.#onNode.get(place) ?? new Set();
    this.#onNode.set(place, living);
    if (pod === undefined || isOver(pod) || deletionTimestamp !== undefined) living.delete(uid);
    else living.add(uid);
    const surges = (set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0) !== 0;
    const most = surges ? 2 : 1;
    if (this.#calm) this.#must(living.size <= most, `${key} is pod ${living.size} of its DaemonSet on ${node}`);
  }

  #job(key: string, { spec, status = {} }: Job, before: Job | undefined): void {
    const { succeeded = 0, failed = 0 } = status;
    const { succeeded: succeededBefore = 0, failed: failedBefore = 0 } = before?.status ?? {};
    this.#must(succeeded >= succeededBefore, `${key}: its successes fell from ${succeededBefore} to ${succeeded}`);
    this.#must(failed >= failedBefore, `${key}: its failures fell from ${failedBefore} to ${failed}`);
    const { completions = 1 } = spec;
    this.#must(succeeded <= completions, `${key} has succeeded ${succeeded} times of ${completions}`);
  }
}
