/** The finalizer that keeps a Job's pods until they are counted: it goes before the Job is over, and never stays behind. */
import { describe, expect, it } from "vitest";
import type { Job } from "../../api/kinds/job.ts";
import type { ApiRequest, JsonObject } from "../../api/types.ts";
import { Cluster } from "../../index.ts";
import { trackingFinalizer } from "./job-pod.ts";

const core = { group: "", version: "v1", namespace: "default" } as const;
const batch = { group: "batch", version: "v1", namespace: "default" } as const;

function send(cluster: Cluster, request: Omit<ApiRequest, "user" | "userAgent">): void {
  const answer = cluster.request(request);
  if (answer.kind !== "response" || answer.response.code >= 400) throw new Error(JSON.stringify(answer));
}

function withJob(latency: "instant" | "lesson" | "realistic", spec: JsonObject): Cluster {
  const cluster = Cluster.create({ seed: 5, latency });
  const containers = [{ name: "c", image: "busybox", command: ["sh", "-c", "echo $JOB_COMPLETION_INDEX; sleep 2"] }];
  const template = { spec: { restartPolicy: "Never", containers } };
  const body = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "parts" }, spec: { ...spec, template } };
  send(cluster, { ...batch, resource: "jobs", verb: "create", body });
  return cluster;
}

const tracked = (cluster: Cluster) =>
  cluster.list("pods", "default").filter(({ metadata }) => metadata.finalizers?.includes(trackingFinalizer));

const isComplete = (cluster: Cluster) =>
  (cluster.get("jobs", "parts") as Job).status?.conditions?.some(({ type }) => type === "Complete") === true;

describe("the pods of an Indexed Job", () => {
  it.each([
    ["instant", 5, 5],
    ["lesson", 4, 2],
    ["realistic", 5, 3],
  ] as const)(
    "are all free when it is declared complete (%s, %d of them, %d at a time)",
    (latency, completions, parallelism) => {
      const cluster = withJob(latency, { completions, parallelism, completionMode: "Indexed" });
      while (cluster.hasWork && !isComplete(cluster)) cluster.step();
      expect((cluster.get("jobs", "parts") as Job).status).toMatchObject({ succeeded: completions });
      expect(tracked(cluster)).toEqual([]);
      for (const { metadata } of cluster.list("pods", "default"))
        send(cluster, { ...core, resource: "pods", verb: "delete", name: metadata.name });
      cluster.settle();
      expect(cluster.list("pods", "default")).toEqual([]);
    },
  );

  it("are freed too where one is still tracked after the end", () => {
    const cluster = withJob("instant", { completions: 2, parallelism: 2, completionMode: "Indexed" });
    cluster.settle();
    const name = cluster.list("pods", "default")[0]?.metadata.name ?? "";
    const body = { metadata: { finalizers: [trackingFinalizer] } };
    send(cluster, { ...core, resource: "pods", verb: "patch", patchType: "merge", name, body });
    expect(tracked(cluster)).toHaveLength(1);
    cluster.settle();
    expect(tracked(cluster)).toEqual([]);
  });
});
