/**
 * How long connections are remembered (Linux 6.18, net/netfilter/nf_conntrack_proto_tcp.c, _udp.c, _icmp.c, _generic.c with
 * their default time-outs).
 * Left out: changing them by sysctl; early drop when the table is full; retransmissions, which shorten TCP's.
 * Invariant: a connection is gone from the moment its time-out is over, whether somebody looks or not.
 */
import type { Namespace } from "../namespace.ts";
import { type Connection, forgotten, leastOf, listConnections } from "./conntrack.ts";

const tcpSeconds = { SYN_SENT: 120, SYN_RECV: 60, ESTABLISHED: 432_000, TIME_WAIT: 120, CLOSE: 10 } as const;
const SECOND_US = 1_000_000;

/** How long after its last packet a connection is kept, in seconds. */
function timeoutSeconds({ original, tcp, assured }: Connection): number {
  if (tcp !== undefined) return tcpSeconds[tcp];
  if (original.proto === "udp") return assured ? 120 : 30;
  return original.proto === "icmp" ? 30 : 600;
}

function endUs(connection: Connection): number {
  return connection.usedUs + timeoutSeconds(connection) * SECOND_US;
}

/** The whole seconds that a connection has left, as `conntrack -L` prints them. */
export function secondsLeft(connection: Connection, nowUs: number): number {
  return Math.max(0, Math.floor((endUs(connection) - nowUs) / SECOND_US));
}

const firstEnds = new WeakMap<object, number>();

/** The namespace as it is at a time: without the connections whose time-out is over. The same row if there are none. */
export function withoutExpired(space: Namespace, nowUs: number): Namespace {
  const { connections } = space;
  if (leastOf(connections, endUs, firstEnds) > nowUs) return space;
  const expired = listConnections(connections).filter((connection) => endUs(connection) <= nowUs);
  return { ...space, connections: expired.reduce(forgotten, connections) };
}
