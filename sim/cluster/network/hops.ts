/**
 * A trace's steps, as the Linux kernel would take them, told as hops: where the packet is, what it meets, what it becomes.
 * Ours. Left out: Ethernet frames as such, questions for neighbours that were answered at once.
 * Invariant: hops stand in the order of the steps; what NAT rewrites is shown at the table that decided, or, for packets of
 * a known connection, at a hop of its own.
 */
import type { TraceStep } from "../../net/path/journey.ts";
import type { RouteAnswer } from "../../net/route/route.ts";
import { routeLines } from "../../net/route/route-text.ts";
import { formatIpv4 } from "../../net/wire/ipv4.ts";
import type { Packet } from "../../net/wire/packet.ts";
import type { HeaderFields, Hop, HopVerdict, RuleHit } from "../../trace.ts";
import { endText, headerFields, sameEnds } from "./headers.ts";
import { fabricName } from "./plan.ts";

/** A hop that may still be completed by the next step. */
type Draft = { -readonly [Field in keyof Hop]: Hop[Field] };

interface Telling {
  readonly place: (namespace: string) => string;
  readonly hops: Draft[];
  /** All steps, and which one is being told. */
  readonly steps: readonly TraceStep[];
  at: number;
}

type StepOf<K extends TraceStep["kind"]> = Extract<TraceStep, { kind: K }>;

/** The hops of a trace that begins with `sent`. `place` says whose a namespace is. */
export function hopsOf(trace: readonly TraceStep[], sent: Hop, place: (namespace: string) => string): readonly Hop[] {
  const steps = untilAnswered(trace, sent.namespace);
  const telling: Telling = { place, hops: [{ ...sent }], steps, at: 0 };
  for (; telling.at < steps.length; telling.at++) tell(telling, steps[telling.at]!);
  return telling.hops;
}

/** The steps up to the answer's arrival: what ends a handshake after it is left out. */
function untilAnswered(trace: readonly TraceStep[], client: string): readonly TraceStep[] {
  const isOwn = trace.some((step) => step.kind === "deliver" && step.namespace === client && step.role === "request");
  let answers = 0;
  const end = trace.findIndex((step) => {
    if (step.kind !== "route" || step.namespace !== client || step.role !== "answer") return false;
    return step.purpose === "output" && answers++ === (isOwn ? 1 : 0);
  });
  return end < 0 ? trace : trace.slice(0, end);
}

function tell(telling: Telling, step: TraceStep): void {
  switch (step.kind) {
    case "frame":
      return tellFrame(telling, step);
    case "route":
      return tellRoute(telling, step);
    case "rules":
      return tellRules(telling, step);
    case "neighbour":
      return tellNeighbour(telling, step);
    case "encapsulate":
    case "decapsulate":
      return tellTunnel(telling, step);
    case "drop":
      return tellDrop(telling, step);
    case "deliver":
      return tellDelivery(telling, step);
    case "arrival":
      return;
  }
}

const blank = { device: "", hook: "", table: "", route: "", rules: [] as readonly RuleHit[] };

function add(
  telling: Telling,
  step: Pick<TraceStep, "namespace" | "role">,
  fields: HeaderFields,
  part: Pick<Hop, "kind" | "verdict" | "text"> & Partial<Hop>,
): Draft {
  const { namespace, role } = step;
  const place = telling.place(namespace);
  const hop: Draft = { ...blank, role, namespace, place, before: fields, after: fields, ...part };
  telling.hops.push(hop);
  return hop;
}

function packetOf(step: TraceStep): Packet | undefined {
  switch (step.kind) {
    case "rules":
      return step.before;
    case "arrival":
    case "drop":
    case "deliver":
      return step.packet;
    case "frame":
      return step.frame.payload.kind === "ip" ? step.frame.payload.packet : undefined;
    case "encapsulate":
      return step.inner;
    default:
      return undefined;
  }
}

/** The packet as the next step in this namespace finds it: a table's translation takes effect behind the table. */
function upcoming({ steps, at }: Telling, { namespace, role }: Pick<TraceStep, "namespace" | "role">) {
  for (let next = at + 1; next < steps.length; next++) {
    const step = steps[next]!;
    const packet = step.namespace === namespace && step.role === role ? packetOf(step) : undefined;
    if (packet !== undefined) return headerFields(packet);
  }
  return undefined;
}

/** Shows what happened to the addresses since the last hop in this namespace: NAT rewrites between two steps. */
function noteRewrite({ hops, place }: Telling, step: Pick<TraceStep, "namespace" | "role">, now: HeaderFields): void {
  const last = hops.findLast((hop) => hop.namespace === step.namespace && hop.role === step.role);
  if (last === undefined || last.namespace === fabricName || sameEnds(last.after, now)) return;
  if (last.before.length === 0) {
    Object.assign(last, { before: now, after: now });
    return;
  }
  if ((last.after.outer === undefined) !== (now.outer === undefined)) return;
  const isSource = last.after.src !== now.src || last.after.sport !== now.sport;
  const verdict: HopVerdict = isSource ? "snat" : "dnat";
  const from = isSource ? endText(last.after.src, last.after.sport) : endText(last.after.dst, last.after.dport);
  const to = isSource ? endText(now.src, now.sport) : endText(now.dst, now.dport);
  const what = `${isSource ? "source" : "destination"} ${from} becomes ${to}`;
  const isAtDecision = last.kind === "rules" && last.table === "nat" && last === hops.at(-1);
  if (isAtDecision) {
    Object.assign(last, { after: { ...now, ttl: last.after.ttl }, verdict, text: `${last.text}; ${what}` });
    return;
  }
  const text = `conntrack knows this connection: ${what}`;
  const { namespace, role } = step;
  const before = last.after;
  hops.push({
    ...blank,
    kind: "rules",
    table: "nat",
    role,
    namespace,
    place: place(namespace),
    before,
    after: now,
    verdict,
    text,
  });
}

function tellFrame(telling: Telling, step: StepOf<"frame">): void {
  const { namespace, device, direction, frame } = step;
  if (frame.payload.kind !== "ip") return;
  const now = headerFields(frame.payload.packet);
  const last = telling.hops.at(-1);
  if (namespace === fabricName) {
    const isSame = last?.namespace === fabricName && last.role === step.role;
    if (isSame) {
      Object.assign(last, {
        after: now,
        text: fabricText(last.device, device, hopsLeft(last.before) !== hopsLeft(now)),
      });
      return;
    }
    add(telling, step, now, { kind: "device", device, verdict: "passed", text: fabricText(device, device, false) });
    return;
  }
  noteRewrite(telling, step, now);
  const before = telling.hops.findLast((hop) => hop.namespace === namespace && hop.role === step.role)?.after;
  const text = direction === "out" ? `leaves by ${device}` : `comes in by ${device}`;
  const shown = direction === "out" && before !== undefined && before.outer === undefined ? before : now;
  add(telling, step, now, { kind: "device", device, before: shown, verdict: "passed", text });
}

function hopsLeft({ ttl, outer }: HeaderFields): number {
  return outer?.ttl ?? ttl;
}

function fabricText(first: string, last: string, isRouted: boolean): string {
  if (first === last) return `arrives at the network's port ${first}`;
  return isRouted ? `the router sends it from ${first} to ${last}` : `the switch sends it from ${first} to ${last}`;
}

function routeLineOf(answer: RouteAnswer): string {
  const { route } = answer;
  if (route === undefined) return "";
  const line = routeLines([route], route.table)[0] ?? "";
  return route.table === "main" ? line : `${line} (table ${route.table})`;
}

const refusalWords = {
  ENETUNREACH: "no route matches",
  EHOSTUNREACH: "a route says unreachable",
  EACCES: "a route prohibits it",
  EINVAL: "a blackhole route discards it",
} as const;

function tellRoute(telling: Telling, step: StepOf<"route">): void {
  const { answer, dst } = step;
  const here = () => telling.hops.findLast((hop) => hop.namespace === step.namespace && hop.role === step.role);
  const next = here() === undefined ? undefined : upcoming(telling, step);
  if (next !== undefined && next.dst === formatIpv4(dst)) noteRewrite(telling, step, next);
  const fields = here()?.after ?? upcoming(telling, step) ?? { ...unknown, dst: formatIpv4(dst) };
  const line = routeLineOf(answer);
  if (step.namespace === fabricName && answer.kind === "route") return;
  const device = answer.kind === "route" ? (answer.hop?.device ?? "lo") : "";
  const verdict: HopVerdict = answer.kind === "route" ? "routed" : "unreachable";
  const text =
    answer.kind === "route"
      ? `the route to ${formatIpv4(dst)} is: ${line}`
      : `${refusalWords[answer.errno]}${line === "" ? "" : `: ${line}`} for ${formatIpv4(dst)}`;
  add(telling, step, fields, { kind: "route", route: line, device, verdict, text });
}

/** Of a packet that is being made: the next step tells its fields, and a length of 0 that they are missing. */
const unknown: HeaderFields = {
  src: "0.0.0.0",
  dst: "0.0.0.0",
  proto: "tcp",
  sport: 0,
  dport: 0,
  ttl: 64,
  flags: "",
  mark: "",
  length: 0,
};

/** What a target is called where the verdict of the Linux kernel says less. */
const targetWords: Readonly<Record<string, string>> = {
  dnat: "DNAT",
  snat: "SNAT",
  masquerade: "MASQUERADE",
  redirect: "REDIRECT",
  reject: "REJECT",
  mark: "MARK",
};

function hitsOf(step: StepOf<"rules">): RuleHit[] {
  return step.steps.map(({ table, chain, index, rule, verdict }) => ({
    table,
    chain,
    index,
    text: rule?.text ?? `-P ${chain} ${verdict}`,
    verdict: targetWords[rule?.target?.kind ?? ""] ?? verdict,
  }));
}

function tellRules(telling: Telling, step: StepOf<"rules">): void {
  const { hook, table, verdict } = step;
  const before = headerFields(step.before);
  noteRewrite(telling, step, before);
  const rules = hitsOf(step);
  const last = rules.at(-1);
  const isPolicyOnly = rules.length <= 1 && last?.index === 0;
  const how =
    last === undefined
      ? "no rule matched"
      : last.index === 0
        ? `${isPolicyOnly ? "no rule matched" : "no rule decided"}, policy ${last.verdict}`
        : `rule ${last.index} of ${last.chain}: ${last.verdict}`;
  const verdicts = { accept: "accepted", drop: "dropped", reject: "rejected" } as const;
  const next = table === "nat" && verdict === "accept" ? upcoming(telling, step) : undefined;
  add(telling, step, before, {
    kind: "rules",
    hook,
    table,
    device: (hook === "PREROUTING" || hook === "INPUT" ? step.in : step.out) ?? "",
    rules,
    after: headerFields(step.after),
    verdict: verdicts[verdict],
    text: `${hook}, table ${table}: ${how}`,
  });
  if (next !== undefined) noteRewrite(telling, step, next);
}

function tellNeighbour(telling: Telling, step: StepOf<"neighbour">): void {
  const { mac, device, address } = step;
  if (mac !== undefined && step.namespace === fabricName) return;
  const last = telling.hops.findLast((hop) => hop.namespace === step.namespace && hop.role === step.role);
  const who = formatIpv4(address);
  const isAnswered = mac !== undefined;
  const text = isAnswered ? `${who} is at ${mac} on ${device}` : `nobody on ${device} answers for ${who}`;
  const verdict: HopVerdict = isAnswered ? "passed" : "unanswered";
  add(telling, step, last?.after ?? unknown, { kind: "neighbour", device, verdict, text });
}

function tellTunnel(telling: Telling, step: StepOf<"encapsulate" | "decapsulate">): void {
  const { inner, outer, device, tunnel } = step;
  if (inner === undefined) return;
  const isIn = step.kind === "encapsulate";
  const wrapped = isIn ? withSource(headerFields(outer), upcoming(telling, step)) : headerFields(outer);
  const plain = headerFields(inner);
  const ends = `${wrapped.outer?.src} → ${wrapped.outer?.dst}`;
  const text = isIn
    ? `${device} puts it into a packet ${ends} (${tunnel})`
    : `${device} takes it out of the packet ${ends} (${tunnel})`;
  const verdict: HopVerdict = isIn ? "encapsulated" : "decapsulated";
  const [before, after] = isIn ? [plain, wrapped] : [wrapped, plain];
  add(telling, step, before, { kind: "device", device, after, verdict, text });
}

/** The outer source is chosen by the route, which the next step knows. */
function withSource(wrapped: HeaderFields, next: HeaderFields | undefined): HeaderFields {
  if (wrapped.outer === undefined || next?.outer === undefined) return wrapped;
  return { ...wrapped, outer: { ...wrapped.outer, src: next.outer.src } };
}

function tellDrop(telling: Telling, step: StepOf<"drop">): void {
  const last = telling.hops.at(-1);
  const isSaid = last?.verdict === "dropped" || last?.verdict === "unanswered" || last?.verdict === "unreachable";
  if (isSaid && last?.namespace === step.namespace) return;
  if (last?.verdict === "rejected" && last.namespace === step.namespace) return;
  const kind = /route|martian|path/.test(step.reason) ? "route" : "device";
  add(telling, step, headerFields(step.packet), { kind, verdict: "dropped", text: `dropped: ${step.reason}` });
}

function tellDelivery(telling: Telling, step: StepOf<"deliver">): void {
  const fields = headerFields(step.packet);
  noteRewrite(telling, step, fields);
  const { listener } = step;
  const end = endText(fields.dst, fields.dport);
  const text = listener === undefined ? `nobody listens on ${end}` : `delivered to ${listener} on ${end}`;
  add(telling, step, fields, { kind: "socket", verdict: listener === undefined ? "refused" : "delivered", text });
}

/** The hop with which a request begins. */
export function sentHop(namespace: string, place: string, packet: Packet): Hop {
  const fields = headerFields(packet);
  const what = fields.flags === "" ? fields.proto.toUpperCase() : `${fields.proto.toUpperCase()} ${fields.flags}`;
  const text = `sends ${what} to ${endText(fields.dst, fields.dport)}`;
  const both = { before: fields, after: fields };
  return { ...blank, ...both, kind: "socket", role: "request", namespace, place, verdict: "sent", text };
}
