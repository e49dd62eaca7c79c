/**
 * Jobs and DaemonSets against what kube-controller-manager 1.32.3 did: the scripts are run on a simulated cluster; the
 * states of each Job and DaemonSet and the Events about them are compared with those that all recorded runs agree on.
 * The recording's fake kubelet ended pods by annotation after 0.8 s; here they get a command that does the same.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ControllerRevision } from "../api/kinds/controller-revision.ts";
import type { DaemonSet } from "../api/kinds/daemon-set.ts";
import type { KubeEvent } from "../api/kinds/event.ts";
import type { Job } from "../api/kinds/job.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { JsonObject, KubeObject } from "../api/types.ts";
import { Cluster } from "../index.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Action {
  readonly method?: string;
  readonly path?: string;
  readonly body?: JsonObject;
  readonly wait?: string;
}

interface Scenario {
  readonly name: string;
  readonly script: readonly Action[];
  readonly events: readonly { readonly kind: string; readonly key: string; readonly f?: Fields }[];
  readonly final: Readonly<Record<string, Fields>>;
}

const scenarios: Scenario[] = gunzipSync(readFileSync(new URL("./recorded-workloads.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const full = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== false));

function jobFields({ status = {} }: Job): Fields {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const uncounted = succeeded.length + failed.length;
  return full({
    active: status.active,
    ready: status.ready,
    succeeded: status.succeeded,
    failed: status.failed,
    started: status.startTime !== undefined,
    uncounted: uncounted === 0 ? undefined : uncounted,
    conditions: status.conditions?.map((one) => `${one.type}=${one.status}:${one.reason}`).sort(),
  });
}

function daemonFields({ metadata, status }: DaemonSet): Fields {
  return full({
    gen: metadata.generation,
    observed: status?.observedGeneration,
    desired: status?.desiredNumberScheduled,
    current: status?.currentNumberScheduled,
    ready: status?.numberReady,
    updated: status?.updatedNumberScheduled,
    available: status?.numberAvailable,
    unavailable: status?.numberUnavailable,
  });
}

/** Gives the containers a command that ends as the fake kubelet's pods did. */
function withCommand(body: JsonObject | undefined): JsonObject | undefined {
  if (body?.kind !== "Job") return body;
  const copy = JSON.parse(JSON.stringify(body));
  const { template } = copy.spec;
  const code = template.metadata?.annotations?.["sim.example/exit-code"] ?? "0";
  template.spec.containers[0].command = ["sh", "-c", `sleep 0.8; exit ${code}`];
  return copy;
}

function run(scenario: Scenario) {
  const cluster = Cluster.create({ seed: 5, zones: 3, workersPerZone: 2 });
  const states = new Map<string, Fields[]>();
  let mostAway = 0;
  const observe = (): void => {
    for (const [resource, fieldsOf] of [
      ["jobs", jobFields],
      ["daemonsets", daemonFields],
    ] as const) {
      for (const object of cluster.list(resource, "default") as readonly KubeObject[]) {
        const key = `${object.kind}/${object.metadata.name}`;
        const fields = (fieldsOf as (object: KubeObject) => Fields)(object);
        const list = states.get(key) ?? [];
        if (JSON.stringify(list.at(-1)) !== JSON.stringify(fields)) states.set(key, [...list, fields]);
        if (fields.gen === 2) mostAway = Math.max(mostAway, Number(fields.unavailable ?? 0));
      }
    }
  };
  for (const { method, path = "", body, wait } of scenario.script) {
    if (method !== undefined) act(cluster, method, path, withCommand(body));
    observe();
    while (wait !== undefined && cluster.hasWork) {
      cluster.step();
      observe();
    }
  }
  return { cluster, states, mostAway };
}

function act(cluster: Cluster, method: string, path: string, body: JsonObject | undefined): void {
  const [group = "", version = "", , , resource = "", name] = path.slice("/apis/".length).split("?")[0]!.split("/");
  const verb = method === "POST" ? "create" : method === "PATCH" ? "patch" : "delete";
  const answer = cluster.request({
    ...{ verb, group, version, resource, namespace: "default" },
    ...(name !== undefined && { name }),
    ...(body !== undefined && { body }),
    ...(method === "PATCH" && { patchType: "strategic" as const }),
  });
  expect(answer.kind === "response" && answer.response.code).toBeLessThan(300);
}

/** The texts of Events about workloads, names of pods left out. */
function eventTexts(events: readonly { readonly reason?: unknown; readonly message?: unknown }[]): string[] {
  return events.map(({ reason, message }) => `${reason}: ${String(message).replace(/pod: .*/, "pod")}`).sort();
}

describe.each(scenarios)("$name", (scenario) => {
  const { cluster, states, mostAway } = run(scenario);

  it("ends in the recorded state", () => {
    for (const [key, fields] of Object.entries(scenario.final))
      if (/^(Job|DaemonSet)\//.test(key)) expect([key, states.get(key)?.at(-1)]).toEqual([key, fields]);
    const recorded = Object.entries(scenario.final).filter(([key]) => key.startsWith("ControllerRevision/"));
    const revisions = cluster.list("controllerrevisions", "default") as ControllerRevision[];
    const byImage = (data: unknown) => JSON.stringify(data).match(/"image":"[^"]*"/)?.[0];
    expect(revisions.map((one) => byImage(one.data)).sort()).toEqual(recorded.map(([, f]) => byImage(f.data)).sort());
  });

  it("takes every Job through the recorded states, counters of ready pods aside", () => {
    const agreed = new Map<string, string[]>();
    const textOf = ({ ready: _ready, ...fields }: Fields) => JSON.stringify(Object.entries(fields).sort());
    for (const { kind, key, f = {} } of scenario.events)
      if (kind === "Job") agreed.set(key, [...(agreed.get(key) ?? []), textOf(f)]);
    for (const [key, texts] of agreed) {
      const ours = (states.get(`Job/${key}`) ?? []).map(textOf);
      const missing = texts.filter((text) => !ours.includes(text));
      expect({ key, missing }).toEqual({ key, missing: [] });
    }
  });

  it("says the recorded things", () => {
    const recorded = scenario.events
      .filter(({ kind, f }) => kind === "Event" && /^(Job|DaemonSet)\//.test(String(f?.about)))
      .map(({ f = {} }) => ({ ...f, message: String(f.message).replace("(combined from similar events): ", "") }));
    const ours = (cluster.list("events", "default") as KubeEvent[]).filter((one) =>
      /^(Job|DaemonSet)$/.test(one.involvedObject.kind ?? ""),
    );
    expect(new Set(eventTexts(ours))).toEqual(new Set(eventTexts(recorded)));
  });

  it("leaves pods as recorded, and never has more daemons away than allowed", () => {
    const pods = (cluster.list("pods", "default") as Pod[]).map((pod) => pod.status?.phase).sort();
    const recorded = Object.entries(scenario.final).filter(([key]) => key.startsWith("Pod/"));
    expect(pods).toEqual(recorded.map(([, f]) => f.phase).sort());
    expect(mostAway).toBeLessThanOrEqual(1);
  });
});
