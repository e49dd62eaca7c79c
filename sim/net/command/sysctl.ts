/**
 * `sysctl`: reading and writing what is under /proc/sys/net of a namespace (procps-ng 4.0, src/sysctl.c).
 * Left out: files, patterns, everything outside the network.
 * Invariant: a name that the Linux kernel does not have is refused; writing ip_forward writes every device's switch too.
 */
import type { Namespace } from "../namespace.ts";
import { own } from "../own.ts";
import { lines, type Run, type Said, spaceOf } from "./command.ts";

/** Settings of a whole namespace, with the value of a fresh one. */
const plain: Readonly<Record<string, string>> = {
  "net.bridge.bridge-nf-call-arptables": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.core.somaxconn": "4096",
  "net.ipv4.fib_multipath_hash_policy": "0",
  "net.ipv4.icmp_echo_ignore_all": "0",
  "net.ipv4.icmp_ratelimit": "1000",
  "net.ipv4.ip_default_ttl": "64",
  "net.ipv4.ip_forward": "0",
  "net.ipv4.ip_local_port_range": "32768\t60999",
  "net.ipv4.ip_nonlocal_bind": "0",
  "net.ipv4.tcp_syncookies": "1",
  "net.netfilter.nf_conntrack_max": "262144",
  "net.netfilter.nf_conntrack_tcp_be_liberal": "0",
  "net.netfilter.nf_conntrack_tcp_loose": "1",
  "net.netfilter.nf_conntrack_tcp_timeout_established": "432000",
  "net.netfilter.nf_conntrack_udp_timeout": "30",
  "net.netfilter.nf_conntrack_udp_timeout_stream": "120",
};

/** Settings of each device, of `all` and of `default`. */
const perDevice: Readonly<Record<string, string>> = {
  accept_local: "0",
  accept_redirects: "1",
  arp_announce: "0",
  arp_filter: "0",
  arp_ignore: "0",
  forwarding: "0",
  promote_secondaries: "0",
  proxy_arp: "0",
  proxy_arp_pvlan: "0",
  route_localnet: "0",
  rp_filter: "0",
  send_redirects: "1",
  src_valid_mark: "0",
};

const CONF = "net.ipv4.conf.";
const neighbourDefaults: Readonly<Record<string, string>> = {
  proxy_delay: "80",
  gc_stale_time: "60",
  ucast_solicit: "3",
};
const NEIGH = "net.ipv4.neigh.";

function fallbackOf({ devices, sysctls }: Namespace, name: string): string | undefined {
  for (const [prefix, known] of [
    [CONF, perDevice],
    [NEIGH, neighbourDefaults],
  ] as const) {
    if (!name.startsWith(prefix)) continue;
    const cut = name.lastIndexOf(".");
    const device = name.slice(prefix.length, cut);
    const key = name.slice(cut + 1);
    if (device !== "all" && device !== "default" && own(devices, device) === undefined) return undefined;
    const usual = own(known, key);
    if (usual === undefined) return undefined;
    if (key === "forwarding") return sysctls["net.ipv4.ip_forward"] ?? "0";
    return device === "all" ? usual : (sysctls[`${prefix}default.${key}`] ?? usual);
  }
  return own(plain, name);
}

/** The value of a setting, or undefined if the namespace has none of that name. */
function settingOf(space: Namespace, name: string): string | undefined {
  return own(space.sysctls, name) ?? fallbackOf(space, name);
}

function allNames(space: Namespace): readonly string[] {
  const places = ["all", "default", ...Object.keys(space.devices)];
  const made = places.flatMap((place) => Object.keys(perDevice).map((key) => `${CONF}${place}.${key}`));
  const names = new Set([...Object.keys(plain), ...made, ...Object.keys(space.sysctls)]);
  return [...names].filter((name) => settingOf(space, name) !== undefined).sort();
}

/** The row with one setting written. */
function written(space: Namespace, name: string, value: string): Namespace {
  const isAll = name === "net.ipv4.ip_forward" || name === `${CONF}all.forwarding`;
  const kept = Object.entries(space.sysctls).filter(([key]) => !isAll || !key.endsWith(".forwarding"));
  const changes = isAll ? { "net.ipv4.ip_forward": value } : { [name]: value };
  return { ...space, sysctls: { ...Object.fromEntries(kept), ...changes } };
}

interface Options {
  readonly onlyValues: boolean;
  readonly onlyNames: boolean;
  readonly quiet: boolean;
  readonly all: boolean;
  readonly writes: boolean;
  readonly ignores: boolean;
}

const letters: Readonly<Record<string, string>> = {
  values: "n",
  names: "N",
  quiet: "q",
  all: "a",
  write: "w",
  ignore: "e",
};

const notFound = (name: string) =>
  `sysctl: cannot stat /proc/sys/${name.replaceAll(".", "/")}: No such file or directory\n`;

function optionsOf(words: readonly string[]): Options {
  const given = words
    .map((word) => (word.startsWith("--") ? (own(letters, word.slice(2)) ?? "") : word.slice(1)))
    .join("");
  const has = (letter: string) => given.includes(letter);
  return {
    onlyValues: has("n"),
    onlyNames: has("N"),
    quiet: has("q"),
    all: has("a") || has("A") || has("X"),
    writes: has("w"),
    ignores: has("e"),
  };
}

/** What one variable of the command line printed, and the row after it. */
interface Step {
  readonly space: Namespace;
  readonly stdout: string;
  readonly stderr: string;
}

function shown({ onlyValues, onlyNames }: Options, name: string, value: string): string {
  return `${onlyNames ? name : onlyValues ? value : `${name} = ${value}`}\n`;
}

function runOne(space: Namespace, variable: string, options: Options): Step {
  const [left = "", ...right] = variable.split("=");
  const name = left.trim().replaceAll("/", ".");
  const value = right.join("=").trim();
  const said = (stdout: string, stderr: string): Step => ({ space, stdout, stderr });
  const isWrite = variable.includes("=");
  if (!isWrite && options.writes) return said("", "sysctl: command line(0): invalid syntax, continuing...\n");
  const before = settingOf(space, name);
  if (before === undefined) return said("", options.ignores ? "" : notFound(name));
  if (!isWrite) return said(shown(options, name, before), "");
  if (!/^-?[0-9]+([ \t]+-?[0-9]+)*$/.test(value)) return said("", `sysctl: setting key "${name}": Invalid argument\n`);
  return { space: written(space, name, value), stdout: options.quiet ? "" : shown(options, name, value), stderr: "" };
}

/** Runs `sysctl` with the words behind its name. */
export function runSysctl(run: Run, words: readonly string[]): Said {
  const options = optionsOf(words.filter((word) => word.startsWith("-")));
  const variables = words.filter((word) => !word.startsWith("-"));
  let space = spaceOf(run);
  if (options.all) {
    const names = allNames(space);
    return { stdout: lines(names.map((name) => shown(options, name, settingOf(space, name)!).trimEnd())) };
  }
  if (variables.length === 0)
    return {
      stdout: "",
      stderr: "sysctl: no variables specified\nTry `sysctl --help' for more information.\n",
      exit: 1,
    };
  const steps: Step[] = [];
  // A script may write "name = value" in three words, which the real command does not take.
  const joined = run.makes && variables[1] === "=" ? [variables.join("")] : variables;
  for (const variable of joined) {
    const step = runOne(space, variable, options);
    space = step.space;
    steps.push(step);
  }
  const stderr = steps.map((step) => step.stderr).join("");
  if (stderr === "" && space !== spaceOf(run)) run.rows.set(run.name, space);
  return { stdout: steps.map((step) => step.stdout).join(""), stderr, exit: stderr === "" ? 0 : 1 };
}
