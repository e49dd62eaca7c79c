/** How the simulation says that a request ends, in the words of a client's socket. */
import type { Namespace } from "../../sim/net/namespace.ts";
import type { Outcome } from "../../sim/net/probe.ts";
import { type Traced, trace } from "../../sim/net/probe.ts";
import { formatIpv4, parseIpv4 } from "../../sim/net/wire/ipv4.ts";
import { scripted } from "../oracles/linux-netns/choices.ts";
import type { Flow } from "./topologies.ts";

/** How a request ended. */
export interface Ended {
  readonly ended: string;
  readonly by?: string;
  readonly source?: string;
}

/**
 * How long clients wait: more than the second after which TCP sends its SYN again, because an ICMP error that comes back while
 * connect() still holds its socket is not heard (tcp_v4_err); less than the three seconds of a failing neighbour.
 */
export const WAIT_MS = 1_900;

/** The errno of an ICMP unreachable by its code, and whether a connected UDP socket hears of it (icmp_err_convert). */
const unreachables: readonly (readonly [errno: string, fatal: boolean])[] = [
  ["ENETUNREACH", false],
  ["EHOSTUNREACH", false],
  ["ENOPROTOOPT", true],
  ["ECONNREFUSED", true],
  ["EMSGSIZE", false],
  ["EOPNOTSUPP", false],
  ["ENETUNREACH", true],
  ["EHOSTDOWN", true],
  ["ENONET", true],
  ["ENETUNREACH", true],
  ["EHOSTUNREACH", true],
  ["ENETUNREACH", false],
  ["EHOSTUNREACH", false],
  ["EHOSTUNREACH", true],
];

function errorOf({ type, code }: Outcome & { kind: "error" }, proto: Flow["proto"]): string {
  const [errno, fatal] = type === 3 ? unreachables[code]! : (["EHOSTUNREACH", false] as const);
  return proto === "tcp" || fatal ? errno : "timeout";
}

function endedOf({ outcome }: Traced, proto: Flow["proto"]): Ended {
  if (outcome.kind === "local-error") return { ended: outcome.refusal.errno };
  if (outcome.kind === "error") return { ended: errorOf(outcome, proto) };
  if (outcome.kind === "refused") return { ended: "ECONNREFUSED" };
  if (outcome.kind !== "connected") return { ended: "timeout" };
  return { ended: "answered", by: outcome.listener, source: formatIpv4(outcome.request.src) };
}

/** One way in which a request may end, and the rows after it. */
export interface Possible {
  readonly ended: Ended;
  readonly changed: ReadonlyMap<string, Namespace>;
}

/** Every way in which the rules' chances may fall: each run's last "no" is turned into a "yes" once. */
export function possibleEnds(
  rows: ReadonlyMap<string, Namespace>,
  flow: Flow,
  sport: number,
  nowUs: number,
): Possible[] {
  const { from, proto, dst, port } = flow;
  const found: Possible[] = [];
  const open: (readonly boolean[])[] = [[]];
  for (let answers = open.pop(); answers !== undefined; answers = open.pop()) {
    const choices = scripted(answers);
    const traced = trace(rows, { from, proto, dst: parseIpv4(dst)!, port, sport, closes: true }, choices, nowUs);
    const { changed } = traced;
    found.push({ ended: endedOf(traced, proto), changed });
    // A neighbour that an earlier request asked for fails sooner than three seconds after this one.
    if (traced.afterUs > WAIT_MS * 1000) found.push({ ended: { ended: "timeout" }, changed });
    for (let place = answers.length; place < choices.asked(); place++) {
      const nos = Array.from({ length: place - answers.length }, () => false);
      open.push([...answers, ...nos, true]);
    }
  }
  return found;
}
