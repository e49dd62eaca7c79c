/**
 * The commands that build a network, as words: ip, bridge, sysctl and iptables in one namespace (iproute2, procps,
 * iptables 1.8).
 * Left out: showing, which has functions of its own, and what the modelled devices do not have.
 * Invariant: a command changes rows as a whole or throws an error with the words that the real one prints.
 */
import type { DeviceKind } from "../device/device.ts";
import { emptyNamespace, type Namespace, type Namespaces } from "../namespace.ts";
import { words } from "../netfilter/reader.ts";
import { lookup } from "../route/fib.ts";
import type { Route } from "../route/route.ts";
import { addressOf, IpError, parsePolicyRule, parseRoute, prefixOf } from "../route/route-text.ts";
import { runIptables } from "./iptables.ts";
import { addAddress, addVeth, newDevice, removeAddress, setDown, setUp, withDevice } from "./link.ts";

interface Rows extends Namespaces {
  set(name: string, space: Namespace): void;
}

/** A command under way: its namespace, its words, and the rows as they are. */
interface Run {
  readonly rows: Rows;
  readonly name: string;
  readonly words: readonly string[];
}

function space({ rows }: Run, name: string): Namespace {
  return rows.get(name) ?? emptyNamespace(name);
}

function after(run: Run, word: string): string | undefined {
  const at = run.words.indexOf(word);
  return at < 0 ? undefined : run.words[at + 1];
}

function existing(run: Run, device: string | undefined): string {
  if (device === undefined || space(run, run.name).devices[device] === undefined)
    throw new IpError(`Cannot find device "${device ?? ""}"`);
  return device;
}

function addLink(run: Run): void {
  const { rows, name } = run;
  const device = run.words[3] === "name" ? run.words[4]! : run.words[3]!;
  const kind = after(run, "type");
  const home = space(run, after({ ...run, words: run.words.slice(0, run.words.indexOf("type")) }, "netns") ?? name);
  if (home.devices[device] !== undefined) throw new IpError("RTNETLINK answers: File exists");
  if (kind === "veth") {
    const tail = { ...run, words: run.words.slice(run.words.indexOf("peer")) };
    const far = space(run, after(tail, "netns") ?? home.name);
    const made = addVeth(home, device, far, after(tail, "name") ?? "");
    rows.set(made.near.name, made.near);
    rows.set(made.far.name, made.far);
    return;
  }
  const made = newDevice(home, device, kindOf(run, kind));
  rows.set(home.name, withDevice(home, { ...made, mac: after(run, "address") ?? made.mac }));
}

function kindOf(run: Run, kind: string | undefined): DeviceKind {
  if (kind === "bridge" || kind === "dummy") return { kind };
  if (kind !== "vxlan") throw new IpError("Error: Unknown device type.");
  const under = after(run, "dev");
  const tunnel = {
    vni: Number(after(run, "id")),
    local: addressOf(after(run, "local")),
    dstport: Number(after(run, "dstport")),
  };
  return { kind, ...tunnel, ...(under === undefined ? {} : { under }) };
}

function setLink(run: Run): void {
  const { rows, name } = run;
  const device = existing(run, run.words[3] === "dev" ? run.words[4] : run.words[3]);
  let next = space(run, name);
  const change = (part: Partial<Namespace["devices"][string]>) => {
    next = withDevice(next, { ...next.devices[device]!, ...part });
  };
  const address = after(run, "address");
  const mtu = after(run, "mtu");
  const master = after(run, "master");
  const hairpin = after(run, "hairpin");
  if (address !== undefined) change({ mac: address });
  if (mtu !== undefined) change({ mtu: Number(mtu) });
  if (master !== undefined) change({ master: existing(run, master) });
  if (hairpin !== undefined) change({ hairpin: hairpin === "on" });
  if (run.words.at(-1) === "up") next = setUp(next, device);
  if (run.words.at(-1) === "down") next = setDown(next, device);
  rows.set(name, next);
}

function setAddress(run: Run): void {
  const { rows, name } = run;
  const { host, length } = prefixOf(run.words[3]);
  const device = existing(run, after(run, "dev"));
  const before = space(run, name);
  const isThere = before.devices[device]!.addresses.some((own) => own.address === host);
  if (run.words[2] === "add" && isThere) throw new IpError("Error: ipv4: Address already assigned.");
  if (run.words[2] !== "add" && !isThere) throw new IpError("Error: ipv4: Address not found.");
  rows.set(
    name,
    run.words[2] === "add" ? addAddress(before, device, host, length) : removeAddress(before, device, host),
  );
}

const isSame = (a: Route, b: Route) =>
  a.table === b.table && a.prefix.address === b.prefix.address && a.prefix.length === b.prefix.length;

function setRoute(run: Run): void {
  const { rows, name, words: all } = run;
  const before = space(run, name);
  const deviceFor = (via: number) => {
    const answer = lookup(before.routes, before.rules, { dst: via, src: 0, mark: 0, iif: "lo", hash: 0 });
    return answer.kind === "route" && answer.route.scope !== "global" ? answer.hop?.device : undefined;
  };
  if (all[2] === "del") {
    const { address, length } = prefixOf(all[3] === "blackhole" ? all[4] : all[3]);
    const table = after(run, "table") ?? "main";
    const at = before.routes.findIndex(
      (route) => route.table === table && route.prefix.address === address && route.prefix.length === length,
    );
    if (at < 0) throw new IpError("RTNETLINK answers: No such process");
    rows.set(name, { ...before, routes: before.routes.toSpliced(at, 1) });
    return;
  }
  const route = parseRoute(all.slice(3), deviceFor);
  for (const hop of route.hops) existing(run, hop.device);
  const twin = before.routes.findIndex((one) => isSame(one, route) && one.metric === route.metric);
  if (twin >= 0 && all[2] === "add") throw new IpError("RTNETLINK answers: File exists");
  const kept = twin >= 0 && all[2] === "replace" ? before.routes.toSpliced(twin, 1) : before.routes;
  const hasOwnLocalRoutes = before.hasOwnLocalRoutes || route.type === "local";
  rows.set(name, { ...before, hasOwnLocalRoutes, routes: [...kept, route] });
}

function addRule(run: Run): void {
  const before = space(run, run.name);
  const own = before.rules.filter(({ priority }) => priority > 0 && priority < 32766);
  const free = own.reduce((lowest, { priority }) => Math.min(lowest, priority), 32766) - 1;
  const rule = parsePolicyRule(run.words.slice(3), free);
  const rules = [...before.rules, rule].sort((a, b) => a.priority - b.priority);
  run.rows.set(run.name, { ...before, rules });
}

function addNeighbour(run: Run): void {
  const before = space(run, run.name);
  const address = addressOf(run.words[3]);
  const device = existing(run, after(run, "dev"));
  const neighbour = { device, address, mac: after(run, "lladdr") ?? "", state: "PERMANENT" } as const;
  run.rows.set(run.name, { ...before, neighbours: { ...before.neighbours, [`${device} ${address}`]: neighbour } });
}

function addForwarding(run: Run): void {
  const before = space(run, run.name);
  const device = existing(run, after(run, "dev"));
  const far = addressOf(after(run, "dst"));
  run.rows.set(run.name, { ...before, forwarding: { ...before.forwarding, [`${device} ${run.words[3]}`]: `${far}` } });
}

/** Writing ip_forward writes every device's own switch too. */
function setSysctl(run: Run): void {
  const [key = "", value = ""] = run.words.slice(2).join("").split("=");
  const before = space(run, run.name);
  const isAll = key === "net.ipv4.ip_forward" || key === "net.ipv4.conf.all.forwarding";
  const kept = Object.entries(before.sysctls).filter(([name]) => !isAll || !name.endsWith(".forwarding"));
  const changes = isAll ? { "net.ipv4.ip_forward": value } : { [key]: value };
  run.rows.set(run.name, { ...before, sysctls: { ...Object.fromEntries(kept), ...changes } });
}

const verbs: Readonly<Record<string, (run: Run) => void>> = {
  "ip link add": addLink,
  "ip link set": setLink,
  "ip addr add": setAddress,
  "ip addr del": setAddress,
  "ip route add": setRoute,
  "ip route replace": setRoute,
  "ip route append": setRoute,
  "ip route del": setRoute,
  "ip rule add": addRule,
  "ip neigh add": addNeighbour,
  "bridge fdb add": addForwarding,
  "bridge fdb append": addForwarding,
};

/**
 * Runs one command line in a namespace, which is made if it is new; "" is for commands that name their own namespaces.
 * Returns the rows that changed. Throws IpError or RuleError with the words of the real command.
 */
export function runCommand(rows: Namespaces, name: string, line: string): ReadonlyMap<string, Namespace> {
  const changed = new Map<string, Namespace>();
  const overlay: Rows = {
    get: (key) => changed.get(key) ?? rows.get(key),
    set: (key, space) => changed.set(key, space),
  };
  const run: Run = { rows: overlay, name, words: words(line) };
  const [program = "", object = "", verb = ""] = run.words;
  if (program === "sysctl") setSysctl(run);
  else if (program.startsWith("iptables")) overlay.set(name, runIptables(space(run, name), run.words.slice(1)));
  else {
    const act = verbs[`${program} ${object} ${verb}`];
    if (act === undefined) throw new IpError(`Command "${verb}" is unknown, try "ip ${object} help".`);
    act(run);
  }
  return changed;
}
