/** What must hold at every step of a swarm run, whatever fails: looked at change by change. */
import type { Deployment } from "../../sim/api/kinds/deployment.ts";
import type { Pod } from "../../sim/api/kinds/pod.ts";
import type { ReplicaSet } from "../../sim/api/kinds/replicaset.ts";
import { objectKey, resourceOfKey, storeOf } from "../../sim/api/server/storage.ts";
import type { KubeObject } from "../../sim/api/types.ts";
import { maxSurge, wantedReplicas } from "../../sim/controllers/deployment/bounds.ts";
import type { Version } from "../../sim/etcd/version.ts";
import type { SandboxRow } from "../../sim/kubelet/cri.ts";
import type { Lab } from "./lab.ts";
import { controllerOf, SetInvariants } from "./set-invariants.ts";

/** How often the tables that have no change log are looked at, in steps. */
const tablesEvery = 16;

class Broken extends Error {}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Broken(what);
}

function ownerOf(object: KubeObject): string | undefined {
  const owner = controllerOf(object);
  return owner?.kind === "ReplicaSet" || owner?.kind === "Deployment" ? owner.uid : undefined;
}

/** Watches one lab; install with `watch`. */
export class Invariants {
  #revision = 0;
  #written = new Set<string>();
  readonly #cursors = new Map<string, readonly [epoch: number, cursor: number]>();
  /** Deployment or ReplicaSet uid → by generation, how many pods it may have. */
  readonly #limits = new Map<string, Map<number, number>>();
  readonly #observed = new Map<string, number>();
  /** ReplicaSet uid → its Deployment's uid and the replicas that it wants. */
  readonly #sizes = new Map<string, readonly [deployment: string, size: number]>();
  /** Living pods that are not being deleted, by ReplicaSet uid. */
  readonly #pods = new Map<string, Set<string>>();

  #sets: SetInvariants | undefined;

  attach(lab: Lab): void {
    this.#sets = new SetInvariants(must, lab.plan.calm);
    lab.watch = () => this.#look(lab);
    lab.answered = (_lab, request, { code, body }) => {
      if (code >= 300 || (request.verb !== "create" && request.verb !== "patch")) return;
      const object = body as KubeObject;
      const name = `${objectKey(request.resource, object)}@${object.metadata.resourceVersion}`;
      must(this.#written.has(name), `answered ${code} for ${name}, which was never committed`);
    };
  }

  #look(lab: Lab): void {
    const store = storeOf(lab.io);
    must(store.revision >= this.#revision, `the store went back from revision ${this.#revision} to ${store.revision}`);
    if (store.revision > this.#revision) {
      const changes = store.changesSince(this.#revision);
      for (const change of changes ?? []) this.#change(lab, change);
      this.#revision = store.revision;
    }
    if (lab.world.steps % tablesEvery === 0) this.#tables(lab);
  }

  #change(lab: Lab, change: Version<KubeObject>): void {
    const { key, value, older, modRevision } = change;
    must(modRevision > (older?.modRevision ?? 0), `${key} was written at revision ${modRevision} twice`);
    this.#written.add(`${key}@${modRevision}`);
    const resource = resourceOfKey(key);
    const before = older?.value;
    if (value !== undefined && before !== undefined) {
      must(value.metadata.uid === before.metadata.uid, `${key} changed its uid`);
      must(value.metadata.creationTimestamp === before.metadata.creationTimestamp, `${key} changed its creation time`);
    }
    this.#sets?.change(resource ?? "", key, value, before);
    if (resource === "pods") this.#pod(lab, key, value as Pod | undefined, before as Pod | undefined);
    if (resource === "deployments" && value !== undefined) {
      const deployment = value as Deployment;
      this.#limit(
        deployment,
        wantedReplicas(deployment) + maxSurge(deployment),
        deployment.status?.observedGeneration ?? 0,
      );
    }
    if (resource === "replicasets" && value === undefined) this.#sizes.delete(before!.metadata.uid!);
    if (resource === "replicasets" && value !== undefined) {
      const set = value as ReplicaSet;
      if (lab.plan.calm) this.#grown(key, set, before as ReplicaSet | undefined);
      this.#limit(set, set.spec.replicas ?? 1, set.status?.observedGeneration ?? 0);
    }
  }

  #limit(object: KubeObject, limit: number, observed: number): void {
    const uid = object.metadata.uid!;
    const byGeneration = this.#limits.get(uid) ?? new Map<number, number>();
    this.#limits.set(uid, byGeneration.set(object.metadata.generation ?? 0, limit));
    this.#observed.set(uid, observed);
  }

  /** The most that any generation allows which its controller may stand on. */
  #allowed(uid: string): number {
    const from = this.#observed.get(uid) ?? 0;
    return Math.max(
      0,
      ...[...(this.#limits.get(uid) ?? [])].filter(([generation]) => generation >= from).map(([, limit]) => limit),
    );
  }

  #pod(lab: Lab, key: string, pod: Pod | undefined, before: Pod | undefined): void {
    const set = ownerOf(pod ?? before!);
    if (pod !== undefined && before !== undefined) {
      const bound = before.spec.nodeName ?? "";
      must(bound === "" || bound === pod.spec.nodeName, `${key} was bound twice: ${bound}, ${pod.spec.nodeName}`);
      const restarts = (of: Pod) => of.status?.containerStatuses?.[0]?.restartCount ?? 0;
      must(restarts(pod) >= restarts(before), `${key}: restartCount fell from ${restarts(before)} to ${restarts(pod)}`);
      const phase = before.status?.phase;
      const ended = before.status?.containerStatuses?.every(({ state }) => state?.terminated !== undefined) === true;
      if (ended && (phase === "Succeeded" || phase === "Failed"))
        must(pod.status?.phase === phase, `${key} went from ${phase} back to ${pod.status?.phase}`);
      must(
        !(before.status?.startTime && pod.status?.startTime !== before.status.startTime),
        `${key} changed its start time`,
      );
    }
    if (set === undefined) return;
    const uid = (pod ?? before!).metadata.uid!;
    const mine = this.#pods.get(set) ?? new Set<string>();
    this.#pods.set(set, mine);
    const over = pod?.status?.phase === "Succeeded" || pod?.status?.phase === "Failed";
    const released = pod?.metadata.labels?.app?.startsWith("free-") === true;
    if (pod === undefined || over || released || pod.metadata.deletionTimestamp !== undefined) mine.delete(uid);
    else if (!mine.has(uid)) {
      mine.add(uid);
      if (lab.plan.calm) this.#surge(key, set);
    }
  }

  #surge(key: string, set: string): void {
    const size = this.#pods.get(set)?.size ?? 0;
    must(size <= this.#allowed(set), `${key} is pod ${size} of a ReplicaSet of ${this.#allowed(set)}`);
  }

  /** The sizes of a Deployment's ReplicaSets stay within its bound whenever one of them grows. */
  #grown(key: string, set: ReplicaSet, before: ReplicaSet | undefined): void {
    const deployment = ownerOf(set) ?? "";
    const size = set.spec.replicas ?? 1;
    this.#sizes.set(set.metadata.uid!, [deployment, size]);
    if (deployment === "" || size <= (before?.spec.replicas ?? 0)) return;
    let total = 0;
    for (const [owner, wanted] of this.#sizes.values()) if (owner === deployment) total += wanted;
    must(
      total <= this.#allowed(deployment),
      `${key} grows to ${size}, ${total} in all, where its Deployment may have ${this.#allowed(deployment)}`,
    );
  }

  #tables(lab: Lab): void {
    const { world } = lab;
    const addresses = new Map<string, string>();
    for (const [name, row] of world.sorted<SandboxRow>("sandboxes").range("")) {
      if (row.address === "" || row.state !== "ready") continue;
      must(!addresses.has(row.address), `${addresses.get(row.address)} and ${name} share the address ${row.address}`);
      addresses.set(row.address, name);
    }
    type Rows = Readonly<Record<string, { readonly cursor: number }>>;
    for (const [process, rows] of world.table<Rows>("informers").entries()) {
      const epoch = world.processes.get(process)?.epoch ?? -1;
      for (const [resource, { cursor }] of Object.entries(rows)) {
        const before = this.#cursors.get(`${process} ${resource}`);
        must(
          before === undefined || before[0] !== epoch || before[1] <= cursor,
          `${process} went back in time on ${resource}: from ${before?.[1]} to ${cursor}`,
        );
        this.#cursors.set(`${process} ${resource}`, [epoch, cursor]);
        must(cursor <= this.#revision, `${process} has seen ${resource} at revision ${cursor} of ${this.#revision}`);
      }
    }
  }
}
