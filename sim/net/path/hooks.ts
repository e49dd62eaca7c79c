/**
 * The netfilter hooks: at each of the five places, tables and connection tracking in the Linux kernel's order of priorities
 * (Linux 6.18, include/uapi/linux/netfilter_ipv4.h: raw -300, conntrack -200, mangle -150, DNAT -100, filter 0, security 50,
 * SNAT 100, confirmation last).
 * Left out: defragmentation, flow tables, user-space queues.
 * Invariant: a connection that is new is confirmed only by a packet that got through INPUT or POSTROUTING.
 */
import type { Namespace } from "../namespace.ts";
import { confirmed, forgotten, isFull, isStillborn, type Tracked, track } from "../netfilter/conntrack.ts";
import type { Sight, Surroundings } from "../netfilter/match.ts";
import { type Half, setUp, translate, type Wish } from "../netfilter/nat.ts";
import { type Hook, type TableName, type Target, tracksConnections } from "../netfilter/ruleset.ts";
import { type Ending, traverse } from "../netfilter/traverse.ts";
import { own } from "../own.ts";
import { addressType, passesReverse, selectSource } from "./decide.ts";
import { drop, type Journey, keep, type Skb, spaceOf } from "./journey.ts";

type Stage = TableName | "track" | "confirm";

const stages: Readonly<Record<Hook, readonly Stage[]>> = {
  PREROUTING: ["raw", "track", "mangle", "nat"],
  INPUT: ["mangle", "filter", "security", "nat", "confirm"],
  FORWARD: ["mangle", "filter", "security"],
  OUTPUT: ["raw", "track", "mangle", "nat", "filter", "security"],
  POSTROUTING: ["mangle", "nat", "confirm"],
};

const halves: Readonly<Partial<Record<Hook, Half>>> = {
  PREROUTING: "dst",
  OUTPUT: "dst",
  INPUT: "src",
  POSTROUTING: "src",
};

/** How a hook ended; a mark that mangle changed may send a local packet another way. */
export type Passed =
  | { readonly kind: "accept"; readonly skb: Skb; readonly remarked: boolean }
  | { readonly kind: "drop" }
  | { readonly kind: "reject"; readonly reply: string; readonly skb: Skb };

/** The devices that rules see at a hook, and the next hop, of which a masquerade's address depends. */
export interface Place {
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly physicalIn?: string | undefined;
  readonly physicalOut?: string | undefined;
}

function surroundings(journey: Journey, name: string): Surroundings {
  return {
    addressType: (address, device) => addressType(spaceOf(journey, name), address, device),
    passesReverse: (packet, device) => passesReverse(spaceOf(journey, name), packet, device),
    recent: {
      get: (list, address) => own(spaceOf(journey, name).recent, list)?.[address],
      set: (list, address, at) => {
        const space = spaceOf(journey, name);
        const seen: Record<string, number> = { ...own(space.recent, list) };
        if (at === undefined) delete seen[address];
        else seen[address] = at;
        keep(journey, { ...space, recent: { ...space.recent, [list]: seen } });
      },
    },
    setEntries: (set) => own(spaceOf(journey, name).sets, set)?.entries ?? [],
    chance: journey.choices.chance,
    nowUs: journey.nowUs,
  };
}

/** What a NAT target asks for: a masquerade takes the address of the device by which the packet leaves. */
function wishOf(space: Namespace, target: Target, sight: Sight): Wish {
  switch (target.kind) {
    case "dnat":
    case "snat":
      return { address: target.low === 0 ? undefined : target.low, ports: target.ports, random: target.random };
    case "masquerade":
      return {
        address: selectSource(space, sight.out ?? "lo", sight.packet.dst),
        ports: target.ports,
        random: target.random,
      };
    case "redirect":
      return {
        address: sight.in === undefined ? 0x7f000001 : selectSource(space, sight.in, undefined),
        ports: target.ports,
        random: false,
      };
    default:
      return { address: undefined, ports: undefined, random: false };
  }
}

interface Run {
  readonly journey: Journey;
  readonly name: string;
  readonly hook: Hook;
  readonly sight: Sight;
  readonly skb: Skb;
}

/** Asks one table and notes which rules matched. */
function runTable({ journey, name, hook, sight, skb }: Run, table: TableName): Ending {
  const rules = spaceOf(journey, name).ruleset.tables[table];
  if (rules?.chain(hook) === undefined) return { kind: "accept" };
  const before = sight.packet;
  const { ending, steps } = traverse(table, rules, hook, sight, surroundings(journey, name));
  const verdict = ending.kind === "drop" || ending.kind === "reject" ? ending.kind : "accept";
  const devices = { in: sight.in, out: sight.out };
  const whose = { namespace: name, role: skb.role, arrival: skb.arrival };
  journey.trace.push({ kind: "rules", ...whose, hook, table, ...devices, before, after: sight.packet, steps, verdict });
  return ending;
}

/** The nat table decides once a connection and half; then, and for every other packet, the connection says what to rewrite. */
function runNat(run: Run): Ending {
  const { journey, name, hook, sight } = run;
  const space = spaceOf(journey, name);
  const half = halves[hook];
  if (space.ruleset.tables.nat === undefined || half === undefined || !("connection" in sight.tracked))
    return { kind: "accept" };
  if (sight.tracked.state === "NEW" && !sight.tracked.natDone[half]) {
    const ending = runTable(run, "nat");
    if (ending.kind === "drop") return ending;
    const wish = wishOf(space, ending.kind === "nat" ? ending.target : { kind: "continue" }, sight);
    const { tracked } = sight;
    if ("connection" in tracked) sight.tracked = setUp(space.connections, tracked, half, wish, journey.choices.port);
  }
  if ("connection" in sight.tracked) sight.packet = translate(sight.packet, sight.tracked, half);
  return { kind: "accept" };
}

function keepConnection(journey: Journey, name: string, tracked: Tracked): void {
  if (!("connection" in tracked)) return;
  const space = spaceOf(journey, name);
  const write = isStillborn(tracked.connection) ? forgotten : confirmed;
  const connections = write(space.connections, tracked.connection);
  if (connections !== space.connections) keep(journey, { ...space, connections });
}

/** How many connections a namespace takes unless a sysctl says otherwise. */
const CONNECTIONS_MAX = 262_144;

/**
 * Finds the connection; a packet that already has one (it went over lo, or is an error about a packet here) keeps it. A
 * packet that would begin one where the table is full is dropped.
 */
function runTracking({ journey, name, sight, skb }: Run): Ending {
  const space = spaceOf(journey, name);
  const { ruleset, connections, sysctls } = space;
  if (!tracksConnections(ruleset) || skb.tracked !== undefined || sight.tracked.state === "UNTRACKED")
    return { kind: "accept" };
  const tracked = track(connections, sight.packet, journey.nowUs);
  const max = Number(sysctls["net.netfilter.nf_conntrack_max"] ?? CONNECTIONS_MAX);
  if ("connection" in tracked && !tracked.confirmed && isFull(connections, max)) {
    drop(journey, name, skb, "the table of connections is full");
    return { kind: "drop" };
  }
  sight.tracked = tracked;
  if ("connection" in tracked && tracked.confirmed) keepConnection(journey, name, tracked);
  return { kind: "accept" };
}

function runConfirmation({ journey, name, sight }: Run): void {
  const { tracked } = sight;
  if (!("connection" in tracked) || tracked.direction === "reply") return;
  keepConnection(journey, name, tracked);
  if (!tracked.confirmed) journey.begun.push({ namespace: name, original: tracked.connection.original });
  sight.tracked = { ...tracked, confirmed: true };
}

function runStage(run: Run, stage: Stage): Ending {
  if (stage === "track") return runTracking(run);
  if (stage === "confirm") runConfirmation(run);
  else return stage === "nat" ? runNat(run) : runTable(run, stage);
  return { kind: "accept" };
}

/** The state of a packet of which conntrack was not asked: no rule that asks for a state holds. */
const untracked: Tracked = { state: "INVALID" };

/** Takes a packet through one hook of one namespace. */
export function passHook(journey: Journey, name: string, hook: Hook, skb: Skb, place: Place): Passed {
  const { ruleset } = spaceOf(journey, name);
  const { tables } = ruleset;
  let isEmpty = true;
  for (const _table in tables) isEmpty = false;
  if (isEmpty) return { kind: "accept", skb, remarked: false };
  const { in: inside, out, physicalIn = skb.physicalIn, physicalOut } = place;
  if (hook === "PREROUTING" || hook === "OUTPUT")
    journey.trace.push({
      kind: "arrival",
      namespace: name,
      role: skb.role,
      arrival: skb.arrival,
      hook,
      in: inside,
      out,
      packet: skb.packet,
    });
  const sight: Sight = {
    packet: skb.packet,
    tracked: skb.tracked ?? untracked,
    in: inside,
    out,
    physicalIn,
    physicalOut,
  };
  const run: Run = { journey, name, hook, sight, skb };
  let remarked = false;
  for (const stage of stages[hook]) {
    const ending = runStage(run, stage);
    if (stage === "mangle") remarked = sight.packet.mark !== skb.packet.mark;
    if (ending.kind === "drop") return { kind: "drop" };
    if (ending.kind === "reject") return { kind: "reject", reply: ending.reply, skb: seen(run) };
  }
  return { kind: "accept", skb: seen(run), remarked };
}

/** The packet as the rules left it; most leave it as it was. */
function seen({ sight, skb }: Run): Skb {
  const tracked = sight.tracked === untracked ? undefined : sight.tracked;
  if (sight.packet === skb.packet && tracked === skb.tracked) return skb;
  return { ...skb, packet: sight.packet, tracked };
}
