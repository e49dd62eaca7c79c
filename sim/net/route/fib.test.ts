import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, networkOf } from "../wire/ipv4.ts";
import { lookup } from "./fib.ts";
import { defaultRules, type Route, type RouteQuestion } from "./route.ts";

const route = (part: Partial<Route>): Route => ({
  table: "main",
  type: "unicast",
  prefix: { address: 0, length: 0 },
  hops: [{ device: "eth0", weight: 1 }],
  metric: 0,
  scope: "global",
  protocol: "boot",
  ...part,
});

const ask = (dst: number, part: Partial<RouteQuestion> = {}): RouteQuestion => ({
  dst,
  src: 0,
  mark: 0,
  iif: "lo",
  hash: 0,
  ...part,
});

/** Few bits, so that prefixes overlap. */
const address = fc.integer({ min: 0, max: 63 }).map((bits) => (bits << 26) >>> 0);
const routes = fc.array(
  fc.record({
    address,
    length: fc.integer({ min: 0, max: 8 }),
    metric: fc.integer({ min: 0, max: 2 }),
    local: fc.boolean(),
  }),
  { maxLength: 20 },
);

describe("lookup", () => {
  it("finds the longest prefix, local before main, then the lowest metric, whatever the order of adding", () => {
    fc.assert(
      fc.property(routes, address, (rows, dst) => {
        const table = rows.map(({ address: network, length, metric, local }) =>
          route({ prefix: { address: networkOf(network, length), length }, metric, table: local ? "local" : "main" }),
        );
        const rank = (one: Route) => [
          -one.prefix.length,
          one.table === "local" ? 0 : 1,
          one.metric,
          table.indexOf(one),
        ];
        const matching = table.filter((one) => contains(one.prefix, dst));
        const [best] = matching.sort(
          (a, b) =>
            rank(a)
              .map((value, at) => value - rank(b)[at]!)
              .find((order) => order !== 0) ?? 0,
        );
        const answer = lookup(table, defaultRules, ask(dst));
        if (best === undefined) expect(answer).toEqual({ kind: "refusal", errno: "ENETUNREACH" });
        else expect(answer.route).toBe(best);
      }),
    );
  });

  it("asks local before main once somebody added a policy rule", () => {
    const rows = [route({ table: "local", type: "local" }), route({ prefix: { address: 0x0a000000, length: 8 } })];
    expect(lookup(rows, defaultRules, ask(0x0a000001)).route).toBe(rows[1]);
    const rule = { priority: 100, negated: false, action: { kind: "lookup", table: "100" } } as const;
    const custom = [defaultRules[0]!, rule, defaultRules[1]!, defaultRules[2]!];
    expect(lookup(rows, custom, ask(0x0a000001)).route).toBe(rows[0]);
  });

  it("refuses by the route's type, and goes on behind a throw", () => {
    const refused = (type: Route["type"]) => lookup([route({ type, hops: [] })], defaultRules, ask(1));
    expect(refused("blackhole")).toMatchObject({ errno: "EINVAL" });
    expect(refused("unreachable")).toMatchObject({ errno: "EHOSTUNREACH" });
    expect(refused("prohibit")).toMatchObject({ errno: "EACCES" });
    expect(refused("throw")).toMatchObject({ errno: "ENETUNREACH" });
  });

  it("spreads flows over next hops by weight and keeps each flow on its own", () => {
    const hops = [
      { device: "a", weight: 3 },
      { device: "b", weight: 1 },
    ];
    const rows = [route({ hops })];
    const devices = Array.from({ length: 8 }, (_, hash) => {
      const answer = lookup(rows, defaultRules, ask(1, { hash }));
      return answer.kind === "route" ? answer.hop?.device : "";
    });
    expect(devices.join("")).toBe("aaabaaab");
  });
});
