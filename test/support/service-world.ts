/** A cluster with the processes of Services beside those that every cluster has, for tests that look inside. */
import { objectAt, objectsAt, resourceKey, storeOf } from "../../sim/api/server/storage.ts";
import type { ApiRequest, JsonObject, KubeObject } from "../../sim/api/types.ts";
import { readOnlyIo } from "../../sim/cluster/read-only-io.ts";
import { build, type ClusterOptions, completeOptions, components } from "../../sim/cluster/topology.ts";
import { answerTo, sendAsUser } from "../../sim/cluster/user.ts";
import type { Component, Io } from "../../sim/time/component.ts";
import { addProcess } from "../../sim/time/processes.ts";
import { World } from "../../sim/time/world.ts";

const administrator = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** A component and the machines that run it. */
export interface Extra {
  readonly component: Component;
  readonly on: "control-plane" | "worker";
}

/** A world that is built as a cluster is, with more processes. */
export class ServiceWorld {
  readonly world: World;

  constructor(options: ClusterOptions, extras: readonly Extra[]) {
    const complete = completeOptions(options);
    const all = new Map([...components, ...extras.map(({ component }) => [component.name, component] as const)]);
    this.world = new World({ seed: complete.seed, profile: complete.latency, eager: complete.eager }, all);
    build(this.world, complete);
    for (const { component, on } of extras) {
      for (const [machine, { role }] of this.world.machines.entries()) {
        if (role !== on || this.world.processes.has(`${component.name}/${machine}`)) continue;
        addProcess(this.world, component.name, machine, 1_000_000);
      }
    }
    this.settle();
  }

  get io(): Io {
    return readOnlyIo(this.world);
  }

  /** Runs until nothing is left but periodic work; returns the number of steps. */
  settle(stepsMax = 100_000): number {
    const first = this.world.steps;
    while (this.world.activeEvents > 0 && this.world.steps - first < stepsMax && this.world.step() !== undefined);
    return this.world.steps - first;
  }

  /** Runs what is due within so many microseconds. */
  advance(us: number): void {
    const end = this.world.now + us;
    for (let next = this.world.next(); next !== undefined && next.at <= end; next = this.world.next())
      this.world.step();
    this.world.moveTo(end);
  }

  /** Runs until something holds. */
  until(predicate: () => boolean, stepsMax = 100_000): boolean {
    for (let steps = 0; steps < stepsMax; steps++) {
      if (predicate()) return true;
      if (this.world.step() === undefined) return false;
    }
    return false;
  }

  /** Sends a request as the administrator; throws the answer if it is a failure. */
  send(request: Omit<ApiRequest, "user" | "userAgent">): KubeObject {
    const token = sendAsUser(this.world, { ...request, user: administrator, userAgent: "test" });
    this.until(() => answerTo(this.world, token) !== undefined);
    const answer = answerTo(this.world, token);
    if (answer?.kind !== "response" || answer.response.code >= 400) throw new Error(JSON.stringify(answer));
    return answer.response.body as KubeObject;
  }

  create(resource: string, body: JsonObject, namespace = "default", group = "", version = "v1"): KubeObject {
    return this.send({ group, version, resource, namespace, verb: "create", body });
  }

  patch(resource: string, name: string, body: JsonObject, namespace = "default", group = ""): KubeObject {
    return this.send({ group, version: "v1", resource, namespace, verb: "patch", patchType: "merge", name, body });
  }

  remove(resource: string, name: string, namespace = "default"): void {
    this.send({ group: "", version: "v1", resource, namespace, verb: "delete", name });
  }

  get<T extends KubeObject>(resource: string, name: string, namespace = "default"): T | undefined {
    const { io } = this;
    return objectAt(io, resourceKey(resource, namespace, name), storeOf(io).revision) as T | undefined;
  }

  list<T extends KubeObject>(resource: string, namespace?: string): readonly T[] {
    const { io } = this;
    const all = [...objectsAt(io, resource, storeOf(io).revision)] as T[];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Journal lines after a step. */
  lines(afterStep: number) {
    return this.world.journal.between(afterStep + 1);
  }
}

/** A ReplicaSet of pods with one label "app" and one container. */
export function replicaSet(name: string, replicas: number, pod: JsonObject = {}): JsonObject {
  const container = { name: "c", image: "nginx:1.27", ports: [{ name: "http", containerPort: 80 }] };
  const spec = { terminationGracePeriodSeconds: 1, containers: [container], ...pod };
  const template = { metadata: { labels: { app: name } }, spec };
  const selector = { matchLabels: { app: name } };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name }, spec: { replicas, selector, template } };
}

/** A Service that selects the pods of `replicaSet`. */
export function serviceFor(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  const all = { selector: { app: name }, ports: [{ port: 80 }], ...spec };
  return { apiVersion: "v1", kind: "Service", metadata: { name, ...metadata }, spec: all };
}
