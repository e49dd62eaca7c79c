import { describe, expect, it } from "vitest";
import { Cluster } from "../cluster.ts";

const startsAt = Date.UTC(2031, 1, 28, 23, 59, 50);

function withPod(options: object): Cluster {
  const cluster = Cluster.create(options);
  const spec = { containers: [{ name: "c", image: "nginx" }] };
  const body = { metadata: { name: "p" }, spec };
  cluster.request({ group: "", version: "v1", resource: "pods", namespace: "default", verb: "create", body });
  cluster.settle();
  return cluster;
}

describe("a cluster that starts at another time", () => {
  it("does the same at that time", () => {
    const usual = withPod({});
    const later = withPod({ startsAt });
    expect([later.steps, later.get("pods", "p")?.spec.nodeName]).toEqual([
      usual.steps,
      usual.get("pods", "p")?.spec.nodeName,
    ]);
    expect(later.wallMs - usual.wallMs).toBe(startsAt - usual.options.startsAt);
    expect(later.get("pods", "p")?.metadata.creationTimestamp).toMatch(/^2031-02-28T23:59:5|^2031-03-01T00:00:0/);
    later.advance("1h");
    expect(later.list("nodes").every(({ status }) => JSON.stringify(status).includes('"KubeletReady"'))).toBe(true);
  });

  it("goes back, and replays to the same hash", () => {
    const cluster = withPod({ startsAt });
    const again = Cluster.create({ startsAt });
    again.replay(cluster.operations, { step: cluster.steps, now: cluster.now });
    expect([again.hash, again.stateHash()]).toEqual([cluster.hash, cluster.stateHash()]);
    cluster.back(5);
    cluster.step(5);
    expect(cluster.hash).toBe(again.hash);
    cluster.goto(0);
    expect(cluster.wallMs).toBe(startsAt);
  });

  it("does not start before the simulation's first moment", () => {
    expect(() => Cluster.empty({ startsAt: 0 })).toThrow(/startsAt must be a whole number from 1767603600000 to/);
  });
});
