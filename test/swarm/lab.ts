/**
 * One swarm run: a world with its history, and the acts of a plan done to it. Requests are sent and not waited for, so
 * that lazy and eager runs do the same things at the same instants; `asked` keeps what must have come of them.
 */
import { objectsAt, storeOf } from "../../sim/api/server/storage.ts";
import type { ApiRequest, ApiResponse, JsonObject, KubeObject } from "../../sim/api/types.ts";
import { applyOperation, type Operation } from "../../sim/cluster/operations.ts";
import { readOnlyIo } from "../../sim/cluster/snapshot-maker.ts";
import { build, type ClusterOptions, components, completeOptions } from "../../sim/cluster/topology.ts";
import { answerTo } from "../../sim/cluster/user.ts";
import type { Io } from "../../sim/time/component.ts";
import { History } from "../../sim/time/history.ts";
import type { Cut } from "../../sim/time/links.ts";
import { World } from "../../sim/time/world.ts";
import { deployment, podSpec } from "./objects.ts";
import { type Act, namespaces, type Plan } from "./plan.ts";

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
    for (const { at, act } of this.plan.acts.slice(from, to)) {
      this.runTo(Math.max(this.world.now, this.#boot + at));
      this.perform(act);
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

  get machines(): readonly string[] {
    return [...this.world.machines.keys()].filter((name) => name !== "laptop");
  }

  get ends(): readonly string[] {
    return [...this.world.processes.keys(), ...this.world.machines.keys()];
  }

  perform(act: Act): void {
    const one = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];
    switch (act.act) {
      case "kill": return void this.fault({ kind: "kill process", process: one(this.processes, act.process)! });
      case "start": {
        const ended = this.processes.filter((id) => this.world.processes.get(id)?.running !== true);
        if (ended.length > 0) this.fault({ kind: "start process", process: one(ended, act.process)! });
        return;
      }
      case "bounce": {
        const process = one(this.processes, act.process)!;
        this.fault({ kind: "kill process", process });
        return void this.fault({ kind: "start process", process });
      }
      case "stop machine": return void this.fault({ kind: "stop machine", machine: one(this.machines, act.machine)! });
      case "start machine": {
        const down = this.machines.filter((name) => this.world.machines.get(name)?.up !== true);
        if (down.length > 0) this.fault({ kind: "start machine", machine: one(down, act.machine)! });
        return;
      }
      case "reboot": {
        const machine = one(this.machines, act.machine)!;
        this.fault({ kind: "stop machine", machine });
        return void this.fault({ kind: "start machine", machine });
      }
      case "cut": {
        const a = one(this.ends, act.a)!;
        const b = one(this.ends, act.b)!;
        if (a !== b) this.fault({ kind: "cut link", between: [a, b] });
        return;
      }
      case "heal": {
        const cuts = [...this.world.table<Cut>("links").entries()];
        if (cuts.length > 0) this.fault({ kind: "heal link", between: one(cuts, act.a)![1] });
        return;
      }
      default:
        return this.#request(act);
    }
  }

  #request(act: Act): void {
    const core = { group: "", version: "v1" };
    const apps = { group: "apps", version: "v1" };
    const which = "which" in act ? act.which : 0;
    const pick = <T extends KubeObject>(resource: string): T | undefined => {
      const all = this.objects<T>(resource);
      return all[which % Math.max(1, all.length)];
    };
    const patch = (target: KubeObject | undefined, resource: string, body: JsonObject, base = apps): void => {
      if (target === undefined) return;
      const { name, namespace } = target.metadata;
      this.send({ ...base, resource, verb: "patch", patchType: "strategic", name, ...(namespace && { namespace }), body });
    };
    const image = (target: KubeObject | undefined, to: string) => {
      const names = (target as { spec?: { template: { spec: { containers: { name: string }[] } } } } | undefined)?.spec?.template.spec.containers;
      const containers = names?.map(({ name }) => ({ name, image: to })) ?? [];
      patch(target, "deployments", { spec: { template: { spec: { containers } } } });
    };
    switch (act.act) {
      case "create deployment":
        return this.send({ ...apps, resource: "deployments", verb: "create", namespace: namespaces[act.namespace]!,
          body: deployment(act.name, act.kind, act.replicas, act.strategy) });
      case "scale": return patch(pick("deployments"), "deployments", { spec: { replicas: act.replicas } });
      case "set image": return image(pick("deployments"), act.image);
      case "undo": return image(pick("deployments"), "nginx:1.27");
      case "restart":
        return patch(pick("deployments"), "deployments", { spec: { template: { metadata: { annotations: { restarted: String(this.world.now) } } } } });
      case "delete deployment": {
        const target = pick("deployments");
        if (target === undefined) return;
        const { name, namespace = "" } = target.metadata;
        return this.send({ ...apps, resource: "deployments", verb: "delete", name, namespace, propagationPolicy: which % 3 === 0 ? "Foreground" : "Background" });
      }
      case "create pod":
        return this.send({ ...core, resource: "pods", verb: "create", namespace: namespaces[act.namespace]!,
          body: { apiVersion: "v1", kind: "Pod", metadata: { name: act.name }, spec: podSpec(act.kind, act.policy) } });
      case "delete pod": {
        const target = pick("pods");
        if (target === undefined) return;
        const { name, namespace = "" } = target.metadata;
        return this.send({ ...core, resource: "pods", verb: "delete", name, namespace, ...(act.grace !== undefined && { gracePeriodSeconds: act.grace }) });
      }
      case "label pod": return patch(pick("pods"), "pods", { metadata: { labels: { app: `free-${which % 4}` } } }, core);
      case "create namespace":
        return this.send({ ...core, resource: "namespaces", verb: "create", body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespaces[act.namespace]! } } });
      case "delete namespace": return this.send({ ...core, resource: "namespaces", verb: "delete", name: namespaces[act.namespace]! });
      case "cordon": return patch(pick("nodes"), "nodes", { spec: { unschedulable: true } }, core);
      case "label node": return patch(pick("nodes"), "nodes", { metadata: { labels: { disk: `d${which % 3}` } } }, core);
      case "taint": return patch(pick("nodes"), "nodes", { spec: { taints: [{ key: "swarm", value: "x", effect: act.effect ?? "NoSchedule" }] } }, core);
      case "untaint": return this.untaint();
      case "delete node": {
        const target = pick("nodes");
        if (target !== undefined) this.send({ ...core, resource: "nodes", verb: "delete", name: target.metadata.name });
      }
    }
  }

  /** Takes the swarm's own taints and cordons away. */
  untaint(): void {
    for (const node of this.objects<KubeObject & { spec: { taints?: { key: string }[]; unschedulable?: boolean } }>("nodes")) {
      const taints = node.spec.taints?.filter(({ key }) => key !== "swarm" && key !== "node.kubernetes.io/unschedulable") ?? [];
      const body = { spec: { unschedulable: null, taints: taints.length === 0 ? null : taints } } as unknown as JsonObject;
      this.send({ group: "", version: "v1", resource: "nodes", verb: "patch", patchType: "merge", name: node.metadata.name, body });
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
