import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/kinds/pod.ts";
import { hour, rfc3339 } from "../../time/instant.ts";
import { podsToDelete } from "./deletion-order.ts";

const now = 10 * hour;

interface Traits {
  readonly node?: string;
  readonly phase?: "Pending" | "Running";
  readonly readyFor?: number;
  readonly age?: number;
  readonly restarts?: number;
  readonly cost?: string;
}

function pod(name: string, traits: Traits = {}): Pod {
  const { node, phase = "Running", readyFor, age = hour, restarts = 0, cost } = traits;
  const lastTransitionTime = rfc3339(now - (readyFor ?? 0));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      uid: name,
      creationTimestamp: rfc3339(now - age),
      ...(cost !== undefined && { annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } }),
    },
    spec: { containers: [], ...(node !== undefined && { nodeName: node }) },
    status: {
      phase,
      conditions: [{ type: "Ready", status: readyFor === undefined ? "False" : "True", lastTransitionTime }],
      containerStatuses: [{ name: "c", ready: true, restartCount: restarts, image: "", imageID: "" }],
    },
  };
}

const running = { node: "n", readyFor: hour } as const;

describe("the first pod to go", () => {
  const cases: readonly [rule: string, first: Traits, second: Traits][] = [
    ["has no node", { phase: "Pending" }, { node: "n", phase: "Pending" }],
    ["is pending", { node: "n", phase: "Pending" }, { node: "n" }],
    ["is not ready", { node: "n" }, running],
    ["costs less", { ...running, cost: "-5" }, running],
    ["counts as 0 when its cost is no number", { ...running, restarts: 1, cost: "09" }, { ...running, cost: "0" }],
    ["has been ready for less, by powers of two", { ...running, readyFor: hour / 4 }, running],
    ["has restarted more", { ...running, restarts: 3 }, { ...running, restarts: 1 }],
    ["is younger, by powers of two", { ...running, age: hour }, { ...running, age: 5 * hour }],
  ];
  it.each(cases)("%s", (_rule, first, second) => {
    for (const names of [["a", "b"] as const, ["b", "a"] as const]) {
      const goes = pod(names[0], first);
      const stays = pod(names[1], second);
      expect(podsToDelete([stays, goes], [], 1, now)).toEqual([goes]);
    }
  });

  it("shares its node with most related pods", () => {
    const [a, b, c] = [
      pod("a", { ...running, node: "x" }),
      pod("b", { ...running, node: "y" }),
      pod("c", { ...running, node: "y" }),
    ];
    expect(podsToDelete([a, b], [a, b, c], 1, now)).toEqual([b]);
  });

  it("has the smaller uid among pods that became ready within one power of two", () => {
    const younger = pod("b", { ...running, readyFor: hour });
    const older = pod("a", { ...running, readyFor: hour + hour / 100 });
    expect(podsToDelete([younger, older], [], 1, now)).toEqual([older]);
  });
});

describe("podsToDelete", () => {
  it("gives all when all are asked for", () => {
    const pods = [pod("a"), pod("b")];
    expect(podsToDelete(pods, [], 5, now)).toEqual(pods);
  });

  it("does not depend on the order in which it gets equal pods", () => {
    const pods = ["c", "a", "b"].map((name) => pod(name, running));
    expect(podsToDelete(pods, [], 2, now)).toEqual(podsToDelete([...pods].reverse(), [], 2, now));
  });
});
