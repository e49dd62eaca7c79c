import fc from "fast-check";
import { expect, it } from "vitest";
import { Cluster } from "../cluster.ts";
import type { WatchedChange } from "./watch-feed.ts";

const configMaps = { group: "", version: "v1", resource: "configmaps" } as const;
const inDefault = { ...configMaps, namespace: "default" };

function put(cluster: Cluster, name: string, labels: Record<string, string>, value: string) {
  const body = { metadata: { name, labels }, data: { value } };
  const created = cluster.request({ ...inDefault, verb: "create", body });
  if (created.kind === "response" && created.response.code !== 409) return;
  cluster.request({ ...inDefault, verb: "update", name, body });
}

function remove(cluster: Cluster, name: string) {
  cluster.request({ ...inDefault, verb: "delete", name });
}

const told = (changes: readonly WatchedChange[] | undefined) =>
  changes?.map(({ type, object }) => `${type} ${object.metadata.name} ${object.metadata.resourceVersion}`);

it("begins with everything, then tells what changes", () => {
  const cluster = Cluster.create();
  put(cluster, "a", {}, "1");
  const { upTo, changes } = cluster.changes(inDefault);
  expect(changes?.map(({ type, object }) => [type, object.metadata.name])).toContainEqual(["ADDED", "a"]);
  expect(cluster.changes(inDefault, upTo)).toEqual({ upTo, changes: [] });
  put(cluster, "a", {}, "2");
  remove(cluster, "a");
  const after = cluster.changes(inDefault, upTo);
  expect(after.upTo).toBe(cluster.revision);
  expect(after.changes?.map(({ type }) => type)).toEqual(["MODIFIED", "DELETED"]);
  const [, deleted] = after.changes as readonly WatchedChange[];
  expect(deleted?.object).toMatchObject({ data: { value: "2" } });
  expect(Number(deleted?.object.metadata.resourceVersion)).toBe(after.upTo);
});

it("adds what enters a selection and deletes what leaves it", () => {
  const cluster = Cluster.create();
  const { upTo } = cluster.changes(configMaps);
  put(cluster, "a", { tier: "back" }, "1");
  put(cluster, "a", { tier: "front" }, "2");
  put(cluster, "a", { tier: "back" }, "3");
  const { changes } = cluster.changes({ ...configMaps, labelSelector: "tier=front" }, upTo);
  expect(changes?.map(({ type, object }) => [type, object.metadata.labels?.tier])).toEqual([
    ["ADDED", "front"],
    ["DELETED", "front"],
  ]);
  expect(cluster.changes({ ...configMaps, fieldSelector: "metadata.name=b" }, upTo).changes).toEqual([]);
});

it("says so when compaction has taken changes away", () => {
  const cluster = Cluster.create();
  const { upTo } = cluster.changes(configMaps);
  for (let round = 0; round < 3; round++) {
    put(cluster, "a", {}, String(round));
    cluster.advance("6m");
  }
  expect(cluster.changes(configMaps, upTo - 5).changes).toBeUndefined();
});

it("tells the same however the feed is cut", () => {
  const names = ["a", "b", "c"] as const;
  const deed = fc.record({ name: fc.constantFrom(...names), label: fc.constantFrom("x", "y"), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 8 }), (deeds) => {
      const cluster = booted.fork();
      const watched = { ...inDefault, labelSelector: "l=x" };
      const { upTo } = cluster.changes(watched);
      let cursor = upTo;
      const inParts: WatchedChange[] = [];
      for (const { name, label, gone } of deeds) {
        if (gone) remove(cluster, name);
        else put(cluster, name, { l: label }, label);
        const feed = cluster.changes(watched, cursor);
        inParts.push(...(feed.changes ?? []));
        cursor = feed.upTo;
      }
      expect(told(inParts)).toEqual(told(cluster.changes(watched, upTo).changes));
    }),
    { numRuns: 25 },
  );
});

const booted = Cluster.create();
