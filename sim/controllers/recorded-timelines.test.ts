/**
 * Deployments and ReplicaSets against what kube-controller-manager 1.32.3 did: scripts are run on a simulated cluster, and
 * the objects' states, printed in the recorded form, are compared (final states; the order of each object's states).
 * Counters between two decisions may merge: how many pod changes one status write covers is accidental.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Deployment } from "../api/kinds/deployment.ts";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { ReplicaSet } from "../api/kinds/replicaset.ts";
import type { JsonObject, KubeObject, PatchType, Verb } from "../api/types.ts";
import { Cluster } from "../index.ts";
import type { LatencyProfile } from "../time/latency.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Entry {
  readonly type: string;
  readonly kind: string;
  readonly key: string;
  readonly f?: Fields;
}

interface Action {
  readonly action?: number;
  readonly method?: string;
  readonly path?: string;
  readonly body?: JsonObject;
  readonly patch?: string;
  readonly status?: number;
  readonly wait?: string;
}

interface Scenario {
  readonly name: string;
  readonly script: readonly Action[];
  readonly events: readonly Entry[];
  readonly final: Readonly<Record<string, Fields>>;
}

const scenarios: Scenario[] = gunzipSync(readFileSync(new URL("./recorded-timelines.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const namespace = "default";
const resources = ["deployments", "replicasets", "pods", "events"];
const verbs: Readonly<Record<string, Verb>> = { POST: "create", PATCH: "patch", DELETE: "delete", PUT: "update" };

/** Drops what is empty, as the recorded form does; the numbers of `keep` stay. */
function compact(fields: Fields, keep: readonly string[] = []): Fields {
  const kept = Object.entries(fields).filter(
    ([name, value]) => keep.includes(name) || !(value === undefined || value === 0 || value === false || value === ""),
  );
  return Object.fromEntries(kept.filter(([, value]) => !(Array.isArray(value) && value.length === 0)));
}

/** Runs a script and writes down each state of each object. */
class Recording {
  readonly entries: Entry[] = [];
  readonly cluster: Cluster;
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #before = new Map<string, KubeObject>();

  constructor(latency: LatencyProfile) {
    this.cluster = Cluster.create({ seed: 5, zones: 3, workersPerZone: 2, latency });
    this.#observe();
    this.entries.length = 0;
  }

  act({ method = "", path = "", body, patch }: Action): number {
    const parts = path.replace(/\{([^}]+)\}/g, (_, alias) => this.#nameOf(alias)).split("?");
    const [prefix, group, version, , , resource = "", name, subresource] = (parts[0] ?? "").slice(1).split("/");
    const core = prefix === "api";
    const shift = (parts[0] ?? "").slice(1).split("/");
    const [res = "", obj, sub] = core ? shift.slice(4) : [resource, name, subresource];
    const policy = new URLSearchParams(parts[1] ?? "").get("propagationPolicy");
    const answer = this.cluster.request({
      verb: verbs[method] as Verb,
      group: core ? "" : (group as string),
      version: core ? (group as string) : (version as string),
      resource: res,
      namespace,
      ...(obj !== undefined && { name: obj }),
      ...(sub !== undefined && { subresource: sub }),
      ...(body !== undefined && { body }),
      ...(patch !== undefined && { patchType: patch.replace("strategic-merge", "strategic") as PatchType }),
      ...(policy !== null && { propagationPolicy: policy as "Background" }),
    });
    this.#observe();
    return answer.kind === "response" ? answer.response.code : 0;
  }

  settle(): void {
    while (this.cluster.hasWork) {
      this.cluster.step();
      this.#observe();
    }
  }

  #nameOf(alias: string): string {
    for (const [name, known] of this.#names) if (known === alias) return name;
    throw new Error(`nothing is called ${alias}`);
  }

  #observe(): void {
    const present = new Set<string>();
    for (const resource of resources) {
      for (const object of this.cluster.list(resource, namespace)) {
        const id = `${object.kind}/${object.metadata.name}`;
        present.add(id);
        const before = this.#before.get(id);
        if (before?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
        this.#before.set(id, object);
        this.#write(before === undefined ? "ADDED" : "MODIFIED", object, before);
      }
    }
    for (const [id, object] of this.#before) {
      if (present.has(id)) continue;
      this.#before.delete(id);
      this.#write("DELETED", object, undefined);
    }
  }

  #write(type: string, object: KubeObject, before: KubeObject | undefined): void {
    const f = this.#fields(object);
    if (before !== undefined && JSON.stringify(this.#fields(before)) === JSON.stringify(f)) return;
    const key = object.kind === "Event" ? String(f.about) : this.#aliasOf(object);
    this.entries.push({ type, kind: object.kind, key, f });
  }

  #aliasOf(object: KubeObject): string {
    const id = object.metadata.name;
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const owner = object.metadata.ownerReferences?.[0];
    if (owner === undefined) return id;
    const stem = `${this.#names.get(owner.name) ?? owner.name}/${object.kind === "Pod" ? "pod" : "rs"}`;
    const number = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, number);
    this.#names.set(id, `${stem}#${number}`);
    return `${stem}#${number}`;
  }

  #fields(object: KubeObject): Fields {
    const { metadata } = object;
    const annotation = (name: string) => metadata.annotations?.[`deployment.kubernetes.io/${name}`];
    const owner = metadata.ownerReferences?.map((one) => `${one.kind}/${this.#names.get(one.name) ?? one.name}`);
    switch (object.kind) {
      case "Deployment": {
        const { spec, status = {} } = object as Deployment;
        return compact({
          gen: metadata.generation,
          observed: status.observedGeneration,
          spec: spec.replicas,
          revision: annotation("revision"),
          replicas: status.replicas,
          updated: status.updatedReplicas,
          ready: status.readyReplicas,
          available: status.availableReplicas,
          unavailable: status.unavailableReplicas,
          conditions: status.conditions?.map((one) => `${one.type}=${one.status}:${one.reason}`).sort(),
        });
      }
      case "ReplicaSet": {
        const { spec, status } = object as ReplicaSet;
        const images = spec.template?.spec?.containers.map((one) => one.image);
        const counts = {
          replicas: status?.replicas ?? 0,
          ready: status?.readyReplicas,
          available: status?.availableReplicas,
        };
        const sizes = {
          revision: annotation("revision"),
          desired: annotation("desired-replicas"),
          max: annotation("max-replicas"),
        };
        const observed = status?.observedGeneration;
        return compact({ gen: metadata.generation, observed, spec: spec.replicas, ...counts, ...sizes, images }, [
          "spec",
          "replicas",
        ]);
      }
      case "Pod": {
        const { spec, status } = object as Pod;
        return compact({
          terminating: metadata.deletionTimestamp !== undefined,
          phase: status?.phase,
          scheduled: spec.nodeName !== undefined,
          ready: status?.conditions?.find((one) => one.type === "Ready")?.status,
          images: spec.containers.map((one) => one.image),
          owner,
        });
      }
      default: {
        const { involvedObject, reason, message = "", type } = object as KubeEvent;
        const about = `${involvedObject.kind}/${this.#names.get(involvedObject.name ?? "") ?? involvedObject.name}`;
        let text = message;
        for (const [name, alias] of this.#names)
          if (alias.includes("/rs#") && !alias.includes("/pod#")) text = text.replaceAll(name, `{${alias}}`);
        return { reason, about, message: text, type };
      }
    }
  }
}

function recordingOf(scenario: Scenario, latency: LatencyProfile): Recording {
  const recording = new Recording(latency);
  for (const step of scenario.script) {
    if (step.action !== undefined) expect(recording.act(step)).toBe(step.status);
    else if (step.wait !== undefined) recording.settle();
  }
  return recording;
}

const counters = new Set(["replicas", "updated", "ready", "available", "unavailable"]);

/** The decisions in a chain of states: without counters, repeats dropped. */
function decisions(entries: readonly Entry[], kind: string, key: string): string[] {
  const texts: string[] = [];
  for (const entry of entries) {
    if (entry.kind !== kind || entry.key !== key) continue;
    const kept = Object.entries(entry.f ?? {}).filter(([name]) => !counters.has(name));
    const text = `${entry.type} ${JSON.stringify(Object.fromEntries(kept))}`;
    if (texts.at(-1) !== text) texts.push(text);
  }
  return texts;
}

function missingFrom(wanted: readonly string[], given: readonly string[]): string[] {
  let at = 0;
  return wanted.filter((text) => {
    const found = given.indexOf(text, at);
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

/** Objects without their numbers among siblings, for comparing sets of pods. */
function podsOf(final: ReadonlyMap<string, Fields>): string[] {
  return [...final]
    .filter(([key]) => key.startsWith("Pod/"))
    .map(([, f]) => JSON.stringify(f))
    .sort();
}

function finalOf(entries: readonly Entry[]): Map<string, Fields> {
  const last = new Map<string, Fields>();
  for (const { type, kind, key, f = {} } of entries) {
    if (kind === "Event") continue;
    if (type === "DELETED") last.delete(`${kind}/${key}`);
    else last.set(`${kind}/${key}`, f);
  }
  return last;
}

function scalingTexts(entries: readonly Entry[]): unknown[] {
  return entries.filter((entry) => entry.f?.reason === "ScalingReplicaSet").map((entry) => entry.f?.message);
}

const runs = scenarios.flatMap((scenario) =>
  (["lesson", "realistic"] as const).map((latency) => ({ ...scenario, latency })),
);

describe.each(runs)("$name with $latency latencies", (scenario) => {
  const recording = recordingOf(scenario, scenario.latency);
  const final = finalOf(recording.entries);

  it("ends in the recorded state", () => {
    const recorded = new Map(Object.entries(scenario.final));
    for (const [key, f] of recorded) if (!key.startsWith("Pod/")) expect([key, final.get(key)]).toEqual([key, f]);
    for (const [key] of final) if (!key.startsWith("Pod/")) expect([...recorded.keys()]).toContain(key);
    const ours = podsOf(final);
    for (const pod of podsOf(recorded)) expect(ours).toContain(pod);
  });

  it("takes every Deployment and ReplicaSet through the recorded decisions", () => {
    const keys = new Set(
      scenario.events
        .filter((one) => one.kind === "Deployment" || one.kind === "ReplicaSet")
        .map((one) => `${one.kind} ${one.key}`),
    );
    for (const id of keys) {
      const [kind = "", key = ""] = id.split(" ");
      const missing = missingFrom(decisions(scenario.events, kind, key), decisions(recording.entries, kind, key));
      expect({ id, missing }).toEqual({ id, missing: [] });
    }
  });

  it("says the same about scaling, in the same order", () => {
    expect(scalingTexts(recording.entries)).toEqual(scalingTexts(scenario.events));
  });

  it("creates and deletes as many pods of each ReplicaSet", () => {
    const count = (entries: readonly Entry[], type: string) =>
      entries
        .filter((one) => one.kind === "Pod" && one.type === type)
        .map((one) => JSON.stringify(one.f?.images))
        .sort();
    expect(count(recording.entries, "ADDED")).toEqual(count(scenario.events, "ADDED"));
  });
});
