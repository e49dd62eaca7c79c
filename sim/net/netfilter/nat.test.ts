import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Packet } from "../wire/packet.ts";
import { type Connections, confirmed, listConnections, track } from "./conntrack.ts";
import { setUp, translate, type Wish } from "./nat.ts";
import { inverted, tupleOf } from "./tuple.ts";

const datagram = (src: number, sport: number, dst: number, dport: number): Packet => ({
  src,
  dst,
  proto: "udp",
  sport,
  dport,
  ttl: 64,
  df: true,
  length: 30,
  mark: 0,
});

const nothing: Wish = { address: undefined, ports: undefined, random: false };

/** One first packet through DNAT and masquerade, and its connection kept. */
function send(table: Connections, packet: Packet, to: Wish, from: Wish): readonly [Connections, Packet] {
  const begun = track(table, packet, 0);
  if (!("connection" in begun)) throw new Error("not tracked");
  const draw = (low: number) => low;
  const there = begun.confirmed ? begun : setUp(table, setUp(table, begun, "dst", to, draw), "src", from, draw);
  return [confirmed(table, there.connection), translate(translate(packet, there, "dst"), there, "src")];
}

function answer(table: Connections, { src, dst, sport, dport }: Packet): Packet {
  const reply = datagram(dst, dport, src, sport);
  const tracked = track(table, reply, 0);
  if (!("connection" in tracked)) throw new Error("not tracked");
  return translate(translate(reply, tracked, "dst"), tracked, "src");
}

const small = fc.integer({ min: 1, max: 4 });
const port = fc.integer({ min: 40000, max: 40003 });
const wish = fc.option(
  small.map((address): Wish => ({ ...nothing, address: 100 + address })),
  { nil: nothing },
);
const flows = fc.array(fc.tuple(small, port, small, fc.constant(80), wish, wish), { maxLength: 30 });

describe("connections under NAT", () => {
  it("bring every answer back to where the request came from, however sources and destinations collide", () => {
    fc.assert(
      fc.property(flows, (all) => {
        let table: Connections = {};
        for (const [src, sport, dst, dport, to, from] of all) {
          const request = datagram(src, sport, 10 + dst, dport);
          const [next, sent] = send(table, request, to, from);
          table = next;
          expect(tupleOf(answer(table, sent))).toEqual(inverted(tupleOf(request)));
        }
        const keys = listConnections(table).flatMap(({ original, reply }) =>
          [original, reply].map((each) => JSON.stringify(each)),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it("turn around the inside of an error too", () => {
    const request = datagram(1, 40000, 10, 80);
    const [table, sent] = send({}, request, { ...nothing, address: 20 }, { ...nothing, address: 30 });
    const icmp = { type: 3, code: 3, info: 0, about: sent };
    const error: Packet = { ...datagram(20, 0, 30, 0), proto: "icmp", icmp };
    const tracked = track(table, error, 0);
    expect(tracked.state).toBe("RELATED");
    if (!("connection" in tracked)) return;
    const back = translate(translate(error, tracked, "dst"), tracked, "src");
    expect([back.src, back.dst]).toEqual([10, 1]);
    expect(tupleOf(back.icmp!.about!)).toEqual(tupleOf(request));
  });
});
