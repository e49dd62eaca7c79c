import type { ShellCommand, Terminal } from "../command.ts";
import { options } from "../sh/tool.ts";
import { completeHost } from "./complete-host.ts";
import { send } from "./request.ts";

const HOPS_MAX = 30;
const PROBE_BYTES = 60;
const PROBES = 3;
const FIRST_PORT = 33_434;
const TIMEOUT_US = 5_000_000;
/** After so many hops without an answer the rest is taken to be silent too. */
const SILENT_MAX = 3;

/** One router, or the end of the way. */
interface Station {
  readonly address: string | undefined;
  readonly rttUs: number;
  readonly isEnd: boolean;
}

/** `traceroute HOST`: one packet for each number of hops, and who says that it died there. Names of routers are left out. */
export const traceroute: ShellCommand = {
  name: "traceroute",
  complete: completeHost,
  run(argv, terminal) {
    const { flags, words } = options(argv, "mwqfp");
    const [host] = words;
    if (host === undefined) {
      terminal.err("Usage: traceroute [-n] [-m max_ttl] HOST\n");
      return 2;
    }
    const hopsMax = Number(flags.get("m") ?? HOPS_MAX) || HOPS_MAX;
    const first = probe(terminal, host, 1);
    if (first.sent.name !== "found") {
      terminal.err(
        `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc 1)\n`,
      );
      return 2;
    }
    if (first.sent.outcome.kind === "no route") {
      terminal.err("connect: Network is unreachable\n");
      return 1;
    }
    const { address } = first.sent;
    terminal.out(`traceroute to ${host} (${address}), ${hopsMax} hops max, ${PROBE_BYTES} byte packets\n`);
    let silent = 0;
    for (let hop = 1; hop <= hopsMax; hop++) {
      const known = { address: undefined, rttUs: 0, isEnd: false };
      const station: Station = silent >= SILENT_MAX ? known : hop === 1 ? first : probe(terminal, host, hop);
      silent = station.address === undefined ? silent + 1 : 0;
      terminal.out(`${String(hop).padStart(2)}  ${stationText(station)}\n`);
      if (station.isEnd) break;
    }
    return 0;
  },
};

function probe(terminal: Terminal, host: string, ttl: number) {
  const sent = send(terminal, `udp://${host}:${FIRST_PORT + ttl - 1}`, { ttl, timeoutUs: TIMEOUT_US });
  const hops = sent.trace.legs.at(-1)?.hops ?? [];
  const error = hops.filter((hop) => hop.role === "error").at(-1);
  const isEnd = sent.outcome.kind === "answered" || sent.outcome.kind === "refused";
  const address = error?.after.src ?? (isEnd ? sent.address : undefined);
  return { sent, address, rttUs: sent.outcome.afterUs, isEnd: isEnd || address === sent.address };
}

function stationText({ address, rttUs }: Station): string {
  if (address === undefined) return Array.from({ length: PROBES }, () => "*").join(" ");
  const times = Array.from({ length: PROBES }, () => `${(rttUs / 1000).toFixed(3)} ms`);
  return `${address} (${address})  ${times.join("  ")}`;
}
