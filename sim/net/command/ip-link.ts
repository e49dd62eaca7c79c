/**
 * `ip link`: listing, adding, changing and deleting devices (iproute2 6.1, ip/iplink.c, ip/iplink_vxlan.c, ip/link_iptnl.c).
 * Left out: moving a device to another namespace, VLANs, statistics.
 * Invariant: both ends of a veth pair are made and deleted together.
 */
import type { Device, DeviceKind } from "../device/device.ts";
import { emptyNamespace, type Namespace } from "../namespace.ts";
import { addressOf, IpError } from "../route/route-text.ts";
import {
  deviceNamed,
  existingDevice,
  garbage,
  lines,
  numberOf,
  type Run,
  reaches,
  type Said,
  spaceOf,
  type Words,
} from "./command.ts";
import { chosenDevices, type Looks } from "./ip-address.ts";
import { addVeth, newDevice, setDown, setUp, withDevice, withoutDevice } from "./link.ts";
import { briefLink, linkLines } from "./show.ts";

/** `ip link show`. */
export function showLink(run: Run, words: Words, { brief, oneLine }: Looks): Said {
  const space = spaceOf(run);
  const shown = chosenDevices(space, words);
  if (brief) return { stdout: lines(shown.map((device) => briefLink(space, device, run.rows))) };
  const texts = shown.map((device) => linkLines(space, device, run.rows, true));
  return { stdout: lines(oneLine ? texts.map((both) => both.join("\\")) : texts.flat()) };
}

/** A namespace that a command names. Throws IpError if it is not there and not to be made. */
function namedSpace(run: Run, name: string): Namespace {
  const space = reaches(run, name) ? (run.rows.get(name) ?? (run.makes ? emptyNamespace(name) : undefined)) : undefined;
  if (space === undefined) throw new IpError(`Error: argument "${name}" is wrong: Invalid "netns" value\n`, 255);
  return space;
}

function macOf(text: string): string {
  const parts = text.split(":");
  const wrong = parts.find((part) => !/^[0-9a-f]{1,2}$/i.test(part));
  if (wrong !== undefined) throw new IpError(`"${wrong}" is invalid lladdr.`, 1);
  if (parts.length !== 6) throw new IpError("RTNETLINK answers: Invalid argument");
  return parts.map((part) => part.toLowerCase().padStart(2, "0")).join(":");
}

const SHORTEST_MTU = 68;
const LONGEST_MTU = 65_535;

function mtuOf(text: string): number {
  const mtu = numberOf(text, 'Invalid "mtu" value');
  if (mtu < SHORTEST_MTU) throw new IpError("Error: mtu less than device minimum.");
  if (mtu > LONGEST_MTU) throw new IpError("Error: mtu greater than device maximum.");
  return mtu;
}

/** What a new device is told before its type. */
interface Described {
  name?: string;
  netns?: string;
  part: Partial<Device>;
}

function readDescription(words: Words, stop: string): Described {
  const described: Described = { part: {} };
  for (let word = words.next(); word !== undefined && word !== stop; word = words.next()) {
    if (word === "name" || word === "dev") described.name = words.value();
    else if (word === "netns") described.netns = words.value();
    else if (word === "address") described.part = { ...described.part, mac: macOf(words.value()) };
    else if (word === "mtu") described.part = { ...described.part, mtu: mtuOf(words.value()) };
    else if (described.name === undefined) described.name = word;
    else garbage("name", word);
  }
  return described;
}

const NAME_LENGTH_MAX = 15;

function checkName(space: Namespace, name: string | undefined): string {
  if (name === undefined) throw new IpError('Not enough information: "name" argument is required.', 1);
  if (name.length > NAME_LENGTH_MAX) throw new IpError("Error: Attribute failed policy validation.");
  if (deviceNamed(space, name) !== undefined) throw new IpError("RTNETLINK answers: File exists");
  return name;
}

/** The first name of the form `veth0` that is free. */
function freeName(space: Namespace, kind: string): string {
  for (let number = 0; ; number++) if (space.devices[`${kind}${number}`] === undefined) return `${kind}${number}`;
}

/** `ip link add`. */
export function addLink(run: Run, words: Words): Said {
  const { name: given, netns, part } = readDescription(words, "type");
  const kind = words.next();
  if (kind === undefined) throw new IpError('Not enough information: "type" argument is required', 1);
  const home = netns === undefined ? spaceOf(run) : namedSpace(run, netns);
  const name = checkName(home, given ?? freeName(home, kind));
  if (kind === "veth") addPair(run, home, name, part, words);
  else {
    const made = newDevice(home, name, kindOf(home, kind, words));
    run.rows.set(home.name, withDevice(home, { ...made, ...part }));
  }
  return { stdout: "" };
}

function addPair(run: Run, home: Namespace, name: string, part: Partial<Device>, words: Words): void {
  if (words.peek() === "peer") words.next();
  const peer = readDescription(words, "");
  const far = peer.netns === undefined ? home : namedSpace(run, peer.netns);
  const isSame = far.name === home.name;
  const peerName = checkName(far, peer.name ?? freeName(far, "veth"));
  if (isSame && peerName === name) throw new IpError("RTNETLINK answers: File exists");
  const made = addVeth(home, name, far, peerName);
  const near = withDevice(made.near, { ...made.near.devices[name]!, ...part });
  const last = isSame ? near : made.far;
  run.rows.set(near.name, near);
  run.rows.set(last.name, withDevice(last, { ...last.devices[peerName]!, ...peer.part }));
}

const flags: readonly string[] = ["nolearning", "learning", "nopmtudisc", "pmtudisc", "external"];

function kindOf(home: Namespace, kind: string, words: Words): DeviceKind {
  const options = new Map<string, string>();
  for (let word = words.next(); word !== undefined; word = words.next())
    options.set(word, flags.includes(word) ? "" : words.value());
  const stray = (known: readonly string[]) => {
    const unknown = [...options.keys()].find((option) => !flags.includes(option) && !known.includes(option));
    if (unknown !== undefined) throw new IpError(`${kind}: unknown command "${unknown}"?`, 255);
  };
  const local = options.has("local") ? addressOf(options.get("local")) : 0;
  if (kind === "bridge" || kind === "dummy") {
    stray([]);
    return { kind };
  }
  if (kind === "ipip") {
    stray(["local", "remote", "ttl", "dev"]);
    return { kind, local, ...(options.has("remote") ? { remote: addressOf(options.get("remote")) } : {}) };
  }
  if (kind !== "vxlan") throw new IpError("Error: Unknown device type.");
  stray(["id", "vni", "dev", "local", "dstport", "ttl", "remote", "group"]);
  const under = options.get("dev");
  if (under !== undefined) existingDevice(home, under);
  const id = options.get("id") ?? options.get("vni");
  if (id === undefined) throw new IpError("vxlan: missing virtual network identifier", 1);
  const vni = numberOf(id, "invalid id", 0xffffff);
  const dstport = numberOf(options.get("dstport") ?? "8472", "invalid dst port", 65_535);
  return { kind, vni, local, dstport, ...(under === undefined ? {} : { under }) };
}

type Change = (space: Namespace) => Namespace;

/** One option of `ip link set` with its value, as what it does to the namespace. */
function readChange(before: Namespace, device: string, word: string, words: Words): Change {
  const part = (change: Partial<Device>): Change => {
    return (space) => withDevice(space, { ...space.devices[device]!, ...change });
  };
  switch (word) {
    case "up":
      return (space) => setUp(space, device);
    case "down":
      return (space) => setDown(space, device);
    case "address":
      return part({ mac: macOf(words.value()) });
    case "mtu":
      return part({ mtu: mtuOf(words.value()) });
    case "hairpin":
      return part({ hairpin: words.value() === "on" });
    case "type":
      words.value();
      return (space) => space;
    case "nomaster":
      return (space) => {
        const { master: _, ...rest } = space.devices[device]!;
        return withDevice(space, rest);
      };
    case "master": {
      const master = words.value();
      const bridge = deviceNamed(before, master);
      if (bridge === undefined) throw new IpError(`Error: argument "${master}" is wrong: Device does not exist\n`, 255);
      if (bridge.type.kind !== "bridge") throw new IpError("RTNETLINK answers: Operation not supported");
      return part({ master });
    }
    default:
      return garbage("dev", word);
  }
}

/** `ip link set`. */
export function setLink(run: Run, words: Words): Said {
  const first = words.next();
  const device = first === "dev" ? words.value() : first;
  if (device === undefined) throw new IpError('Not enough information: "dev" argument is required.', 255);
  const before = spaceOf(run);
  const changes: Change[] = [];
  for (let word = words.next(); word !== undefined; word = words.next())
    changes.push(readChange(before, device, word, words));
  existingDevice(before, device);
  const after = changes.reduce((space, change) => change(space), before);
  if (after !== before) run.rows.set(run.name, after);
  return { stdout: "" };
}

/** `ip link delete`; with one end of a veth pair the other goes too. */
export function deleteLink(run: Run, words: Words): Said {
  const first = words.next();
  const name = first === "dev" ? words.value() : first;
  if (name === undefined) throw new IpError('Not enough information: "dev" argument is required.', 255);
  const before = spaceOf(run);
  const { type } = before.devices[existingDevice(before, name)]!;
  if (type.kind === "loopback") throw new IpError("RTNETLINK answers: Operation not supported");
  run.rows.set(run.name, withoutDevice(before, name));
  if (type.kind !== "veth") return { stdout: "" };
  const far = run.rows.get(type.peerNamespace);
  if (far !== undefined && deviceNamed(far, type.peer) !== undefined)
    run.rows.set(far.name, withoutDevice(far, type.peer));
  return { stdout: "" };
}
