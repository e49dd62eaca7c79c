/**
 * The story of one request on the network, from the name it was sent to until the sender knows: plain data for shells,
 * views and checks. Made by `cluster.trace`; the words of Linux (devices, tables, chains, `ip route` lines) are kept.
 * Invariant: a hop says all that the packet met between two changes of place, in the order in which it met it.
 */

/** The headers of a packet at one point, as a capture shows them. */
export interface HeaderFields {
  readonly src: string;
  readonly dst: string;
  readonly proto: "tcp" | "udp" | "icmp";
  /** 0 for ICMP, as is `dport`. */
  readonly sport: number;
  readonly dport: number;
  readonly ttl: number;
  /** TCP flags as tcpdump writes them, or an ICMP message in words; "" for UDP. */
  readonly flags: string;
  /** Netfilter's mark, e.g. "0x4000"; "" for none. */
  readonly mark: string;
  /** Bytes of the packet, without outer headers. */
  readonly length: number;
  /** The outer header while the packet is in a tunnel. */
  readonly outer?: {
    readonly src: string;
    readonly dst: string;
    readonly proto: "ipip" | "vxlan";
    readonly ttl: number;
  };
}

/** A rule that matched, or a chain's policy (index 0). */
export interface RuleHit {
  readonly table: string;
  readonly chain: string;
  /** Place in its chain from 1; 0 for the policy. */
  readonly index: number;
  /** The rule as iptables-save writes it, or "-P CHAIN ACCEPT" for a policy. */
  readonly text: string;
  /** ACCEPT, DROP, RETURN, CONTINUE, JUMP:chain, GOTO:chain, DNAT … */
  readonly verdict: string;
}

/** What happened to the packet at one hop. */
export type HopVerdict =
  | "sent"
  | "passed"
  | "routed"
  | "accepted"
  | "dropped"
  | "rejected"
  | "dnat"
  | "snat"
  | "encapsulated"
  | "decapsulated"
  | "delivered"
  | "refused"
  | "unreachable"
  | "unanswered";

/** One thing that happened to the packet at one place. */
export interface Hop {
  /** What kind of place: a socket, a routing decision, a netfilter table, a device, the neighbour table. */
  readonly kind: "socket" | "route" | "rules" | "device" | "neighbour";
  /** Whose packet: the sender's, the answer to it, or an error about one of them. */
  readonly role: "request" | "answer" | "error";
  /** Name of the network namespace, e.g. "worker-1". */
  readonly namespace: string;
  /** Whose namespace it is: "pod/default/web-1", "node/worker-1", "network" or "outside". */
  readonly place: string;
  /** The device it comes in by, or leaves by; "" where none is concerned. */
  readonly device: string;
  /** For `rules`: PREROUTING, INPUT, FORWARD, OUTPUT or POSTROUTING; else "". */
  readonly hook: string;
  /** For `rules`: raw, mangle, nat or filter; else "". */
  readonly table: string;
  /** For `route`: the line of `ip route` that matched, or the refusal; else "". */
  readonly route: string;
  /** For `rules`: the rules that matched, in order. */
  readonly rules: readonly RuleHit[];
  readonly before: HeaderFields;
  readonly after: HeaderFields;
  readonly verdict: HopVerdict;
  /** One sentence that says what happened. */
  readonly text: string;
}

/** How a leg or a whole request ended, as its sender sees it. */
export interface TraceOutcome {
  readonly kind: "answered" | "refused" | "timed out" | "no route" | "unreachable" | "name not found" | "not permitted";
  /** Who answered, e.g. "pod/default/web-1"; "" if nobody did. */
  readonly by: string;
  /** One sentence. */
  readonly text: string;
  /** How long the sender waited, in microseconds; a time-out of the client counts whole. */
  readonly afterUs: number;
}

/** One exchange of packets: a question to a name server, or the request itself. */
export interface Leg {
  readonly purpose: "lookup" | "request";
  /** For a lookup: the full name asked for, e.g. "web.default.svc.cluster.local."; else "". */
  readonly query: string;
  /** For a lookup: "A 172.21.3.4", "NXDOMAIN", "SERVFAIL" or "" without an answer; else "". */
  readonly answer: string;
  /** Address and port that it was sent to, e.g. "172.21.0.10:53"; an address alone for ICMP. */
  readonly target: string;
  readonly proto: "tcp" | "udp" | "icmp";
  readonly hops: readonly Hop[];
  readonly outcome: TraceOutcome;
}

/** A request followed from end to end. Frozen; the cluster may move on. */
export interface Trace {
  /** Who asked, e.g. "pod/default/client", "node/worker-1" or "outside". */
  readonly from: string;
  /** What was asked for, as it was written. */
  readonly to: string;
  /** Step and time at which it was sent. */
  readonly step: number;
  readonly now: number;
  readonly legs: readonly Leg[];
  readonly outcome: TraceOutcome;
  /** The whole story as text, one line a hop. */
  toString(): string;
}
