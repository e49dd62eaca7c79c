import type { InterfaceSnapshot, NamespaceSnapshot } from "../../sim/snapshot.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { placeText } from "../place.ts";

const OBJECTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ a: "addr", addr: "addr", address: "addr", l: "link", link: "link", r: "route", ro: "route", route: "route" },
    ...{ n: "neigh", neigh: "neigh", neighbour: "neigh", neighbor: "neigh", ru: "rule", rule: "rule", netns: "netns" },
  }),
);
const SHOWS = ["show", "list", "ls", "sh", "lst"];

/** `ip addr|link|route|neigh|rule` (iproute2): shows what the place's namespace holds; what changes it goes to the simulation. */
export const ip: ShellCommand = {
  name: "ip",
  complete: (argv) => {
    const words =
      argv.length === 1
        ? ["address", "link", "neighbour", "route", "rule"]
        : argv.length === 2
          ? ["add", "del", "show"]
          : [];
    return words.filter((word) => word.startsWith(argv.at(-1) ?? ""));
  },
  run(argv, terminal) {
    const brief = argv.some((word) => /^-br/.test(word));
    const words = argv.filter((word) => !/^-(4|c|color.*|br.*|d|details|s|N|o)$/.test(word));
    const object = OBJECTS.get(words[0] ?? "");
    if (object === undefined) {
      const usage =
        "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neighbour | netns | route | rule }\n";
      terminal.err(
        words[0] === undefined || words[0] === "help" ? usage : `Object "${words[0]}" is unknown, try "ip help".\n`,
      );
      return words[0] === undefined ? 255 : 1;
    }
    const space = terminal.client.network.namespace(placeText(terminal.place));
    const verb = words[1] ?? "show";
    if (space === undefined || !(SHOWS.includes(verb) || (object !== "route" && verb === "dev"))) {
      return configure(terminal, ["ip", object, ...words.slice(1)]);
    }
    const rest = words.slice(SHOWS.includes(verb) ? 2 : 1).filter((word) => word !== "dev");
    if (object === "addr" || object === "link") return showLinks(terminal, space, object, rest[0], brief);
    if (object === "route" && rest[0] === undefined) terminal.out(lines(space.routes));
    else if (object === "neigh")
      terminal.out(
        lines(space.neighbours.filter((line) => rest[0] === undefined || line.includes(` dev ${rest[0]} `))),
      );
    else if (object === "netns") terminal.out("");
    else return configure(terminal, ["ip", object, ...words.slice(1)]);
    return 0;
  },
};

/** Lets the simulation run a command that belongs to the place's namespace. */
export function configure(terminal: Terminal, words: readonly string[]): number {
  const { exit, stdout, stderr } = terminal.client.network.configure(placeText(terminal.place), words);
  terminal.out(stdout);
  terminal.err(stderr);
  return exit;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

function showLinks(
  terminal: Terminal,
  space: NamespaceSnapshot,
  object: string,
  device: string | undefined,
  brief: boolean,
): number {
  const wanted = space.interfaces.filter((one) => device === undefined || one.name === device);
  if (wanted.length === 0 && device !== undefined) {
    terminal.err(`Device "${device}" does not exist.\n`);
    return 1;
  }
  for (const one of wanted)
    terminal.out(brief ? briefText(terminal, one, object) : linkText(terminal, space, one, object));
  return 0;
}

function nameOf({ client }: Terminal, { name, peer, kind }: InterfaceSnapshot): string {
  if (kind === "ipip") return `${name}@NONE`;
  if (peer === undefined || kind !== "veth") return name;
  const host = client.network.namespace(`node/${peer.namespace}`);
  // A pod's device comes after its loopback.
  const index = host?.interfaces.findIndex((one) => one.name === peer.device) ?? -1;
  return `${name}@if${index < 0 ? 2 : index + 1}`;
}

function briefText(terminal: Terminal, one: InterfaceSnapshot, object: string): string {
  const detail = object === "link" ? `${hardwareOf(one)} <${flagsOf(one)}> ` : `${one.addresses.join(" ")} `;
  const state = stateOf(one);
  return `${nameOf(terminal, one).padEnd(16)} ${state.padEnd(14)} ${detail}\n`;
}

/** A tunnel and a loopback have no carrier that could be missed. */
function stateOf({ kind, up }: InterfaceSnapshot): string {
  return kind === "loopback" || kind === "ipip" ? "UNKNOWN" : up ? "UP" : "DOWN";
}

function flagsOf({ kind, up }: InterfaceSnapshot): string {
  const nature = kind === "loopback" ? ["LOOPBACK"] : kind === "ipip" ? ["NOARP"] : ["BROADCAST", "MULTICAST"];
  return [...nature, ...(up ? ["UP", "LOWER_UP"] : [])].join(",");
}

/** The address of the device itself; Calico makes its tunnel without ends, so that of a tunnel is 0.0.0.0. */
function hardwareOf({ kind, mac }: InterfaceSnapshot): string {
  return kind === "ipip" ? "0.0.0.0" : mac;
}

function linkText(terminal: Terminal, space: NamespaceSnapshot, one: InterfaceSnapshot, object: string): string {
  const isLoop = one.kind === "loopback";
  const isTunnel = one.kind === "ipip";
  const queue = one.kind === "ethernet" ? "fq_codel" : "noqueue";
  const master = one.master === undefined ? "" : ` master ${one.master}`;
  const index = space.interfaces.indexOf(one) + 1;
  const kind = isLoop ? "loopback" : isTunnel ? "ipip" : "ether";
  const broadcast = isTunnel ? "0.0.0.0" : isLoop ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff";
  const text = [
    `${index}: ${nameOf(terminal, one)}: <${flagsOf(one)}> mtu ${one.mtu} qdisc ${queue}${master} state ${stateOf(one)} group default qlen 1000`,
    `    link/${kind} ${hardwareOf(one)} brd ${broadcast}`,
  ];
  if (object === "addr") {
    for (const address of one.addresses) {
      text.push(
        `    inet ${address} scope ${isLoop ? "host" : "global"} ${one.name}`,
        "       valid_lft forever preferred_lft forever",
      );
    }
  }
  return lines(text);
}
