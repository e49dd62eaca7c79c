import type { Hop } from "../../sim/trace.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { flavourAt } from "../images.ts";
import { options } from "../sh/tool.ts";
import { completeHost } from "./complete-host.ts";
import { ownAddress, type Sent, secondsUs, send } from "./request.ts";

const INTERVAL_US = 1_000_000;
/** A ping that nobody limits is stopped after as many, as a person would. */
const COUNT_UNLIMITED = 4;
const COUNT_MAX = 100;
const BYTES = 56;

/** One echo request and what came of it. */
interface Echo {
  readonly sent: Sent;
  readonly rttUs: number | undefined;
}

/** `ping` in iputils' form, and in busybox's where the image is small; each echo is a packet of its own, a second apart. */
export const ping: ShellCommand = {
  name: "ping",
  complete: completeHost,
  run(argv, terminal) {
    const { flags, words } = options(argv, "cWwisIt");
    const host = words.at(-1);
    const small = flavourAt(terminal.place) === "busybox";
    if (host === undefined) {
      terminal.err(small ? "BusyBox: ping: no host given\n" : "ping: usage error: Destination address required\n");
      return small ? 1 : 2;
    }
    const wanted = Number(flags.get("c") ?? COUNT_UNLIMITED);
    if (!Number.isInteger(wanted) || wanted < 1) {
      terminal.err(`ping: invalid argument: '${flags.get("c")}'\n`);
      return small ? 1 : 2;
    }
    const timeoutUs = secondsUs(flags.get("W")) ?? 10 * INTERVAL_US;
    const intervalUs = secondsUs(flags.get("i")) ?? INTERVAL_US;
    const run = { host, count: Math.min(wanted, COUNT_MAX), isLimited: flags.has("c"), timeoutUs, intervalUs };
    return small ? pingSmall(terminal, run) : pingLarge(terminal, run);
  },
};

interface PingRun {
  readonly host: string;
  readonly count: number;
  readonly isLimited: boolean;
  readonly timeoutUs: number;
  readonly intervalUs: number;
}

function echo(terminal: Terminal, { host, timeoutUs }: PingRun): Echo {
  const sent = send(terminal, `ping ${host}`, { timeoutUs });
  return { sent, rttUs: sent.outcome.kind === "answered" ? sent.outcome.afterUs : undefined };
}

/** The packets after the first, each an interval after the one before; the last is waited for. */
function echoes(terminal: Terminal, run: PingRun, first: Echo, each: (echo: Echo, index: number) => void): Echo[] {
  const all = [first];
  each(first, 0);
  for (let index = 1; index < run.count; index++) {
    terminal.client.advance(run.intervalUs);
    const next = echo(terminal, run);
    all.push(next);
    each(next, index);
  }
  return all;
}

function answerHop({ sent }: Echo): Hop | undefined {
  const hops = sent.trace.legs.at(-1)?.hops ?? [];
  return hops.filter((hop) => hop.role === "answer").at(-1);
}

function errorHop({ sent }: Echo): Hop | undefined {
  const hops = sent.trace.legs.at(-1)?.hops ?? [];
  return hops.filter((hop) => hop.role === "error").at(-1);
}

function ms(us: number): string {
  return (us / 1000).toFixed(3);
}

function pingLarge(terminal: Terminal, run: PingRun): number {
  const { out, err } = terminal;
  const first = echo(terminal, run);
  const { address, name, outcome } = first.sent;
  if (name !== "found") {
    err(
      `ping: ${run.host}: ${name === "unknown" ? "Name or service not known" : "Temporary failure in name resolution"}\n`,
    );
    return 2;
  }
  if (outcome.kind === "no route") {
    err("ping: connect: Network is unreachable\n");
    return 2;
  }
  out(`PING ${run.host} (${address}) ${BYTES}(${BYTES + 28}) bytes of data.\n`);
  const all = echoes(terminal, run, first, (one, index) => {
    const hop = answerHop(one);
    if (one.rttUs !== undefined) {
      const ttl = hop?.after.ttl ?? 64;
      const from = hop?.after.src ?? address;
      out(`${BYTES + 8} bytes from ${from}: icmp_seq=${index + 1} ttl=${ttl} time=${rounded(one.rttUs)} ms\n`);
    } else if (isUnreachable(one)) {
      const from = errorHop(one)?.after.src ?? ownAddress(terminal);
      out(`From ${from} icmp_seq=${index + 1} Destination ${unreachable(one)}\n`);
    }
  });
  if (!run.isLimited) out("^C\n");
  const times = all.flatMap(({ rttUs }) => (rttUs === undefined ? [] : [rttUs]));
  const errors = all.filter(isUnreachable).length;
  const lost = Math.floor(((all.length - times.length) * 100) / all.length);
  const took =
    Math.round(((all.length - 1) * run.intervalUs) / 1000) + (times.length === 0 && !errors ? all.length : 0);
  const plus = errors > 0 ? `, +${errors} errors` : "";
  out(`\n--- ${run.host} ping statistics ---\n`);
  out(`${all.length} packets transmitted, ${times.length} received${plus}, ${lost}% packet loss, time ${took}ms\n`);
  if (times.length > 0) out(`rtt min/avg/max/mdev = ${statistics(times).join("/")}/${deviation(times)} ms\n`);
  else out("\n");
  return times.length > 0 ? 0 : 1;
}

function isUnreachable({ sent }: Echo): boolean {
  return (
    sent.outcome.kind === "unreachable" || sent.outcome.kind === "refused" || sent.outcome.kind === "not permitted"
  );
}

function unreachable(one: Echo): string {
  const { flags = "", role } =
    errorHop(one)?.after === undefined ? { role: "" } : { flags: errorHop(one)!.after.flags, role: "error" };
  if (role === "error" && /port/i.test(flags)) return "Port Unreachable";
  if (role === "error" && /net/i.test(flags) && !/host/i.test(flags)) return "Net Unreachable";
  if (/prohibited|filtered/i.test(flags)) return "Host Prohibited";
  return "Host Unreachable";
}

/** Three digits that count, as iputils prints a time. */
function rounded(us: number): string {
  const value = us / 1000;
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

function statistics(times: readonly number[]): readonly string[] {
  const total = times.reduce((sum, time) => sum + time, 0);
  return [Math.min(...times), total / times.length, Math.max(...times)].map(ms);
}

function deviation(times: readonly number[]): string {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const variance = times.reduce((sum, time) => sum + (time - mean) * (time - mean), 0) / times.length;
  return ms(squareRoot(variance));
}

/** Newton's method: the square root without the host's own, which need not be the same everywhere. */
function squareRoot(value: number): number {
  if (value < 1) return 0;
  let root = value;
  for (let round = 0; round < 40; round++) root = (root + value / root) / 2;
  return root;
}

function pingSmall(terminal: Terminal, run: PingRun): number {
  const { out, err } = terminal;
  const first = echo(terminal, run);
  const { address, name, outcome } = first.sent;
  if (name !== "found") {
    err(`ping: bad address '${run.host}'\n`);
    return 1;
  }
  out(`PING ${run.host} (${address}): ${BYTES} data bytes\n`);
  if (outcome.kind === "no route") {
    err("ping: sendto: Network is unreachable\n");
    return 1;
  }
  const all = echoes(terminal, run, first, (one, index) => {
    if (one.rttUs === undefined) return;
    const hop = answerHop(one);
    out(
      `${BYTES + 8} bytes from ${hop?.after.src ?? address}: seq=${index} ttl=${hop?.after.ttl ?? 64} time=${ms(one.rttUs)} ms\n`,
    );
  });
  if (!run.isLimited) out("^C\n");
  const times = all.flatMap(({ rttUs }) => (rttUs === undefined ? [] : [rttUs]));
  const lost = Math.floor(((all.length - times.length) * 100) / all.length);
  out(`\n--- ${run.host} ping statistics ---\n`);
  out(`${all.length} packets transmitted, ${times.length} packets received, ${lost}% packet loss\n`);
  if (times.length > 0) out(`round-trip min/avg/max = ${statistics(times).join("/")} ms\n`);
  return times.length > 0 ? 0 : 1;
}
