/**
 * One exchange of packets with its bookkeeping: follows it, keeps what the namespaces learnt, says how it ended.
 * Ours, over sim/net/probe.ts. Left out: retransmissions; a sender that gets no answer waits as long as its protocol does.
 * Invariant: what the Linux kernel leaves to chance is drawn from one stream of the world's.
 */
import { rememberLearnt } from "../../net/memory.ts";
import type { Choices } from "../../net/path/journey.ts";
import { type Probe, type Traced, trace } from "../../net/probe.ts";
import { formatIpv4, type Ipv4 } from "../../net/wire/ipv4.ts";
import type { Packet } from "../../net/wire/packet.ts";
import type { Io } from "../../time/component.ts";
import { type Duration, second } from "../../time/instant.ts";
import type { RandomStream } from "../../time/random.ts";
import type { Hop, TraceOutcome } from "../../trace.ts";
import { endText, icmpText } from "./headers.ts";
import { hopsOf, sentHop } from "./hops.ts";
import { type Place, placeName } from "./places.ts";
import { fabricName } from "./plan.ts";
import type { NetworkRows } from "./rows.ts";

/** What several exchanges of one request share. */
export interface Probing {
  readonly io: Io;
  readonly rows: NetworkRows;
  readonly random: RandomStream;
  readonly place: Place;
}

/** An exchange and how it ended. `listener` is who took the packet, "" if nobody did. */
export interface Exchange {
  readonly hops: readonly Hop[];
  readonly outcome: TraceOutcome;
  readonly listener: string;
}

/** How long a sender waits that gets no answer: six SYNs sent again, a resolver's 5 s, ping's 10 s. */
export const patienceUs = { tcp: 127 * second, udp: 5 * second, icmp: 10 * second } as const;

/** One crossing of the network between machines, and what a router adds. */
const wireUs = 100;

function choicesOf(random: RandomStream): Choices {
  return {
    chance: (_rule, of2to31) => random.below(2 ** 31) < of2to31,
    port: (low, high) => low + random.below(high - low + 1),
  };
}

/** Sends one datagram, SYN or echo request and follows it. */
export function exchange(probing: Probing, probe: Omit<Probe, "from">, timeoutUs: Duration): Exchange {
  const { io, rows, random, place } = probing;
  const traced = trace(rows, { ...probe, from: place.namespace }, choicesOf(random), io.now);
  for (const space of traced.changed.values()) {
    rows.set(space.name, space);
    rememberLearnt(io, space);
  }
  const nameOf = (namespace: string) => placeName(io, namespace);
  const told = hopsOf(traced.trace, firstHop(traced, probe, place), nameOf);
  const hops = [...told, ...lastHop(traced, told, place)];
  const listener = traced.outcome.kind === "connected" ? traced.outcome.listener : "";
  return { hops, listener, outcome: outcomeOf(traced, probe, nameOf, timeoutUs) };
}

function firstHop({ clientSrc, clientPort }: Traced, { proto, dst, port }: Omit<Probe, "from">, place: Place): Hop {
  const shape = { src: clientSrc, dst, sport: clientPort, dport: port, ttl: 64, df: true, length: 60, mark: 0 };
  const packet: Packet =
    proto === "icmp"
      ? { ...shape, proto, icmp: { type: 8, code: 0, info: 0 } }
      : { ...shape, proto, ...(proto === "tcp" && { flags: "S" }) };
  return sentHop(place.namespace, place.name, packet);
}

/** The answer, or an error about the request, in the hands of who asked. */
function lastHop({ outcome }: Traced, told: readonly Hop[], place: Place): readonly Hop[] {
  const last = told.at(-1);
  if (last === undefined || last.role === "request" || last.namespace !== place.namespace) return [];
  const { after, role, namespace } = last;
  const isAnswer = outcome.kind === "connected";
  const text = isAnswer
    ? "the answer reaches the sender"
    : `the sender is told: ${after.flags === "" ? "refused" : after.flags}`;
  const shape = { device: "", hook: "", table: "", route: "", rules: [], before: after, after };
  return [
    { ...shape, kind: "socket", role, namespace, place: place.name, verdict: isAnswer ? "delivered" : "refused", text },
  ];
}

function crossings({ trace: steps }: Traced): number {
  return steps.filter((step) => step.kind === "frame" && step.namespace === fabricName && step.direction === "in")
    .length;
}

/** A listener's name without its container or process. */
function ownerName(listener: string): string {
  const [kind = "", ...rest] = listener.split("/");
  if (kind === "pod") return ["pod", ...rest.slice(0, 2)].join("/");
  return kind === "node" ? `node/${rest[0]}` : listener;
}

function outcomeOf(
  traced: Traced,
  { proto, dst, port }: Omit<Probe, "from">,
  nameOf: (namespace: string) => string,
  timeoutUs: Duration,
): TraceOutcome {
  const end = endText(formatIpv4(dst), port);
  const afterUs = traced.afterUs + crossings(traced) * wireUs;
  const { outcome } = traced;
  const late = (): TraceOutcome => {
    return {
      kind: "timed out",
      by: "",
      text: `no answer from ${end} within ${timeoutUs / second} s`,
      afterUs: timeoutUs,
    };
  };
  if (outcome.kind === "timeout" || afterUs > timeoutUs) return late();
  switch (outcome.kind) {
    case "connected": {
      const by = outcome.listener === "echo" ? nameOf(outcome.namespace) : ownerName(outcome.listener);
      return { kind: "answered", by, text: `${by} answered`, afterUs };
    }
    case "refused":
      return { kind: "refused", by: "", text: `${end} refused the connection`, afterUs };
    case "error":
      return icmpOutcome(outcome, proto, end, afterUs);
    case "local-error":
      return localOutcome(outcome.refusal.errno, end);
  }
}

function icmpOutcome(
  { type, code, sender }: { readonly type: number; readonly code: number; readonly sender: Ipv4 },
  proto: Probe["proto"],
  end: string,
  afterUs: Duration,
): TraceOutcome {
  const said = `${formatIpv4(sender)} answered for ${end}: ${icmpText({ type, code })}`;
  const isRefusal = type === 3 && code === 3 && proto !== "icmp";
  return { kind: isRefusal ? "refused" : "unreachable", by: "", text: said, afterUs };
}

function localOutcome(errno: string, end: string): TraceOutcome {
  const words: Readonly<Record<string, readonly [TraceOutcome["kind"], string]>> = {
    ENETUNREACH: ["no route", `no route leads to ${end}`],
    EHOSTUNREACH: ["unreachable", `${end} can't be reached: a route or a neighbour says so`],
    EINVAL: ["no route", `nothing can be sent to ${end}: a blackhole route swallows it, or IPv4 does not allow it`],
    EACCES: ["not permitted", `a route or the protocol forbids ${end}`],
    EPERM: ["not permitted", `a rule of the sender's own host discards what is for ${end}`],
    EMSGSIZE: ["not permitted", `the datagram to ${end} is longer than the path's MTU, or than IPv4 allows`],
  };
  const [kind, text] = words[errno] ?? ["unreachable", `${end}: ${errno}`];
  return { kind, by: "", text, afterUs: 0 };
}
