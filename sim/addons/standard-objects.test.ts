import { expect, it } from "vitest";
import type { ApiResponse, JsonObject, KubeObject } from "../api/types.ts";
import { Cluster } from "../index.ts";

interface Role extends KubeObject {
  readonly rules: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const names = (cluster: Cluster, resource: string) => cluster.list(resource).map(({ metadata }) => metadata.name);

it("makes the roles that users are given and the system's classes, where that is asked for", () => {
  const cluster = Cluster.create({ seed: 1, standardRoles: true });
  cluster.settle();
  expect(names(cluster, "clusterroles")).toEqual(["admin", "cluster-admin", "edit", "view"]);
  expect(names(cluster, "clusterrolebindings")).toEqual(["cluster-admin"]);
  expect(names(cluster, "priorityclasses")).toEqual(["system-cluster-critical", "system-node-critical"]);
  const may = (name: string, verb: string, resource: string) =>
    (cluster.get("clusterroles", name) as Role).rules.some(
      ({ resources, verbs }) => resources?.includes(resource) && verbs.includes(verb),
    );
  expect([may("view", "get", "secrets"), may("edit", "get", "secrets")]).toEqual([false, true]);
  expect([may("view", "create", "deployments"), may("edit", "create", "deployments")]).toEqual([false, true]);
  expect([may("edit", "create", "rolebindings"), may("admin", "create", "rolebindings")]).toEqual([false, true]);
  expect(may("edit", "update", "resourcequotas")).toBe(false);
  expect(names(Cluster.create({ seed: 1 }), "clusterroles")).toEqual([]);
});

it("says of kinds without an effect that they have none, where that is asked for", () => {
  const create = (effectWarnings: boolean, resource: string, group: string, body: JsonObject): ApiResponse => {
    const cluster = Cluster.create({ seed: 1, effectWarnings });
    cluster.settle();
    const answer = cluster.request({ group, version: "v1", resource, namespace: "default", verb: "create", body });
    if (answer.kind !== "response") throw new Error(answer.kind);
    return answer.response;
  };
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard: { pods: "1" } } };
  const text = "the simulation stores this ResourceQuota and it has no effect yet: nothing is counted or refused by it";
  expect(create(true, "resourcequotas", "", quota)).toMatchObject({ code: 201, warnings: [text] });
  expect(create(false, "resourcequotas", "", quota).warnings).toBeUndefined();
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" } };
  expect(create(true, "configmaps", "", map).warnings).toBeUndefined();
});
