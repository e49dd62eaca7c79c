/**
 * The plan of one sync of a Deployment: its ReplicaSets as they will be, and the writes that make them so.
 * Source: Kubernetes 1.32, pkg/controller/deployment/sync.go (scaleReplicaSet, getNewReplicaSet). Upstream writes one after
 * the other; here decisions come first and writes are sent together.
 * Invariant: at most one write an object; nothing is sent while the plan is made.
 */
import type { Deployment, DeploymentStatus } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { equalJson } from "../../api/schema/equal-json.ts";
import type { Instant } from "../../time/instant.ts";
import { maxSurge, sizeOf, wantedReplicas } from "./bounds.ts";
import { withSizes } from "./revision.ts";
import { sameTemplate } from "./template-hash.ts";

/** One write, in the order in which it is sent. */
export type DeploymentWrite =
  | { readonly kind: "create"; readonly replicaSet: ReplicaSet }
  | { readonly kind: "update"; readonly replicaSet: ReplicaSet; readonly texts: readonly string[] }
  | { readonly kind: "delete"; readonly replicaSet: ReplicaSet }
  | { readonly kind: "status"; readonly deployment: Deployment };

/** What a sync looks at. */
export interface DeploymentView {
  readonly deployment: Deployment;
  /** All ReplicaSets that it controls, by name. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Whether pods of ReplicaSets other than this one still exist and have not finished. */
  oldPodsRun(fresh: ReplicaSet | undefined): boolean;
  readonly now: Instant;
}

/** The plan while it is being made; it lives as long as one sync. */
export class DeploymentPlan {
  readonly view: DeploymentView;
  readonly now: Instant;
  /** The Deployment with what this sync has changed in it so far. */
  deployment: Deployment;
  /** True once this sync writes the Deployment's status: what follows must wait for the next one. */
  statusTaken = false;
  readonly writes: DeploymentWrite[] = [];

  constructor(view: DeploymentView) {
    this.view = view;
    this.now = view.now;
    this.deployment = view.deployment;
  }

  /** The ReplicaSet with the Deployment's template, oldest first if there are several (FindNewReplicaSet). */
  get fresh(): ReplicaSet | undefined {
    const { template } = this.deployment.spec;
    return byCreation(this.view.replicaSets).find((one) => sameTemplate(one.spec.template, template));
  }

  /** All ReplicaSets but the new one, by creation. */
  get old(): ReplicaSet[] {
    const fresh = this.fresh;
    return byCreation(this.view.replicaSets).filter((one) => one.metadata.uid !== fresh?.metadata.uid);
  }

  /** Old ones, then the new one. */
  get all(): ReplicaSet[] {
    const fresh = this.fresh;
    return fresh === undefined ? this.old : [...this.old, fresh];
  }

  /** Asks for another size; true if it is another one. The annotations of sizes are brought up to date as well. */
  scale(replicaSet: ReplicaSet, size: number): boolean {
    const wanted = wantedReplicas(this.deployment);
    const before = this.pending(replicaSet);
    const from = sizeOf(before);
    const annotated = withSizes(before, wanted, wanted + maxSurge(this.deployment));
    if (from === size && annotated === before) return false;
    const next = from === size ? annotated : { ...annotated, spec: { ...annotated.spec, replicas: size } };
    const direction = size > from ? "up" : "down";
    const text = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${from} to ${size}`;
    this.update(next, from === size ? [] : [text]);
    return from !== size;
  }

  /** A ReplicaSet as this plan will have it. */
  pending(replicaSet: ReplicaSet): ReplicaSet {
    return this.#updateOf(replicaSet)?.replicaSet ?? replicaSet;
  }

  /** Writes a ReplicaSet; joins what was planned for it before. */
  update(next: ReplicaSet, texts: readonly string[]): void {
    const before = this.#updateOf(next);
    const write: DeploymentWrite = { kind: "update", replicaSet: next, texts: [...(before?.texts ?? []), ...texts] };
    if (before === undefined) this.writes.push(write);
    else this.writes[this.writes.indexOf(before)] = write;
  }

  #updateOf(replicaSet: ReplicaSet): Extract<DeploymentWrite, { kind: "update" }> | undefined {
    for (const write of this.writes) {
      if (write.kind === "update" && write.replicaSet.metadata.uid === replicaSet.metadata.uid) return write;
    }
    return undefined;
  }

  /** Writes the Deployment's status (and annotations) as they stand now. */
  writeDeployment(): void {
    this.statusTaken = true;
    this.writes.push({ kind: "status", deployment: this.deployment });
  }

  /** Writes a new status if it differs from the stored one. */
  writeStatus(status: DeploymentStatus): void {
    if (this.statusTaken || equalJson(status, this.view.deployment.status)) return;
    this.deployment = { ...this.deployment, status };
    this.writeDeployment();
  }
}

/** Oldest first, then by name. */
export function byCreation(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return [...replicaSets].sort(
    (a, b) => byText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || byName(a, b),
  );
}

/** By name, in UTF-16 order. */
export function byName(a: ReplicaSet, b: ReplicaSet): number {
  return byText(a.metadata.name, b.metadata.name);
}

function byText(a: string | undefined, b: string | undefined): number {
  return (a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0;
}

/** Those that are asked for at least one replica. */
export function active(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return replicaSets.filter((one) => sizeOf(one) > 0);
}
