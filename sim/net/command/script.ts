/**
 * A simulated network as a shell script that builds the same one in real network namespaces, with ip, bridge, sysctl and
 * iptables-restore (iproute2 6.1, iptables 1.8).
 * Left out: what was learnt (neighbours, connections, addresses seen), sets of addresses, listening sockets.
 * Invariant: the script names every namespace with its prefix and touches no other.
 */
import type { Device } from "../device/device.ts";
import { macOf } from "../device/device.ts";
import type { Namespace } from "../namespace.ts";
import { printRuleset } from "../netfilter/ruleset-text.ts";
import { defaultRules, type Route } from "../route/route.ts";
import { policyRuleText, routeText } from "../route/route-text.ts";
import { formatIpv4 } from "../wire/ipv4.ts";

/** A word for the shell, quoted unless it is plain. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

interface Place {
  readonly space: Namespace;
  readonly real: string;
}

function ip({ real }: Place, ...words: readonly string[]): string {
  return `ip -n ${word(real)} ${words.map(word).join(" ")}`;
}

/** The command that makes a device; undefined for lo, and for the end of a pair whose other end makes it. */
function makeDevice(place: Place, device: Device, prefix: string): string | undefined {
  const { space } = place;
  const { name, type } = device;
  switch (type.kind) {
    case "loopback":
      return undefined;
    case "veth": {
      const own = [space.name, name].join(" ");
      const other = [type.peerNamespace, type.peer].join(" ");
      if (other < own) return undefined;
      return ip(
        place,
        "link",
        "add",
        name,
        "type",
        "veth",
        "peer",
        "name",
        type.peer,
        "netns",
        prefix + type.peerNamespace,
      );
    }
    case "vxlan": {
      const under = type.under === undefined ? [] : ["dev", type.under];
      const tunnel = ["id", `${type.vni}`, ...under, "local", formatIpv4(type.local), "dstport", `${type.dstport}`];
      return ip(place, "link", "add", name, "type", "vxlan", ...tunnel, "nolearning");
    }
    case "ipip": {
      const local = type.local === 0 ? [] : ["local", formatIpv4(type.local)];
      const remote = type.remote === undefined ? [] : ["remote", formatIpv4(type.remote)];
      return ip(place, "link", "add", name, "type", "ipip", ...local, ...remote);
    }
    default:
      return ip(place, "link", "add", name, "type", type.kind);
  }
}

function setDevice(place: Place, device: Device): readonly string[] {
  const { name, type, mac, mtu, master, hairpin, addresses, up } = device;
  const isOwnMac = type.kind === "bridge" && mac === macOf(place.space.name, name);
  const hasMac = type.kind !== "loopback" && type.kind !== "ipip" && !isOwnMac;
  const broadcast = (own: Device["addresses"][number]) =>
    own.broadcast === undefined ? [] : ["broadcast", formatIpv4(own.broadcast)];
  const shown = type.kind === "loopback" ? addresses.filter(({ address }) => address >>> 24 !== 127) : addresses;
  return [
    ...(hasMac ? [ip(place, "link", "set", name, "address", mac)] : []),
    ...(type.kind === "loopback" ? [] : [ip(place, "link", "set", name, "mtu", `${mtu}`)]),
    ...(master === undefined ? [] : [ip(place, "link", "set", name, "master", master)]),
    ...(hairpin ? [ip(place, "link", "set", name, "type", "bridge_slave", "hairpin", "on")] : []),
    ...shown.map((own) =>
      ip(place, "addr", "add", `${formatIpv4(own.address)}/${own.length}`, ...broadcast(own), "dev", name),
    ),
    ...(up ? [ip(place, "link", "set", name, "up")] : []),
  ];
}

/** Switches that another Linux kernel may have turned on for new namespaces are written also where they are off. */
const written = ["rp_filter", "accept_local", "route_localnet", "proxy_arp", "src_valid_mark"] as const;

function settings({ space, real }: Place): readonly string[] {
  const places = ["all", "default", ...Object.keys(space.devices)];
  const usual = places.flatMap((device) => written.map((key) => [`net.ipv4.conf.${device}.${key}`, "0"] as const));
  const all = new Map<string, string>([
    ["net.ipv4.ip_forward", space.sysctls["net.ipv4.ip_forward"] ?? "0"],
    ["net.ipv4.icmp_ratelimit", "0"],
    ...usual,
    ...Object.entries(space.sysctls).filter(([name]) => !name.startsWith("net.bridge.")),
  ]);
  const bridged = Object.entries(space.sysctls).filter(([name]) => name.startsWith("net.bridge."));
  const pairs = [...all].map(([name, value]) => word(`${name}=${value}`)).join(" ");
  const enter = `ip netns exec ${word(real)} sysctl -qw`;
  return [`${enter} ${pairs}`, ...bridged.map(([name, value]) => `${enter} ${word(`${name}=${value}`)} || true`)];
}

/** Routes on a link come before those that need one; those of the Linux kernel come by themselves. */
function routes(place: Place): readonly string[] {
  const own = place.space.routes.filter(({ protocol }) => protocol !== "kernel");
  const isNear = ({ hops }: Route) => hops.every(({ via }) => via === undefined);
  return [...own.filter(isNear), ...own.filter((route) => !isNear(route))].map((route) => {
    const words = routeText(route).split(/\s+/);
    const table = route.table === "main" ? [] : ["table", route.table];
    const next = words.indexOf("nexthop");
    return ip(place, "route", "append", ...(next < 0 ? [...words, ...table] : words.toSpliced(next, 0, ...table)));
  });
}

function policyRules(place: Place): readonly string[] {
  const { rules } = place.space;
  const removed = defaultRules.filter((rule) => !rules.some((one) => policyRuleText(one) === policyRuleText(rule)));
  const added = rules.filter((rule) => !defaultRules.some((one) => policyRuleText(one) === policyRuleText(rule)));
  const words = (text: string) => {
    const [priority = "", rest = ""] = text.split(":\t");
    return [...rest.split(" "), "priority", priority];
  };
  return [
    ...removed.map(({ priority }) => ip(place, "rule", "del", "priority", `${priority}`)),
    ...added.map((rule) => ip(place, "rule", "add", ...words(policyRuleText(rule)))),
  ];
}

function neighbours(place: Place): readonly string[] {
  const { space, real } = place;
  const byHand = Object.values(space.neighbours).filter(({ state }) => state === "PERMANENT");
  const tunnels = Object.entries(space.forwarding).filter(
    ([key]) => space.devices[key.split(" ")[0]!]?.type.kind === "vxlan",
  );
  return [
    ...byHand.map(({ address, mac, device }) =>
      ip(place, "neigh", "replace", formatIpv4(address), "lladdr", mac, "dev", device, "nud", "permanent"),
    ),
    ...tunnels.map(([key, far]) => {
      const [device = "", mac = ""] = key.split(" ");
      return `bridge -n ${word(real)} fdb append ${mac} dev ${word(device)} dst ${formatIpv4(Number(far))}`;
    }),
  ];
}

function rules({ space, real }: Place): readonly string[] {
  const text = printRuleset(space.ruleset);
  if (text === "") return [];
  return [`ip netns exec ${word(real)} iptables-restore <<'END OF RULES'\n${text}END OF RULES`];
}

/**
 * The script. Every namespace is called by its name with the prefix in front. It stops at the first command that fails; run
 * it where /run/netns is one's own, and nothing is left when that place goes.
 */
export function topologyScript(rows: Iterable<Namespace>, prefix = ""): string {
  const places = [...rows].map((space): Place => ({ space, real: prefix + space.name }));
  const each = (make: (place: Place) => readonly string[]) => places.flatMap(make);
  const devices = (place: Place) => Object.values(place.space.devices);
  const commands = [
    "#!/bin/sh",
    "set -e",
    ...places.map(({ real }) => `ip netns add ${word(real)}`),
    ...each((place) => devices(place).flatMap((device) => makeDevice(place, device, prefix) ?? [])),
    ...each(settings),
    ...each((place) => devices(place).flatMap((device) => setDevice(place, device))),
    ...each(routes),
    ...each(policyRules),
    ...each(neighbours),
    ...each(rules),
  ];
  return `${commands.join("\n")}\n`;
}
