/** Replays the cases of routing.jsonl: a network is built by its commands, then each flow is sent in order. */
import { runCommand } from "../../../sim/net/command/run.ts";
import type { Namespace } from "../../../sim/net/namespace.ts";
import { wayOf, sourceFor } from "../../../sim/net/path/decide.ts";
import type { Choices } from "../../../sim/net/path/journey.ts";
import { type Probe, type Traced, trace } from "../../../sim/net/probe.ts";
import { formatIpv4, parseIpv4 } from "../../../sim/net/wire/ipv4.ts";
import { captureOf, facts } from "./capture.ts";
import { drawing } from "./choices.ts";
import { errorOf, outcomeWord } from "./outcome.ts";

type Command = readonly [namespace: string, line: string];
type Result = Readonly<Record<string, unknown>>;

/** One flow as recorded; what was observed may be missing. */
interface Flow {
  readonly from: string;
  readonly kind: "udp" | "tcp" | "tcp-repeat";
  readonly dst: string;
  readonly port: number;
  readonly n?: number;
  readonly options?: { readonly bind?: string; readonly ttl?: number; readonly df?: boolean; readonly size?: number };
  readonly routeGet?: string;
  readonly result?: Result;
  readonly capture?: Readonly<Record<string, readonly object[]>>;
}

/** One line of the file. */
export interface RoutingCase {
  readonly case: string;
  readonly commands: readonly Command[];
  readonly listeners: readonly { readonly ns: string; readonly name: string; readonly tcpAndUdp: readonly number[] }[];
  readonly flows: readonly Flow[];
}

/** Commands at the end that the recording ran after the first flows, by the number of flows before each. */
const lateCommands: Readonly<Record<string, readonly number[]>> = { "forwarding-off": [2], "ecmp-multipath": [1, 2] };

export type Rows = Map<string, Namespace>;

function write(rows: Rows, changed: ReadonlyMap<string, Namespace>): void {
  for (const [name, space] of changed) rows.set(name, space);
}

export function build(commands: readonly Command[]): Rows {
  const rows: Rows = new Map();
  for (const [name, line] of commands) write(rows, runCommand(rows, name ?? "", line));
  return rows;
}

export function listen(rows: Rows, name: string, server: string, ports: readonly number[]): void {
  const space = rows.get(name)!;
  const added = ports.flatMap((port) =>
    (["tcp", "udp"] as const).map((proto) => ({ proto, address: 0, port, name: server })),
  );
  rows.set(name, { ...space, listeners: [...space.listeners, ...added] });
}

function probeOf({ from, kind, dst, port, options = {} }: Flow): Probe {
  const { bind, ...rest } = options;
  const proto = kind === "udp" ? "udp" : "tcp";
  return {
    from,
    proto,
    dst: parseIpv4(dst)!,
    port,
    ...rest,
    ...(bind === undefined ? {} : { bind: parseIpv4(bind)! }),
  };
}

/** Where the failure of ARP was the point, and so the flow has options, a client waited four seconds. */
function patient(traced: Traced, flow: Flow): Traced {
  const waitsUs = flow.options === undefined ? 600_000 : 4_000_000;
  return traced.afterUs > waitsUs ? { ...traced, outcome: { kind: "timeout" } } : traced;
}

function resultOf(traced: Traced, proto: "tcp" | "udp"): Result {
  const { outcome, clientSrc, clientPort } = traced;
  const word = outcomeWord(outcome);
  const isLocal = outcome.kind === "local-error" && outcome.refusal.errno !== "EMSGSIZE";
  const error = proto === "udp" ? errorOf(outcome) : undefined;
  const common = { ...(proto === "udp" && !isLocal ? { clientSrc: formatIpv4(clientSrc) } : {}), outcome: word };
  if (outcome.kind !== "connected") return { ...common, ...(error === undefined ? {} : { error }) };
  const { listener, request } = outcome;
  const seen = { backend: listener, seenSrc: formatIpv4(request.src), seenDst: formatIpv4(request.dst) };
  if (proto === "udp") return { ...common, ...seen };
  const tcp = { clientSrc: formatIpv4(clientSrc), seenDstPort: request.dport, sportKept: request.sport === clientPort };
  return { ...common, ...seen, ...tcp };
}

/** What `ip route get` prints. */
function routeGet(space: Namespace, { dst, options }: Flow): string {
  const address = parseIpv4(dst)!;
  const src = options?.bind === undefined ? 0 : parseIpv4(options.bind)!;
  const packet = {
    src,
    dst: address,
    proto: "udp",
    sport: 0,
    dport: 0,
    ttl: 64,
    df: true,
    length: 30,
    mark: 0,
  } as const;
  const answer = wayOf(space, packet, "lo");
  if (answer.kind === "refusal") return refusalText[answer.errno]!;
  const { route, hop } = answer;
  const from = options?.bind === undefined ? "" : ` from ${options.bind}`;
  const via = hop?.via === undefined ? "" : ` via ${formatIpv4(hop.via)}`;
  const source = from === "" ? ` src ${formatIpv4(sourceFor(space, route, hop, address))}` : "";
  return `${route.type === "local" ? "local " : ""}${dst}${from}${via} dev ${hop?.device ?? "lo"}${source}`;
}

const refusalText: Readonly<Record<string, string>> = {
  ENETUNREACH: "RTNETLINK answers: Network is unreachable",
  EHOSTUNREACH: "RTNETLINK answers: No route to host",
  EACCES: "RTNETLINK answers: Permission denied",
  EINVAL: "RTNETLINK answers: Invalid argument",
};

function repeat(rows: Rows, flow: Flow, choices: Choices): Result {
  const counts: Record<string, number> = {};
  for (let index = 0; index < (flow.n ?? 1); index++) {
    const { outcome, changed } = trace(rows, { ...probeOf(flow), sport: choices.port(32768, 60999) }, choices);
    write(rows, changed);
    const name = outcome.kind === "connected" ? outcome.listener : outcomeWord(outcome);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return { counts };
}

function replayFlow(rows: Rows, flow: Flow, choices: Choices): Flow {
  const { from, kind, dst, port, options } = flow;
  const said = { from, kind, dst, port, ...(options === undefined ? {} : { options }) };
  if (kind === "tcp-repeat") return { ...said, n: flow.n ?? 1, result: repeat(rows, flow, choices) };
  const routeText = routeGet(rows.get(from)!, flow);
  const traced = trace(rows, probeOf(flow), choices);
  write(rows, traced.changed);
  const devices = Object.keys(flow.capture ?? {});
  const capture = flow.capture === undefined ? {} : { capture: captureOf(traced.trace, devices) };
  return { ...said, routeGet: routeText, result: resultOf(patient(traced, flow), kind), ...capture };
}

/** Counts agree when all flows went one way in both, or the shares of each way differ by less than a fifth. */
function sameCounts(recorded: Result, actual: Result): boolean {
  const wanted = recorded["counts"] as Record<string, number>;
  const got = actual["counts"] as Record<string, number>;
  const total = Object.values(wanted).reduce((sum, count) => sum + count, 0);
  if (Object.keys(wanted).length === 1) return Object.keys(got).length === 1;
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
  return names.every(
    (name) =>
      Math.abs((wanted[name] ?? 0) - (got[name] ?? 0)) < total / 5 && (wanted[name] ?? 0) > 0 === (got[name] ?? 0) > 0,
  );
}

const comparable = (value: Result) => JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
const sorted = (value: Result) =>
  comparable({ ...value, error: value["error"] === undefined ? "" : comparable(value["error"] as Result) });

export function differences(recorded: Flow, actual: Flow): string[] {
  const found: string[] = [];
  const { result } = recorded;
  if (result !== undefined && "counts" in result) return sameCounts(result, actual.result!) ? [] : ["counts"];
  if (result !== undefined && sorted(result) !== sorted(actual.result!)) found.push("result");
  if (recorded.routeGet !== undefined && recorded.routeGet !== actual.routeGet) found.push("routeGet");
  if (recorded.capture !== undefined && facts(recorded.capture) !== facts(actual.capture!)) found.push("capture");
  return found;
}

/** Builds, listens, sends; the flows as they went. */
export function replayRouting(recorded: RoutingCase): readonly Flow[] {
  const late = lateCommands[recorded.case] ?? [];
  const first = recorded.commands.length - late.length;
  const choices = drawing(1);
  const rows = build(recorded.commands.slice(0, first));
  for (const { ns, name, tcpAndUdp } of recorded.listeners) listen(rows, ns, name, tcpAndUdp);
  return recorded.flows.map((flow, index) => {
    for (const [order, flowsBefore] of late.entries()) {
      const [name = "", line = ""] = recorded.commands[first + order] ?? [];
      if (flowsBefore === index) write(rows, runCommand(rows, name, line));
    }
    return replayFlow(rows, flow, choices);
  });
}
