/** The same networks, simulated and in real network namespaces of this machine's Linux kernel: requests must end alike. */
import { describe, expect, it } from "vitest";
import { leftOut, notRun } from "../setup/not-run.ts";
import { type Ended, type Possible, possibleEnds } from "./expected.ts";
import { hasIpip, RealNetwork, whyNot } from "./real.ts";
import { type Flow, kubeProxied, proxyArp, routed, type Topology, tunnelled } from "./topologies.ts";

const missing = whyNot();
const SEED = 41;
const SECOND_US = 1_000_000;

const text = (ended: Ended) => [ended.ended, ended.by, ended.source].filter((word) => word !== undefined).join(" ");

/** Sends every request both ways; where chance decides, the simulation goes on as the real network did. */
async function differences({ rows, flows }: Topology): Promise<string[]> {
  const found: string[] = [];
  const network = await RealNetwork.build({ name: "", rows, flows });
  try {
    const now = new Map(rows);
    for (const [index, flow] of flows.entries()) {
      const possible = possibleEnds(now, flow, 40_000 + index, (index + 1) * SECOND_US);
      const real = await network.send(flow);
      const same = possible.find(({ ended }) => text(ended) === text(real));
      if (same === undefined) found.push(describeFlow(flow, possible, real));
      for (const [name, space] of (same ?? possible[0]!).changed) now.set(name, space);
    }
  } finally {
    await network.close();
  }
  return found;
}

function describeFlow({ from, proto, dst, port }: Flow, possible: readonly Possible[], real: Ended): string {
  const ours = [...new Set(possible.map(({ ended }) => text(ended)))].join(" or ");
  return `${from} → ${proto}://${dst}:${port}: really ${text(real)}, simulated ${ours}`;
}

describe("real network namespaces", () => {
  const makers = [routed, proxyArp, kubeProxied] as const;

  it("are asked for at least 30 requests", () => {
    expect(makers.reduce((sum, make) => sum + make(SEED).flows.length, 0)).toBeGreaterThanOrEqual(30);
  });

  it.for(makers.map((make) => [make(SEED).name, make] as const))("%s: end as simulated", async ([, make], context) => {
    if (missing !== undefined) notRun(context, missing);
    expect(await differences(make(SEED))).toEqual([]);
  });

  it(`${tunnelled(SEED).name}: end as simulated`, async (context) => {
    if (missing !== undefined) notRun(context, missing);
    if (!hasIpip()) leftOut(context, `this Linux kernel has no ipip device for "${tunnelled(SEED).name}"`);
    expect(await differences(tunnelled(SEED))).toEqual([]);
  });
});
