import { expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { clusterMethods, clusterProperties } from "./cluster-calls.ts";

/** What a submission must not have, or has no use for: limits and replay are the grader's, feed and forecast are the gateway's. */
const kept = ["constructor", "limit", "replay", "changes", "nextNews"];

it("a submission's clusters have what a notebook's have", () => {
  const names = Object.getOwnPropertyNames(Cluster.prototype).filter((name) => !kept.includes(name));
  expect([...clusterMethods, ...clusterProperties].sort()).toEqual(expect.arrayContaining(names.sort()));
});
