/**
 * `ip neighbour` and `ip rule` (iproute2 6.1, ip/ipneigh.c, ip/iprule.c).
 * Left out: proxies by hand, states in which the Linux kernel is still asking.
 * Invariant: an entry made by hand stays until somebody deletes it.
 */
import type { Namespace, Neighbour } from "../namespace.ts";
import type { PolicyRule } from "../route/route.ts";
import { addressOf, IpError, parsePolicyRule, policyRuleText, prefixOf } from "../route/route-text.ts";
import { contains } from "../wire/ipv4.ts";
import { completed, existingDevice, garbage, lines, type Run, type Said, spaceOf, type Words } from "./command.ts";
import { neighbourText } from "./show.ts";

const states = ["permanent", "reachable", "stale", "failed"] as const;

function stateOf(text: string): Neighbour["state"] {
  const state = states.find((each) => each === text) ?? (text === "noarp" ? "permanent" : undefined);
  if (state === undefined) throw new IpError(`Error: argument "${text}" is wrong: nud state is bad`, 255);
  return state.toUpperCase() as Neighbour["state"];
}

interface Meant {
  readonly device: string;
  readonly address: number;
  readonly mac: string | undefined;
  readonly state: Neighbour["state"];
}

function readNeighbour(space: Namespace, words: Words): Meant {
  let device: string | undefined;
  let address: number | undefined;
  let mac: string | undefined;
  let state: Neighbour["state"] = "PERMANENT";
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "dev") device = words.value();
    else if (word === "lladdr") mac = words.value();
    else if (word === "nud") state = stateOf(words.value());
    else if (address !== undefined) garbage("to", word);
    else address = addressOf(word === "to" ? words.value() : word, "any");
  }
  if (device === undefined || address === undefined)
    throw new IpError("Device and destination are required arguments.", 255);
  existingDevice(space, device);
  if (mac !== undefined && !/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(mac)) {
    const wrong = mac.split(":").find((part) => !/^[0-9a-f]{1,2}$/i.test(part)) ?? mac;
    throw new IpError(`"${wrong}" is invalid lladdr.`, 1);
  }
  return { device, address, mac, state };
}

/** `ip neighbour add`, `change` and `replace`. */
export function addNeighbour(run: Run, words: Words, verb: "add" | "change" | "replace"): Said {
  const space = spaceOf(run);
  const { device, address, mac, state } = readNeighbour(space, words);
  const key = `${device} ${address}`;
  const known = space.neighbours[key];
  if (verb === "add" && known !== undefined) throw new IpError("RTNETLINK answers: File exists");
  if (verb === "change" && known === undefined) throw new IpError("RTNETLINK answers: No such file or directory");
  if (mac === undefined && known === undefined && state !== "FAILED")
    throw new IpError("RTNETLINK answers: Invalid argument");
  const neighbour: Neighbour = { device, address, mac: mac?.toLowerCase() ?? known?.mac ?? "", state };
  run.rows.set(run.name, { ...space, neighbours: { ...space.neighbours, [key]: neighbour } });
  return { stdout: "" };
}

/** `ip neighbour delete`. */
export function deleteNeighbour(run: Run, words: Words): Said {
  const space = spaceOf(run);
  const { device, address } = readNeighbour(space, words);
  const key = `${device} ${address}`;
  if (space.neighbours[key] === undefined) throw new IpError("RTNETLINK answers: No such file or directory");
  const { [key]: _, ...neighbours } = space.neighbours;
  run.rows.set(run.name, { ...space, neighbours });
  return { stdout: "" };
}

interface Shown {
  readonly tests: readonly ((neighbour: Neighbour) => boolean)[];
  readonly withoutDevice: boolean;
  readonly hasState: boolean;
}

function readFilter(space: Namespace, words: Words): Shown {
  const tests: ((neighbour: Neighbour) => boolean)[] = [];
  let withoutDevice = false;
  let hasState = false;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "dev") {
      const device = existingDevice(space, words.value());
      withoutDevice = true;
      tests.push((one) => one.device === device);
    } else if (word === "nud") {
      const value = words.value();
      const state = value === "all" ? undefined : stateOf(value);
      hasState = true;
      if (state !== undefined) tests.push((one) => one.state === state);
    } else if (word !== "all" && word !== "unused") {
      const prefix = prefixOf(word === "to" ? words.value() : word);
      tests.push(({ address }) => contains(prefix, address));
    }
  }
  return { tests, withoutDevice, hasState };
}

/** `ip neighbour show`. */
export function showNeighbour(run: Run, words: Words): Said {
  const space = spaceOf(run);
  const { tests, withoutDevice } = readFilter(space, words);
  const shown = Object.values(space.neighbours).filter((one) => tests.every((test) => test(one)));
  return { stdout: lines(shown.map((one) => `${neighbourText(one, withoutDevice)} `)) };
}

/** `ip neighbour flush`; entries made by hand stay unless their state is named. */
export function flushNeighbours(run: Run, words: Words): Said {
  if (words.peek() === undefined) throw new IpError("Flush requires arguments.", 1);
  const space = spaceOf(run);
  const { tests, hasState } = readFilter(space, words);
  const isGone = (one: Neighbour) => (hasState || one.state !== "PERMANENT") && tests.every((test) => test(one));
  const entries = Object.entries(space.neighbours);
  const kept = entries.filter(([, one]) => !isGone(one));
  if (kept.length < entries.length) run.rows.set(run.name, { ...space, neighbours: Object.fromEntries(kept) });
  return { stdout: "" };
}

/** `ip rule show`. */
export function showRules(run: Run): Said {
  return { stdout: lines(spaceOf(run).rules.map(policyRuleText)) };
}

/** `ip rule add`. */
export function addRule(run: Run, words: Words): Said {
  const before = spaceOf(run);
  const own = before.rules.filter(({ priority }) => priority > 0 && priority < 32766);
  const free = own.reduce((lowest, { priority }) => Math.min(lowest, priority), 32766) - 1;
  const rule = parsePolicyRule(words.rest(), free);
  if (before.rules.some((one) => policyRuleText(one) === policyRuleText(rule)))
    throw new IpError("RTNETLINK answers: File exists");
  const rules = [...before.rules, rule].sort((a, b) => a.priority - b.priority);
  run.rows.set(run.name, { ...before, rules });
  return { stdout: "" };
}

/** Whether a rule has all that a deletion names. */
function isMeant(rule: PolicyRule, meant: PolicyRule, named: readonly string[]): boolean {
  const says = (...options: readonly string[]) => options.some((option) => named.includes(option));
  const prefix = (a: PolicyRule["from"], b: PolicyRule["from"]) => a?.address === b?.address && a?.length === b?.length;
  return (
    (!says("priority", "pref", "order") || rule.priority === meant.priority) &&
    (!says("from") || prefix(rule.from, meant.from)) &&
    (!says("to") || prefix(rule.to, meant.to)) &&
    (!says("iif") || rule.iif === meant.iif) &&
    (!says("fwmark") || rule.mark?.value === meant.mark?.value) &&
    (!says("lookup", "table") || JSON.stringify(rule.action) === JSON.stringify(meant.action))
  );
}

/** `ip rule delete`: the first rule that has all that was said. */
export function deleteRule(run: Run, words: Words): Said {
  const given = words.rest();
  if (given.length === 0) throw new IpError("RTNETLINK answers: Invalid argument");
  const before = spaceOf(run);
  const meant = parsePolicyRule(given, 0);
  const at = before.rules.findIndex((rule) => isMeant(rule, meant, given));
  if (at < 0) throw new IpError("RTNETLINK answers: No such file or directory");
  run.rows.set(run.name, { ...before, rules: before.rules.toSpliced(at, 1) });
  return { stdout: "" };
}

/** `ip rule flush`: all but the one for local addresses. */
export function flushRules(run: Run): Said {
  const before = spaceOf(run);
  run.rows.set(run.name, { ...before, rules: before.rules.filter(({ priority }) => priority === 0) });
  return { stdout: "" };
}

/**
 * `ip netns list`: the namespaces that a container runtime made on this host: those within reach, or else those into which
 * devices lead. Only the latter have a number.
 */
export function showNamespaces(run: Run): Said {
  const { reach } = run;
  const peers = Object.values(spaceOf(run).devices).flatMap(({ type }) =>
    type.kind === "veth" && type.peerNamespace.startsWith("cni-") ? [type.peerNamespace] : [],
  );
  const near = [...new Set(peers)].filter((name) => reach?.has(name) ?? true);
  const far = [...(reach ?? [])].filter((name) => name !== run.name && !near.includes(name) && run.rows.get(name));
  return { stdout: lines([...near.map((name, id) => `${name} (id: ${id})`), ...far.toSorted()]) };
}

/** The verb that a word stands for, "show" if there is none. Throws IpError in ip's words. */
export function verbOf(object: string, word: string | undefined, verbs: readonly string[]): string {
  if (word === undefined) return "show";
  const verb = completed(word, verbs);
  if (verb === undefined) throw new IpError(`Command "${word}" is unknown, try "ip ${object} help".`, 255);
  return verb === "list" || verb === "lst" || verb === "ls" ? "show" : verb;
}
