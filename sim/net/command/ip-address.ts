/**
 * `ip address`: listing, adding, deleting and flushing (iproute2 6.1, ip/ipaddress.c).
 * Left out: labels, life times, peers, IPv6.
 * Invariant: refusals are worded and numbered as the real ones.
 */
import type { Device } from "../device/device.ts";
import type { Namespace } from "../namespace.ts";
import { addressOf, IpError, prefixOf } from "../route/route-text.ts";
import { deviceNamed, existingDevice, garbage, lines, type Run, type Said, spaceOf, type Words } from "./command.ts";
import { addAddress, removeAddress } from "./link.ts";
import { addressLines, briefAddress, linkLines, oneLineAddresses } from "./show.ts";

/** How a listing of devices or addresses looks, from ip's own options. */
export interface Looks {
  readonly brief: boolean;
  readonly oneLine: boolean;
  readonly onlyInet: boolean;
}

/** Which devices a listing shows: one by name, those that are up, those of a kind, or the ports of a bridge. */
export function chosenDevices(space: Namespace, words: Words): readonly Device[] {
  let shown: readonly Device[] = Object.values(space.devices);
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "up") shown = shown.filter(({ up }) => up);
    else if (word === "type") {
      const kind = words.value();
      shown = shown.filter(({ type }) => type.kind === kind);
    } else if (word === "master") {
      const master = words.value();
      if (deviceNamed(space, master) === undefined) throw new IpError(`Device "${master}" does not exist.`, 1);
      shown = shown.filter((device) => device.master === master);
    } else {
      const name = word === "dev" ? words.value() : word;
      if (deviceNamed(space, name) === undefined) throw new IpError(`Device "${name}" does not exist.`, 1);
      shown = shown.filter((device) => device.name === name);
    }
  }
  return shown;
}

/** `ip address show`. */
export function showAddress(run: Run, words: Words, { brief, oneLine, onlyInet }: Looks): Said {
  const space = spaceOf(run);
  const shown = chosenDevices(space, words).filter(({ addresses }) => !onlyInet || addresses.length > 0);
  if (brief) return { stdout: lines(shown.map((device) => briefAddress(space, device, run.rows))) };
  if (oneLine) return { stdout: lines(shown.flatMap(oneLineAddresses)) };
  const texts = shown.flatMap((device) => {
    const [head = "", link = ""] = linkLines(space, device, run.rows);
    return onlyInet ? [head, ...addressLines(device)] : [head, link, ...addressLines(device)];
  });
  return { stdout: lines(texts) };
}

interface Given {
  readonly device: string;
  readonly prefix: { readonly host: number; readonly length: number };
  readonly hasLength: boolean;
  readonly broadcast: number | undefined;
}

function broadcastOf(text: string, { host, length }: Given["prefix"]): number | undefined {
  if (text === "-") return undefined;
  if (text !== "+") return addressOf(text);
  return length >= 31 ? undefined : (host | (0xffffffff >>> length)) >>> 0;
}

function readAddress(run: Run, words: Words): Given {
  let device: string | undefined;
  let text: string | undefined;
  let broadcast: string | undefined;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "dev") device = words.value();
    else if (word === "broadcast" || word === "brd") broadcast = words.value();
    else if (word === "scope" || word === "label") words.value();
    else if (word === "local") text = words.value();
    else if (text !== undefined) garbage("local", word);
    else text = word;
  }
  const prefix = text === undefined ? undefined : prefixOf(text);
  if (device === undefined) throw new IpError('Not enough information: "dev" argument is required.', 1);
  existingDevice(spaceOf(run), device);
  if (prefix === undefined) throw new IpError("RTNETLINK answers: Operation not supported");
  const end = broadcast === undefined ? undefined : broadcastOf(broadcast, prefix);
  return { device, prefix, hasLength: text!.includes("/"), broadcast: end };
}

/** `ip address add` and `replace`. */
export function addAddressCommand(run: Run, words: Words, isReplace: boolean): Said {
  const { device, prefix, broadcast } = readAddress(run, words);
  const before = spaceOf(run);
  const { host, length } = prefix;
  const isThere = before.devices[device]!.addresses.some((own) => own.address === host && own.length === length);
  if (isThere && !isReplace) throw new IpError("Error: ipv4: Address already assigned.");
  if (!isThere) run.rows.set(run.name, addAddress(before, device, host, length, broadcast));
  return { stdout: "" };
}

/** `ip address delete`; an address without its length still goes, with a warning. */
export function deleteAddress(run: Run, words: Words): Said {
  const { device, prefix, hasLength } = readAddress(run, words);
  const before = spaceOf(run);
  const { host, length } = prefix;
  const matching = before.devices[device]!.addresses.find(
    (own) => own.address === host && (!hasLength || own.length === length),
  );
  if (matching === undefined) throw new IpError("Error: ipv4: Address not found.");
  run.rows.set(run.name, removeAddress(before, device, host));
  if (hasLength || matching.length === 32) return { stdout: "" };
  return { stdout: "", stderr: wildcardWarning(host) };
}

function wildcardWarning(host: number): string {
  const address = [host >>> 24, (host >>> 16) & 255, (host >>> 8) & 255, host & 255].join(".");
  return [
    "Warning: Executing wildcard deletion to stay compatible with old scripts.",
    `         Explicitly specify the prefix length (${address}/32) to avoid this warning.`,
    "         This special behaviour is likely to disappear in further releases,",
    "         fix your scripts!\n",
  ].join("\n");
}

/** `ip address flush`. */
export function flushAddresses(run: Run, words: Words): Said {
  if (words.peek() === undefined) throw new IpError("Flush requires arguments.", 1);
  let space = spaceOf(run);
  for (const { name } of chosenDevices(space, words))
    for (let own = space.devices[name]!.addresses[0]; own !== undefined; own = space.devices[name]!.addresses[0])
      space = removeAddress(space, name, own.address);
  run.rows.set(run.name, space);
  return { stdout: "" };
}
