import { describe, expect, it } from "vitest";
import type { Snapshot } from "../sim/snapshot.ts";
import { snapshot } from "../test/scenes/fixtures.ts";
import { refused, stored, storedMoment } from "../test/scenes/requests.ts";
import { requestSequence, sequenceScenes } from "./request-sequence.ts";
import { clientName } from "./sequence/plan-sequence.ts";
import { requestStory } from "./sequence/request-story.ts";

const API = "kube-apiserver/master-1";
const told = { momentOf: storedMoment, agentOf: () => "kubectl" };
const story = (record: Snapshot, wanted: Parameters<typeof requestStory>[1] = {}) =>
  requestStory(record, wanted, storedMoment);
const lines = (record: Snapshot, wanted: Parameters<typeof requestStory>[1] = {}): readonly string[] =>
  story(record, wanted)!.rows.map(({ step, kind, title, words }) => `${step ?? "…"} ${kind} ${title}: ${words}`);

describe("requestStory", () => {
  it("tells the newest write that came from outside, from the client to the last watcher", () => {
    expect(lines(stored())).toEqual([
      "40 request request: create pods default",
      "40 stage authentication · client certificate: kubernetes-admin",
      "40 stage authorization · SystemMasters: allow: group system:masters",
      "40 stage admission · ServiceAccount: account and token volume",
      "40 stage admission · Priority: priority 0",
      "40 stage validation · Pod: valid",
      "40 store store: create pods",
      "41 commit committed: 1 entry, revision 139",
      "42 answer answer: 201",
      "43 notice notice: watch: 1 pods",
      "44 notice notice: watch: 1 pods",
      "… notice notice: watch: 1 pods",
      "… notice notice: watch: 1 pods",
    ]);
  });

  it.each(["pod/web-1", "pods/web-1", "pod/default/web-1", "Pod/default/web-1#uid"])("finds %s", (object) => {
    expect(story(stored(), { object })?.step).toBe(40);
  });

  it("finds the request of a step, and none where there is none", () => {
    expect(story(stored(), { step: 45 })).toMatchObject({
      verb: "create binding",
      client: "kube-scheduler/master-1",
      code: "",
    });
    expect(story(stored(), { step: 44 })).toBeUndefined();
    expect(story(stored(), { object: "deployment/web" })).toBeUndefined();
    expect(story(snapshot({ workers: 1, step: 0 }))).toBeUndefined();
  });

  it.each([
    ["403", "authorization", "admission, validation, etcd"],
    ["422", "validation", "etcd"],
  ] as const)("marks where a %s happened, and what the request never reached", (code, where, missed) => {
    const rows = story(refused(code))!.rows;
    expect(rows.find((row) => row.refused)?.title).toBe(where);
    expect(rows.find(({ kind }) => kind === "silence")?.words).toBe(missed);
    expect(rows.filter(({ kind }) => kind === "store" || kind === "commit")).toEqual([]);
  });

  it("gives each request of one client its own answer, though one commit answers both", () => {
    const stages = (verdict: string) => [{ stage: "store", plugin: "pods", verdict }];
    const record = snapshot({
      workers: 1,
      step: 9,
      messages: [
        { step: 1, from: "a/m", to: API, kind: "request", label: "create pods a" },
        { step: 2, from: "a/m", to: API, kind: "request", label: "update pods b" },
        { step: 6, from: API, to: "a/m", kind: "response", label: "201" },
        { step: 7, from: API, to: "a/m", kind: "response", label: "200" },
      ],
      journal: [
        { step: 1, actor: API, verb: "create", object: "pod/x/a", cause: 0, detail: stages("create") },
        { step: 2, actor: API, verb: "update", object: "pod/x/b", cause: 0, detail: stages("update") },
        { step: 3, actor: "etcd/master-1", verb: "commit", message: "1 entry, revision 4", cause: 0 },
        { step: 5, actor: "etcd/master-1", verb: "commit", message: "2 entries, revision 6", cause: 3 },
      ],
    });
    expect([1, 2].map((step) => story(record, { step })?.code)).toEqual(["201", "200"]);
    expect(story(record, { step: 2 })?.rows.find(({ kind }) => kind === "commit")?.step).toBe(5);
  });
});

describe("requestSequence", () => {
  it.each([
    ["user/laptop", "kubectl/v1.32.3", "kubectl"],
    ["user/laptop", "orrery", "notebook cell"],
    ["user/laptop", "curl/8.9.1", "HTTP client"],
    ["user/laptop", undefined, "you"],
    ["kubelet/worker-1", undefined, "kubelet"],
  ])("calls %s with the User-Agent %s %s", (client, agent, name) => expect(clientName(client, agent)).toBe(name));

  it("has a frame for each step in which something of it happened", () => {
    const scenes = sequenceScenes(stored(), told);
    expect(scenes.map(({ step }) => step)).toEqual([40, 41, 42, 43, 44]);
    const answer = (at: number) =>
      scenes[at]!.groups.find(({ key, label }) => key.startsWith("row/") && label?.includes("answer: 201"))?.label;
    expect(answer(0)).toContain("still to come");
    expect(answer(2)).toContain("in this step");
    expect(answer(3)).not.toContain("still");
  });

  it("lets watchers of one component share a lifeline", () => {
    const scene = sequenceScenes(stored(), told).at(-1)!;
    expect(scene.groups.find(({ key }) => key === "process/kube-proxy")?.label).toBe("kube-proxy, on 2 machines");
    expect(String(requestSequence(stored(), told))).toContain("watch: 1 pods · 0 of 2 notices arrived");
  });

  it("says in the caption where a request was refused", () => {
    expect(sequenceScenes(refused("403"), told)[0]!.caption).toMatch(
      /^Step 50 · refused at authorization: pods "web-1" is forbidden/,
    );
  });

  it("says how to name a request when there is none such", () => {
    const [scene] = sequenceScenes(stored(), { object: "deployment/wbe" });
    expect(scene!.caption).toContain("no request about deployment/wbe yet; name an object as kind/name");
  });
});
