/**
 * One swarm run: a world with its history, and the acts of a plan done to it. Requests are sent and not waited for, so
 * that lazy and eager runs do the same things at the same instants; `asked` keeps what must have come of them.
 */
import { objectsAt, storeOf } from "../../sim/api/server/storage.ts";
import type { ApiRequest, ApiResponse, JsonObject, KubeObject } from "../../sim/api/types.ts";
import { applyOperation, type Operation } from "../../sim/cluster/operations.ts";
import { readOnlyIo } from "../../sim/cluster/read-only-io.ts";
import { build, type ClusterOptions, completeOptions, components } from "../../sim/cluster/topology.ts";
import { answerTo } from "../../sim/cluster/user.ts";
import type { Io } from "../../sim/time/component.ts";
import { History } from "../../sim/time/history.ts";
import type { Cut } from "../../sim/time/links.ts";
import { World } from "../../sim/time/world.ts";
import { perform } from "./acts.ts";
import type { Plan } from "./plan.ts";

/** Steps before an act are taken only where the next one is this near, in microseconds. */
const stepsWithin = 50_000;
const user = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
type Wish = Omit<ApiRequest, "user" | "userAgent">;

export interface Asked {
  readonly token: number;
  readonly request: ApiRequest;
}

export class Lab {
  readonly plan: Plan;
  readonly options: ClusterOptions;
  history: History<Operation>;
  /** Requests without an answer yet. */
  open: Asked[] = [];
  /** Called after every step. */
  watch: (lab: Lab) => void = () => undefined;
  answered: (lab: Lab, request: ApiRequest, response: ApiResponse) => void = () => undefined;

  constructor(plan: Plan, options: ClusterOptions = {}) {
    this.plan = plan;
    this.options = { ...plan.options, ...options };
    const complete = completeOptions(this.options);
    const world = new World({ seed: complete.seed, profile: complete.latency, eager: complete.eager }, components);
    build(world, complete);
    this.history = new History<Operation>(world, applyOperation);
  }

  get world(): World {
    return this.history.world;
  }

  get io(): Io {
    return readOnlyIo(this.world);
  }

  objects<T extends KubeObject = KubeObject>(resource: string): T[] {
    return [...objectsAt(this.io, resource, storeOf(this.io).revision)] as T[];
  }

  /** Runs everything that is due before an instant, and stands there. */
  runTo(at: number): void {
    while (this.history.step(at)) this.#seen();
    this.history.moveTo(at);
  }

  /** Runs until nothing is left but periodic work; false when the budget or the time is over. */
  settle(until: number, budget: number): boolean {
    for (let steps = 0; ; steps++) {
      this.world.next();
      if (this.world.activeEvents === 0) return true;
      if (steps >= budget || this.world.now > until || !this.history.step()) return false;
      this.#seen();
    }
  }

  #seen(): void {
    this.watch(this);
    if (this.open.length === 0) return;
    this.open = this.open.filter(({ token, request }) => {
      const answer = answerTo(this.world, token);
      if (answer?.kind === "response") this.answered(this, request, answer.response);
      return answer === undefined;
    });
  }

  send(wish: Wish): void {
    const request: ApiRequest = { ...wish, user, userAgent: "swarm" };
    this.open.push({ token: this.history.operate({ kind: "request", request }) as number, request });
  }

  fault(operation: Operation): boolean {
    return this.history.operate(operation) as boolean;
  }

  /** All acts at their instants. */
  runPlan(from = 0, to = this.plan.acts.length): void {
    for (const { at, steps, act } of this.plan.acts.slice(from, to)) {
      this.runTo(Math.max(this.world.now, this.#boot + at));
      for (let taken = 0; taken < steps && this.history.step(this.world.now + stepsWithin); taken++) this.#seen();
      perform(this, act);
    }
  }

  #boot = 0;

  /** Boots the cluster to a fixed instant. */
  boot(): this {
    this.#boot = 60_000_000;
    this.runTo(this.#boot);
    return this;
  }

  get processes(): readonly string[] {
    return [...this.world.processes.keys()].filter((id) => !id.startsWith("user/"));
  }

  /** The processes of the control plane. */
  get central(): readonly string[] {
    return this.processes.filter((id) => id.endsWith("/master-1"));
  }

  get machines(): readonly string[] {
    return [...this.world.machines.keys()].filter((name) => name !== "laptop");
  }

  get ends(): readonly string[] {
    return [...this.world.processes.keys(), ...this.world.machines.keys()];
  }

  /** Takes the swarm's own taints and cordons away. */
  untaint(): void {
    for (const node of this.objects<KubeObject & { spec: { taints?: { key: string }[]; unschedulable?: boolean } }>(
      "nodes",
    )) {
      const taints =
        node.spec.taints?.filter(({ key }) => key !== "swarm" && key !== "node.kubernetes.io/unschedulable") ?? [];
      const body = {
        spec: { unschedulable: null, taints: taints.length === 0 ? null : taints },
      } as unknown as JsonObject;
      this.send({
        group: "",
        version: "v1",
        resource: "nodes",
        verb: "patch",
        patchType: "merge",
        name: node.metadata.name,
        body,
      });
    }
  }

  /** Repairs everything: links, machines, processes; Nodes that were deleted come back when their kubelet starts anew. */
  heal(): void {
    for (const [, between] of [...this.world.table<Cut>("links").entries()]) this.fault({ kind: "heal link", between });
    for (const name of this.machines) this.fault({ kind: "start machine", machine: name });
    for (const process of this.processes) this.fault({ kind: "start process", process });
    this.runTo(this.world.now + 20_000_000);
    const nodes = new Set(this.objects("nodes").map((node) => node.metadata.name));
    for (const name of this.machines) {
      if (name === "master-1" || nodes.has(name)) continue;
      this.fault({ kind: "kill process", process: `kubelet/${name}` });
      this.fault({ kind: "start process", process: `kubelet/${name}` });
    }
    this.runTo(this.world.now + 20_000_000);
    this.untaint();
  }
}
