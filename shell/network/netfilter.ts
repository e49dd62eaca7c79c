import type { ChainSnapshot, NamespaceSnapshot } from "../../sim/snapshot.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { placeText } from "../place.ts";
import { configure } from "./ip.ts";

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
    const words = argv.filter((word) => !/^-[wn]+$/.test(word));
    const verb = words.findIndex((word) => /^-([SL]|v?n?L[nv]*|-list|-list-rules|-list-rules)$/.test(word));
    if (verb < 0) return configure(terminal, ["iptables", ...argv]);
    const at = words.indexOf("-t");
    const table = at < 0 ? "filter" : (words[at + 1] ?? "filter");
    const name = words[verb + 1]?.startsWith("-") ? undefined : words[verb + 1];
    const chains = (spaceOf(terminal)?.chains() ?? []).filter((one) => one.table === table);
    const wanted = name === undefined || verb + 1 === at ? chains : chains.filter((one) => one.chain === name);
    if (wanted.length === 0 && name !== undefined) {
      terminal.err("iptables: No chain/target/match by that name.\n");
      return 1;
    }
    const isRules = words[verb] === "-S" || words[verb] === "--list-rules";
    terminal.out(isRules ? rulesText(wanted) : wanted.map(listText).join("\n"));
    return 0;
  },
};

function rulesText(chains: readonly ChainSnapshot[]): string {
  const heads = chains.map(({ chain, policy }) => (policy === "-" ? `-N ${chain}\n` : `-P ${chain} ${policy}\n`));
  return heads.join("") + chains.flatMap(({ chain, rules }) => rules.map((rule) => `-A ${chain} ${rule}\n`)).join("");
}

function listText({ chain, policy, rules }: ChainSnapshot): string {
  const head = policy === "-" ? `Chain ${chain} (references)` : `Chain ${chain} (policy ${policy})`;
  return `${head}\ntarget     prot opt source               destination\n${rules.map(listLine).join("")}`;
}

/** One rule in the columns of `iptables -L -n`; its other matches follow as the rule spells them. */
function listLine(rule: string): string {
  const words = rule.split(" ");
  const take = (flag: string) => {
    const at = words.indexOf(flag);
    return at < 0 ? undefined : words.splice(at, 2)[1];
  };
  const target = take("-j") ?? take("-g") ?? "";
  const cells = [target.padEnd(10), (take("-p") ?? "all").padEnd(4), "-- ", (take("-s") ?? "0.0.0.0/0").padEnd(20)];
  return `${cells.join(" ")} ${(take("-d") ?? "0.0.0.0/0").padEnd(20)} ${words.join(" ")}\n`;
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
