import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOnlyIo } from "../cluster/read-only-io.ts";
import { formatIpv4, parsePrefix } from "../net/wire/ipv4.ts";
import { World } from "../time/world.ts";
import { assignAddress, claimedBlocks, type IpPool, releaseAddress } from "./ipam.ts";

function poolWorld(network: string) {
  const world = new World({ seed: 1, profile: "lesson", eager: false }, new Map());
  const { address, length } = parsePrefix(network)!;
  const pool: IpPool = {
    name: "default-ipv4-ippool",
    prefix: { address, length },
    blockSize: 26,
    ipipMode: "CrossSubnet",
    natOutgoing: true,
  };
  world.table<IpPool>("ip pools").set(pool.name, pool);
  return readOnlyIo(world);
}

describe("IPAM", () => {
  test("hands out a node's block in order, then claims another", () => {
    const io = poolWorld("172.30.0.0/16");
    const given = Array.from({ length: 66 }, (_, n) => assignAddress(io, "worker-1", 1, `pod-${n}`)!);
    expect(formatIpv4(given[0]!)).toBe("172.30.1.0");
    expect(formatIpv4(given[63]!)).toBe("172.30.1.63");
    expect(formatIpv4(given[64]!)).toBe("172.30.1.64");
    expect(claimedBlocks(io).map(({ node }) => node)).toEqual(["worker-1", "worker-1"]);
  });

  test("gives an address back last, as Calico's queue does", () => {
    const io = poolWorld("172.30.0.0/16");
    const first = assignAddress(io, "worker-1", 1, "a")!;
    releaseAddress(io, first);
    expect(formatIpv4(assignAddress(io, "worker-1", 1, "b")!)).toBe("172.30.1.1");
  });

  test("borrows from another node when no block is free, and says so in the block", () => {
    const io = poolWorld("172.30.0.0/26");
    assignAddress(io, "worker-1", 1, "a");
    const borrowed = assignAddress(io, "worker-2", 2, "b")!;
    expect(claimedBlocks(io)[0]?.borrowed).toEqual({ [formatIpv4(borrowed)]: "worker-2" });
    releaseAddress(io, borrowed);
    expect(claimedBlocks(io)[0]?.borrowed).toEqual({});
  });

  test("an exhausted pool gives nothing, and recovers", () => {
    const io = poolWorld("172.30.0.0/26");
    const given = Array.from({ length: 64 }, (_, n) => assignAddress(io, "worker-1", 1, `pod-${n}`)!);
    expect(assignAddress(io, "worker-1", 1, "late")).toBeUndefined();
    expect(assignAddress(io, "worker-2", 2, "late")).toBeUndefined();
    releaseAddress(io, given[7]!);
    expect(assignAddress(io, "worker-2", 2, "late")).toBe(given[7]);
  });

  test("no address is held twice, and every one is in a claimed block", () => {
    const acts = fc.array(fc.record({ node: fc.integer({ min: 1, max: 4 }), release: fc.boolean(), pick: fc.nat() }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(acts, (list) => {
        const io = poolWorld("172.30.0.0/24");
        const held: number[] = [];
        for (const [n, { node, release, pick }] of list.entries()) {
          if (release && held.length > 0) releaseAddress(io, held.splice(pick % held.length, 1)[0]!);
          else {
            const address = assignAddress(io, `worker-${node}`, node, `pod-${n}`);
            if (address === undefined) expect(held.length).toBe(256);
            else held.push(address);
          }
          expect(new Set(held).size).toBe(held.length);
        }
        expect(io.table("pod addresses").size).toBe(held.length);
      }),
      { numRuns: 60 },
    );
  });
});
