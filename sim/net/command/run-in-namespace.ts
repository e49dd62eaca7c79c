/**
 * A command as a user types it in one network namespace: ip, bridge, sysctl, iptables, conntrack, ss, ipset.
 * Left out: pipes, redirections and quoting, which are a shell's.
 * Invariant: a command that does not end well leaves the rows as they were; a command of several programs (`ip netns exec`)
 * is one command.
 */
import type { Namespace } from "../namespace.ts";
import { own } from "../own.ts";
import { addressOf, IpError } from "../route/route-text.ts";
import {
  type CommandResult,
  existingDevice,
  inNamespace,
  type Rows,
  type Run,
  type Said,
  spaceOf,
  Words,
} from "./command.ts";
import { runConntrack } from "./conntrack.ts";
import { runIp } from "./ip.ts";
import { runIptables, runIptablesRestore, runIptablesSave } from "./iptables.ts";
import { changesRules, programOf } from "./iptables-words.ts";
import { runIpset, runSs } from "./sockets.ts";
import { runSysctl } from "./sysctl.ts";

/** `bridge fdb add` and `append`: where an Ethernet address is behind. */
function runBridge(run: Run, given: readonly string[]): Said {
  const [object, verb, mac = "", ...rest] = given;
  if (object !== "fdb" || (verb !== "add" && verb !== "append"))
    throw new IpError(`Object "${object ?? ""}" is unknown, try "bridge help".`, 255);
  const words = new Words(rest);
  let device: string | undefined;
  let far: number | undefined;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "dev") device = words.value();
    else if (word === "dst") far = addressOf(words.value());
  }
  if (device === undefined || far === undefined) throw new IpError("Device and address are required arguments.", 255);
  const space = spaceOf(run);
  existingDevice(space, device);
  run.rows.set(run.name, { ...space, forwarding: { ...space.forwarding, [`${device} ${mac}`]: `${far}` } });
  return { stdout: "" };
}

const programs: Readonly<Record<string, (run: Run, words: readonly string[]) => Said>> = {
  ip: runIp,
  bridge: runBridge,
  sysctl: runSysctl,
  conntrack: runConntrack,
  ss: runSs,
  ipset: runIpset,
  iptables: runIptables,
  "iptables-nft": runIptables,
  "iptables-save": runIptablesSave,
  "iptables-nft-save": runIptablesSave,
  "iptables-restore": runIptablesRestore,
  "iptables-nft-restore": runIptablesRestore,
};

function perform(run: Run, words: readonly string[]): Said {
  const rest = words.slice(1);
  const program = programOf(words);
  if (program === "ip" && rest[0] === "netns" && rest[1] === "exec") {
    const [name = "", ...inner] = rest.slice(2);
    if (inner.length === 0) throw new IpError("No command specified", 255);
    return perform(inNamespace(run, name), inner);
  }
  const act = own(programs, program);
  if (act === undefined) throw new IpError(`${program}: command not found`, 127);
  return act(run, rest);
}

/** What a command may be given besides its words. */
export interface CommandOptions {
  /** The time, of which depends which connections are still there. */
  readonly nowUs?: number;
  /** Whether namespaces that are named but not there are made. */
  readonly makes?: boolean;
  /** Standard input, which iptables-restore reads. */
  readonly input?: string;
  /** The other namespaces that the command may name, as a host knows its own; without a word all. */
  readonly reach?: ReadonlySet<string>;
}

/**
 * Runs one command in a namespace and writes the rows that it changed. `words` are those of the command line, its program
 * first; remarks with blanks are one word. Throws a TypeError for words that are no list of texts.
 */
export function runInNamespace(
  rows: Rows,
  name: string,
  words: readonly string[],
  { nowUs = 0, makes = false, input, reach }: CommandOptions = {},
): CommandResult {
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string"))
    throw new TypeError("a command is a list of words, each a text: its program, then its arguments");
  const changed = new Map<string, Namespace>();
  const overlay: Rows = {
    get: (key) => changed.get(key) ?? rows.get(key),
    set: (key, space) => changed.set(key, space),
  };
  try {
    const { stdout, stderr = "", exit = 0 } = perform({ rows: overlay, name, nowUs, makes, input, reach }, words);
    const written = exit === 0 ? [...changed].filter(([key, space]) => rows.get(key) !== space) : [];
    for (const [key, space] of written) rows.set(key, space);
    return { exit, stdout, stderr, changes: written.length > 0, touched: written.map(([key]) => key) };
  } catch (error) {
    if (!(error instanceof IpError)) throw error;
    return { exit: error.exit, stdout: "", stderr: `${error.message}\n`, changes: false, touched: [] };
  }
}

const SHOWING = /^(s|sh|sho|show|l|li|lis|list|ls|lst|g|ge|get)$/;

/** Whether a command line is one that changes something, so that it is worth remembering, however it ends. */
export function isChange(words: readonly string[]): boolean {
  const rest = words.slice(1);
  const program = programOf(words);
  if (program.startsWith("iptables"))
    return program.endsWith("-restore") || (!program.endsWith("-save") && changesRules(rest));
  if (program === "sysctl") return rest.some((word) => word.includes("="));
  if (program === "conntrack") return rest.some((word) => /^(-D|-F|--delete|--flush)$/.test(word));
  if (program === "bridge") return rest[1] === "add" || rest[1] === "append";
  if (program !== "ip") return false;
  const named = rest.findIndex((word, at) => !word.startsWith("-") && !/^-(n|netns)$/.test(rest[at - 1] ?? ""));
  const [object, verb, ...others] = named < 0 ? [] : rest.slice(named);
  if (object === "netns") return verb === "exec" && isChange(others.slice(1));
  return verb !== undefined && !SHOWING.test(verb);
}
