import type { ChainSnapshot, NamespaceSnapshot } from "../../sim/snapshot.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { placeText } from "../place.ts";
import { configure } from "./ip.ts";
import { chainText } from "./iptables-list.ts";

const TABLES = ["raw", "mangle", "nat", "filter"];

function spaceOf(terminal: Terminal): NamespaceSnapshot | undefined {
  return terminal.client.network.namespace(placeText(terminal.place));
}

/** `iptables-save [-t TABLE]`: the place's rules as they are. */
export const iptablesSave: ShellCommand = {
  name: "iptables-save",
  run(argv, terminal) {
    const at = argv.indexOf("-t");
    const wanted = at < 0 ? TABLES : [argv[at + 1] ?? ""];
    const chains = spaceOf(terminal)?.chains() ?? [];
    for (const table of wanted) {
      const own = chains.filter((one) => one.table === table);
      if (own.length === 0) continue;
      terminal.out(`*${table}\n`);
      for (const { chain, policy } of own) terminal.out(`:${chain} ${policy} [0:0]\n`);
      for (const { chain, rules } of own) for (const rule of rules) terminal.out(`-A ${chain} ${rule}\n`);
      terminal.out("COMMIT\n");
    }
    return 0;
  },
};

/** `iptables`: `-S` and `-L` show, everything else goes to the simulation. */
export const iptables: ShellCommand = {
  name: "iptables",
  run(argv, terminal) {
    const wish = readListing(argv);
    if (wish === undefined) return configure(terminal, ["iptables", ...argv]);
    const chains = (spaceOf(terminal)?.chains() ?? []).filter((one) => one.table === wish.table);
    const wanted = wish.chain === undefined ? chains : chains.filter((one) => one.chain === wish.chain);
    if (wanted.length === 0 && wish.chain !== undefined) {
      terminal.err("iptables: No chain/target/match by that name.\n");
      return 1;
    }
    terminal.out(wish.isRules ? rulesText(wanted) : wanted.map((one) => chainText(one, chains, wish)).join("\n"));
    return 0;
  },
};

/** What is to be listed, and how; undefined where nothing is. */
function readListing(argv: readonly string[]) {
  let table = "filter";
  let verb: string | undefined;
  let chain: string | undefined;
  let flags = "";
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "-t" || word === "--table") table = argv[++i] ?? "";
    else if (word === "--line-numbers") flags += "#";
    else if (/^(?:-[nvxw]*[SL][nvx]*|--list|--list-rules)$/.test(word)) {
      verb = word;
      if (!word.startsWith("--")) flags += word;
    } else if (/^-[nvxw]+$|^--(?:numeric|verbose|exact|wait)$/.test(word)) flags += word.replace(/^--(.).*/, "$1");
    else if (verb !== undefined && !word.startsWith("-")) chain ??= word;
    else return undefined;
  }
  if (verb === undefined) return undefined;
  return {
    ...{ table, chain, isRules: /S|-rules/.test(verb) },
    ...{ isNumeric: flags.includes("n"), isVerbose: flags.includes("v"), isNumbered: flags.includes("#") },
  };
}

function rulesText(chains: readonly ChainSnapshot[]): string {
  const heads = chains.map(({ chain, policy }) => (policy === "-" ? `-N ${chain}\n` : `-P ${chain} ${policy}\n`));
  return heads.join("") + chains.flatMap(({ chain, rules }) => rules.map((rule) => `-A ${chain} ${rule}\n`)).join("");
}

/** `conntrack`: `-L` lists the place's connections, everything else goes to the simulation. */
export const conntrack: ShellCommand = {
  name: "conntrack",
  run(argv, terminal) {
    if (argv[0] !== "-L" && argv[0] !== undefined) return configure(terminal, ["conntrack", ...argv]);
    const value = (flag: string) => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined);
    const parts = [
      ["src=", value("-s") ?? value("--src")],
      ["dst=", value("-d") ?? value("--dst")],
      ["dport=", value("--dport")],
    ] as const;
    const fits = (line: string) =>
      parts.every(([name, wanted]) => wanted === undefined || ` ${line} `.includes(` ${name}${wanted} `)) &&
      (value("-p") === undefined || line.startsWith(value("-p")!));
    const shown = (spaceOf(terminal)?.connections ?? []).filter(fits);
    for (const line of shown) terminal.out(`${line}\n`);
    terminal.err(`conntrack v1.4.8 (conntrack-tools): ${shown.length} flow entries have been shown.\n`);
    return 0;
  },
};

/** `sysctl NAME` and `sysctl -w NAME=VALUE`: both are the simulation's. */
export const sysctl: ShellCommand = {
  name: "sysctl",
  run: (argv, terminal) => configure(terminal, ["sysctl", ...argv]),
};
