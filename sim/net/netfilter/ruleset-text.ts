/**
 * `iptables-save` text: read into tables as iptables-restore does, and printed again (iptables 1.8, xshared.c).
 * Left out: counters, which read as zero, and the comment lines with the time of day.
 * Invariant: a table is replaced as a whole at its COMMIT or not at all; printing what was read gives the text again.
 */

import { listedChains } from "./edits.ts";
import { RuleError, words } from "./reader.ts";
import { parseRule } from "./rule-text.ts";
import {
  builtInChains,
  type Chain,
  plainTable,
  type Rule,
  type Ruleset,
  type Table,
  type TableName,
} from "./ruleset.ts";

const tableNames: readonly TableName[] = ["raw", "mangle", "nat", "filter", "security"];

/** A table's name. Throws RuleError for one that the Linux kernel does not have. */
function tableName(text: string): TableName {
  const name = tableNames.find((each) => each === text);
  if (name === undefined) throw new RuleError(`can't initialize iptables table \`${text}': Table does not exist`);
  return name;
}

/** Every chain that a rule names must be there, or iptables refuses the table. */
function checkJumps(table: Table): Table {
  for (const name of table.names()) {
    for (const { target } of table.chain(name)!.rules) {
      const isCall = target?.kind === "jump" || target?.kind === "goto";
      if (isCall && table.chain(target.chain) === undefined)
        throw new RuleError(`Couldn't load target \`${target.chain}':No such file or directory`);
    }
  }
  return table;
}

/** Reads `iptables-save` text; tables that it does not name stay as they are in `before`. Throws RuleError with the line. */
export function parseRuleset(text: string, before: Ruleset = { tables: {} }): Ruleset {
  const tables: Partial<Record<TableName, Table>> = { ...before.tables };
  let name: TableName | undefined;
  let chains = new Map<string, { policy: Chain["policy"]; rules: Chain["rules"][number][] }>();
  for (const [index, line] of text.split("\n").entries()) {
    try {
      if (line === "" || line.startsWith("#")) continue;
      if (line.startsWith("*")) {
        name = tableName(line.slice(1));
        chains = new Map(builtInChains[name].map((chain) => [chain, { policy: "ACCEPT", rules: [] }]));
      } else if (name === undefined) throw new RuleError("no table is open");
      else if (line.startsWith(":")) {
        const [chain = "", policy] = line.slice(1).split(" ");
        chains.set(chain, { policy: policy === "ACCEPT" || policy === "DROP" ? policy : undefined, rules: [] });
      } else if (line === "COMMIT") {
        tables[name] = checkJumps(plainTable(chains));
        name = undefined;
      } else {
        const [append, chain = "", ...rest] = words(line.replace(/^\[\d+:\d+\] /, ""));
        const rules = chains.get(chain)?.rules;
        if (append !== "-A" || rules === undefined) throw new RuleError(`no chain ${chain}`);
        rules.push(parseRule(rest));
      }
    } catch (error) {
      if (error instanceof RuleError)
        throw new RuleError(`${error.message.trimEnd()}; error occurred at line: ${index + 1}`);
      throw error;
    }
  }
  return { tables };
}

/** A rule as the command that would append it. */
export function appendText(chain: string, { text }: Rule): string {
  return text === "" ? `-A ${chain}` : `-A ${chain} ${text}`;
}

/** One table as iptables-save prints it: built-in chains first, then the user's in the order of their names. */
function tableText(name: TableName, table: Table): string {
  const chains = listedChains(name, table).map((chain) => [chain, table.chain(chain)!] as const);
  const heads = chains.map(([chain, { policy }]) => `:${chain} ${policy ?? "-"} [0:0]`);
  const rules = chains.flatMap(([chain, each]) => each.rules.map((rule) => appendText(chain, rule)));
  return [`*${name}`, ...heads, ...rules, "COMMIT"].join("\n");
}

/** All tables, or the one named, as `iptables-save` prints them, without its comment lines. */
export function printRuleset(ruleset: Ruleset, only?: TableName): string {
  const order: readonly TableName[] = ["filter", "nat", "mangle", "raw", "security"];
  const shown = only === undefined ? order : [only];
  const tables = shown.flatMap((name) => (ruleset.tables[name] ? [tableText(name, ruleset.tables[name])] : []));
  return tables.map((text) => `${text}\n`).join("");
}
