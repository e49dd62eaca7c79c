/** Replays the lines of kubeproxy-flows.jsonl: a topology with its rules, then flows, each on the topology as it was built. */
import { listConnections } from "../../../sim/net/netfilter/conntrack.ts";
import { connectionText } from "../../../sim/net/command/show.ts";
import { parseRuleset, printRuleset } from "../../../sim/net/netfilter/ruleset-text.ts";
import type { Choices, TraceStep } from "../../../sim/net/path/journey.ts";
import { type Probe, type Traced, trace } from "../../../sim/net/probe.ts";
import { policyRuleText, routeLines } from "../../../sim/net/route/route-text.ts";
import { formatIpv4, parseIpv4 } from "../../../sim/net/wire/ipv4.ts";
import type { Packet } from "../../../sim/net/wire/packet.ts";
import { scripted } from "./choices.ts";
import { outcomeWord } from "./outcome.ts";
import { build, listen, type Rows } from "./routing.ts";

/** The line that opens a set. */
export interface Topology {
  readonly type: "topology";
  readonly commands: readonly (readonly [string, string])[];
  readonly state?: Readonly<Record<string, { readonly routes: readonly string[]; readonly rules: readonly string[] }>>;
  readonly sysctls: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly rules: Readonly<Record<string, string>>;
}

interface Event {
  readonly hdr?: Readonly<Record<string, string>>;
  readonly table?: string;
  readonly chain?: string;
  readonly kind?: string;
  readonly verdict?: string;
  readonly rule?: string;
}

interface Entry {
  readonly node: string;
  readonly events: readonly Event[];
}

interface Try {
  readonly outcome: string;
  readonly backend?: string;
  readonly seenSrc?: string;
  readonly [field: string]: unknown;
}

/** A flow as recorded; what was observed may be missing. */
export interface ServiceFlow {
  readonly type: "flow";
  readonly from: string;
  readonly bind: string | null;
  readonly proto: "tcp" | "udp";
  readonly dst: string;
  readonly port: number;
  readonly targetKind: string;
  readonly sport: number;
  readonly unstable?: boolean;
  readonly traceMissing?: boolean;
  readonly result?: {
    readonly outcomes: readonly string[];
    readonly backends: readonly string[];
    readonly seenSrc: readonly string[];
    readonly tries?: readonly Try[];
  };
  readonly trace?: readonly Entry[] | null;
  readonly conntrack?: Readonly<Record<string, readonly string[]>>;
}

const servers = ["a1", "a2", "a3", "b1", "b2", "b3"];
const nodes = ["node1", "node2"];

/** The network of a set, with its rules loaded and its servers listening. */
export function buildTopology({ commands, sysctls, rules }: Topology): Rows {
  const rows = build(commands);
  for (const [name, settings] of Object.entries(sysctls)) {
    const space = rows.get(name)!;
    rows.set(name, { ...space, sysctls: { ...settings, ...space.sysctls } });
  }
  for (const [name, text] of Object.entries(rules)) rows.set(name, { ...rows.get(name)!, ruleset: parseRuleset(text) });
  for (const name of servers) listen(rows, name, name, [8080, 8081]);
  for (const name of nodes) listen(rows, name, `${name}-host`, [8080, 8081]);
  return rows;
}

/** Remarks hold the time of day; counters are not modelled. */
const withoutRemarks = (text: string) =>
  text
    .replace(/^#.*\n/gm, "")
    .replace(/\[\d+:\d+\]/g, "[0:0]")
    .trimEnd();

/** Whether routes, policy rules and iptables' rules print as they were recorded. */
export function topologyDifferences({ state, rules }: Topology, rows: Rows): string[] {
  const found: string[] = [];
  for (const [name, text] of Object.entries(rules))
    if (printRuleset(rows.get(name)!.ruleset).trimEnd() !== withoutRemarks(text)) found.push(`${name} rules`);
  for (const [name, { routes, rules: policies }] of Object.entries(state ?? {})) {
    const space = rows.get(name)!;
    if (routeLines(space.routes, "main").join("\n") !== routes.join("\n")) found.push(`${name} routes`);
    if (space.rules.map(policyRuleText).join("\n") !== policies.join("\n")) found.push(`${name} policy rules`);
  }
  return found;
}

/** Routes and policy rules of every namespace, in the recorded form. */
export function stateOf(rows: Rows): object {
  const states = [...rows].map(([name, { routes, rules }]) => {
    return [name, { routes: routeLines(routes, "main"), rules: rules.map(policyRuleText) }] as const;
  });
  return { type: "topology", state: Object.fromEntries(states) };
}

type RuleStep = TraceStep & { readonly kind: "rules" };

function header(
  step: { in: string | undefined; out: string | undefined },
  { src, dst, dport, mark }: Packet,
): Record<string, string> {
  return {
    ...(step.in === undefined ? {} : { in: step.in }),
    ...(step.out === undefined ? {} : { out: step.out }),
    src: formatIpv4(src),
    dst: formatIpv4(dst),
    dport: `${dport}`,
    ...(mark === 0 ? {} : { mark: `0x${mark.toString(16)}` }),
  };
}

function ruleEvents({ table, steps }: RuleStep): Event[] {
  return steps.map(({ chain, rule, verdict }) =>
    rule === undefined
      ? { table, chain, kind: "policy", verdict }
      : { table, chain, kind: "rule", verdict, rule: rule.text === "" ? `-A ${chain}` : `-A ${chain} ${rule.text}` },
  );
}

/** Of a routing loop the recording kept no more entries than this. */
const LOOP_ENTRIES = 6;

/** The trace as the monitor printed it: only the client's own packets, one entry each time one entered a node, node1's first. */
function entriesOf(steps: readonly TraceStep[]): Entry[] {
  const entries: { node: string; arrival: number; printed: string; events: Event[] }[] = [];
  for (const step of steps) {
    if (
      (step.kind !== "rules" && step.kind !== "arrival") ||
      step.role !== "request" ||
      !nodes.includes(step.namespace)
    )
      continue;
    let entry = entries.find(({ arrival }) => arrival === step.arrival);
    if (entry === undefined) {
      entry = { node: step.namespace, arrival: step.arrival, printed: "", events: [] };
      entries.push(entry);
    }
    const hdr = header(step, step.kind === "arrival" ? step.packet : step.before);
    const text = JSON.stringify(hdr);
    if (text !== entry.printed) entry.events.push({ hdr });
    entry.printed = text;
    if (step.kind === "rules") entry.events.push(...ruleEvents(step));
  }
  const kept = entries.slice(0, LOOP_ENTRIES).map(({ node, events }) => ({ node, events }));
  return nodes.flatMap((name) => kept.filter(({ node }) => node === name));
}

function probeOf({ from, bind, proto, dst, port, sport }: ServiceFlow): Probe {
  const probe: Probe = { from, proto, dst: parseIpv4(dst)!, port, sport };
  return bind === null ? probe : { ...probe, bind: parseIpv4(bind)! };
}

/** Clients gave up before an address that nobody has was found to be one. */
const CLIENT_WAITS_US = 600_000;

/** UDP clients of these recordings read no error queue: only a port unreachable reaches them. */
function word({ outcome, afterUs }: Traced, proto: string): string {
  if (afterUs > CLIENT_WAITS_US) return "timeout";
  const said = outcomeWord(outcome);
  return proto === "udp" && outcome.kind === "error" && said !== "refused" ? "timeout" : said;
}

function tryOf(traced: Traced, proto: string): Try {
  const { outcome, clientSrc, clientPort } = traced;
  const said = word(traced, proto);
  if (outcome.kind !== "connected") return { outcome: said };
  const { request, listener } = outcome;
  return {
    outcome: said,
    backend: listener,
    clientSrc: formatIpv4(clientSrc),
    seenSrc: formatIpv4(request.src),
    seenDst: formatIpv4(request.dst),
    seenDstPort: request.dport,
    sportKept: request.sport === clientPort,
  };
}

/** Every way in which the rules' chances may fall: each run's last "no" is turned into a "yes" once. */
function allTries(rows: Rows, probe: Probe): Traced[] {
  const found: Traced[] = [];
  const open: (readonly boolean[])[] = [[]];
  for (let answers = open.pop(); answers !== undefined; answers = open.pop()) {
    const choices = scripted(answers);
    found.push(trace(rows, probe, choices));
    for (let place = answers.length; place < choices.asked(); place++) {
      const nos = Array.from({ length: place - answers.length }, () => false);
      open.push([...answers, ...nos, true]);
    }
  }
  return found;
}

/** The chances as they fell in a recorded trace: a rule matched just when the trace has it. */
function asRecorded(entries: readonly Entry[]): Choices {
  const rules = new Set(entries.flatMap(({ events }) => events.map(({ rule }) => rule?.replace(/^-A \S+ ?/, ""))));
  return { ...scripted([]), chance: (rule) => rules.has(rule.text) };
}

/** The recording kept the lines that name the client's own port. */
function connectionsAfter({ changed, clientPort }: Traced): Record<string, string[]> {
  const lists = nodes.map((name): [string, string[]] => [
    name,
    listConnections(changed.get(name)?.connections ?? {})
      .map((connection) => connectionText(connection))
      .filter((line) => line.includes(`port=${clientPort} `)),
  ]);
  return Object.fromEntries(lists.filter(([, lines]) => lines.length > 0));
}

const unique = (words: readonly (string | undefined)[]) =>
  [...new Set(words.filter((one) => one !== undefined))].sort();

/** One flow: every backend that chance allows, and the trace of the first try, with the recorded chances where there are some. */
export function replayFlow(rows: Rows, flow: ServiceFlow): ServiceFlow {
  const { from, bind, proto, dst, port, targetKind, sport } = flow;
  const tries = allTries(rows, probeOf(flow)).map((traced) => tryOf(traced, proto));
  const isScripted = flow.trace != null && flow.traceMissing !== true;
  const first = trace(rows, probeOf(flow), isScripted ? asRecorded(flow.trace) : scripted([]));
  const result = {
    outcomes: unique(tries.map(({ outcome }) => outcome)),
    backends: unique(tries.map(({ backend }) => backend)),
    seenSrc: unique(tries.map(({ seenSrc }) => seenSrc)),
    tries: [tryOf(first, proto), ...tries],
  };
  const shown = entriesOf(first.trace);
  return {
    type: "flow",
    from,
    bind,
    proto,
    dst,
    port,
    targetKind,
    sport,
    result,
    trace: shown,
    conntrack: connectionsAfter(first),
  };
}

/** Masqueraded ports are random, state words may vary with timing. */
const withoutChance = (lines: readonly string[]) =>
  lines
    .map((line) =>
      line
        .replace(/ \d+ [A-Z_]+ /, " ")
        .replace(/ \d+ src/, " src")
        .replace(/ \[\w+\]/g, "")
        .replace(/(dport=)\d+( mark)/, "$1*$2"),
    )
    .sort();

const begins = (whole: readonly Event[], part: readonly Event[]) =>
  part.every((event, index) => JSON.stringify(event) === JSON.stringify(whole[index]));

/** A packet in a loop overruns the monitor: what it did print must then be among ours, in order, each entry from its start. */
function sameTrace(recorded: readonly Entry[], ours: readonly Entry[]): boolean {
  if (ours.length < LOOP_ENTRIES) return JSON.stringify(recorded) === JSON.stringify(ours);
  let at = 0;
  for (const { node, events } of recorded) {
    while (at < ours.length && !(ours[at]!.node === node && begins(ours[at]!.events, events))) at++;
    if (at++ >= ours.length) return false;
  }
  return true;
}

/** What differs, by the rules that the recordings give for a comparison. */
export function flowDifferences(recorded: ServiceFlow, actual: ServiceFlow): string[] {
  const found: string[] = [];
  const { result, trace: entries, conntrack } = recorded;
  const ours = actual.result!;
  if (result !== undefined) {
    const isExact = ours.outcomes.length === 1 && result.outcomes.length === 1;
    if (isExact ? result.outcomes[0] !== ours.outcomes[0] : result.outcomes.some((one) => !ours.outcomes.includes(one)))
      found.push("outcomes");
    if (result.backends.some((backend) => !ours.backends.includes(backend))) found.push("backends");
    const tries = (ours.tries ?? []).filter(
      ({ backend }) => backend !== undefined && result.backends.includes(backend),
    );
    if (unique(tries.map(({ seenSrc }) => seenSrc)).join() !== [...result.seenSrc].sort().join()) found.push("seenSrc");
  }
  if (entries != null && recorded.traceMissing !== true && !sameTrace(entries, actual.trace ?? [])) found.push("trace");
  if (
    conntrack !== undefined &&
    nodes.some(
      (node) => withoutChance(conntrack[node] ?? []).join() !== withoutChance(actual.conntrack![node] ?? []).join(),
    )
  )
    found.push("conntrack");
  return found;
}
