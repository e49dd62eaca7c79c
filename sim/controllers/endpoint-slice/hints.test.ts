/** Hints by themselves: the shares of zones, and what must hold for any spread of endpoints over them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../api/kinds/endpoint-slice.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Service } from "../../api/kinds/service.ts";
import { hintByShares } from "./hints.ts";
import type { SlicePlan } from "./plan.ts";
import { newDraft } from "./slice-object.ts";
import { allocate, isOverloaded, zoneShares } from "./zone-shares.ts";

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default", uid: "u-1" },
  spec: { clusterIP: "172.21.0.20" },
};

function endpoint(zone: string, number: number, ready = true): Endpoint {
  return { addresses: [`172.30.0.${number}`], conditions: { ready, serving: ready, terminating: false }, zone };
}

function planOf(endpoints: readonly Endpoint[]): SlicePlan {
  const draft = { ...newDraft(service, []), endpoints };
  return { create: [draft], update: [], remove: [], unchanged: [], missingNodes: [] };
}

const hintsOf = (plan: SlicePlan) =>
  plan.create.flatMap(({ endpoints }) => endpoints.map(({ hints }) => hints?.forZones?.map(({ name }) => name)));

function node(name: string, zone: string, cpu: string, ready = true, labels = {}): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "topology.kubernetes.io/zone": zone, ...labels } },
    spec: {},
    status: { allocatable: { cpu }, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("the shares of zones", () => {
  it("are those of the CPU of ready workers", () => {
    const master = node("m", "c", "8", true, { "node-role.kubernetes.io/control-plane": "" });
    const nodes = [node("a1", "a", "3"), node("b1", "b", "1000m"), node("b2", "b", "4", false), master];
    expect([...(zoneShares(nodes) ?? [])]).toEqual([
      ["a", 0.75],
      ["b", 0.25],
    ]);
    expect(zoneShares([node("a1", "a", "3"), node("a2", "a", "3")])).toBeUndefined();
    expect(zoneShares([node("a1", "a", "3"), node("b1", "", "3")])).toBeUndefined();
  });

  it("refuse to spread too few endpoints, or where a zone would carry too much", () => {
    const even = new Map([
      ["a", 1 / 3],
      ["b", 1 / 3],
      ["c", 1 / 3],
    ]);
    expect(allocate(even, 2)).toEqual({ message: "Insufficient number of endpoints (2 endpoints, 3 zones)" });
    expect(allocate(even, 4)).toMatchObject({ message: expect.stringContaining("(4 endpoints, 3 zones)") });
    expect(allocate(even, 3)).toEqual(new Map(["a", "b", "c"].map((zone) => [zone, { maximum: 1, desired: 1 }])));
    expect(isOverloaded({ a: 1, b: 1, c: 1 }, even)).toBe(false);
    expect(isOverloaded({ a: 3, b: 1 }, even)).toBe(true);
  });
});

describe("hints by shares", () => {
  it("give endpoints of a zone with many to one with few", () => {
    const plan = planOf([1, 2, 3, 4].map((number) => endpoint("a", number)));
    const outcome = hintByShares(
      plan,
      service,
      new Map([
        ["a", 0.5],
        ["b", 0.5],
      ]),
    );
    expect(outcome).toEqual({ kind: "hinted", served: { a: 2, b: 2 } });
    expect(hintsOf(plan)).toEqual([["b"], ["b"], ["a"], ["a"]]);
  });

  const zones = ["a", "b", "c"];
  const spread = fc.array(fc.tuple(fc.constantFrom(...zones), fc.boolean()), { minLength: 1, maxLength: 60 });
  const weights = fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
  );

  it("give each ready endpoint one zone, count what they gave, and are all or nothing", () => {
    fc.assert(
      fc.property(spread, weights, (given, parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        const shares = new Map(zones.map((zone, at) => [zone, (parts[at] ?? 0) / total]));
        const plan = planOf(given.map(([zone, ready], number) => endpoint(zone, number, ready)));
        const outcome = hintByShares(plan, service, shares);
        const hints = hintsOf(plan);
        if (outcome.kind === "disabled") {
          expect(hints.filter((hint) => hint !== undefined)).toEqual([]);
          return;
        }
        const counts: Record<string, number> = {};
        for (const [at, [, ready]] of given.entries()) {
          expect(hints[at]?.length).toBe(ready ? 1 : undefined);
          for (const zone of hints[at] ?? []) counts[zone] = (counts[zone] ?? 0) + 1;
        }
        const served = Object.entries(outcome.served).filter(([, count]) => count > 0);
        expect(Object.fromEntries(served)).toEqual(counts);
      }),
    );
  });
});
