/**
 * `iptables-save` text: read into tables as iptables-restore does, and printed again (iptables 1.8, xshared.c).
 * Left out: counters, which read as zero, and the comment lines with the time of day.
 * Invariant: a table is replaced as a whole at its COMMIT or not at all; printing what was read gives the text again.
 */
import { RuleError, words } from "./reader.ts";
import { parseRule } from "./rule-text.ts";
import { builtInChains, type Chain, emptyTable, type Ruleset, type Table, type TableName } from "./ruleset.ts";

const tableNames: readonly TableName[] = ["raw", "mangle", "nat", "filter", "security"];

function tableName(text: string): TableName {
  const name = tableNames.find((each) => each === text);
  if (name === undefined) throw new RuleError(`can't initialize iptables table \`${text}': Table does not exist`);
  return name;
}

/** Every chain that a rule names must be there, or iptables refuses the table. */
function checkJumps(table: Table): Table {
  for (const { rules } of Object.values(table.chains)) {
    for (const { target } of rules) {
      const isCall = target?.kind === "jump" || target?.kind === "goto";
      if (isCall && table.chains[target.chain] === undefined)
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
        tables[name] = checkJumps({ chains: Object.fromEntries(chains) });
        name = undefined;
      } else {
        const [append, chain = "", ...rest] = words(line.replace(/^\[\d+:\d+\] /, ""));
        const rules = chains.get(chain)?.rules;
        if (append !== "-A" || rules === undefined) throw new RuleError(`no chain ${chain}`);
        rules.push(parseRule(rest));
      }
    } catch (error) {
      if (error instanceof RuleError) throw new RuleError(`${error.message}; error occurred at line: ${index + 1}`);
      throw error;
    }
  }
  return { tables };
}

/** One table as iptables-save prints it: built-in chains first, then the user's in the order of their names. */
function tableText(name: TableName, table: Table): string {
  const builtIn: readonly string[] = builtInChains[name];
  const own = Object.keys(table.chains).filter((chain) => !builtIn.includes(chain));
  const names = [...builtIn.filter((chain) => table.chains[chain] !== undefined), ...own.sort()];
  const heads = names.map((chain) => `:${chain} ${table.chains[chain]!.policy ?? "-"} [0:0]`);
  const rules = names.flatMap((chain) =>
    table.chains[chain]!.rules.map(({ text }) => (text === "" ? `-A ${chain}` : `-A ${chain} ${text}`)),
  );
  return [`*${name}`, ...heads, ...rules, "COMMIT"].join("\n");
}

/** All tables as `iptables-save` prints them, without its comment lines. */
export function printRuleset(ruleset: Ruleset): string {
  const order: readonly TableName[] = ["filter", "nat", "mangle", "raw", "security"];
  const tables = order.flatMap((name) => (ruleset.tables[name] ? [tableText(name, ruleset.tables[name])] : []));
  return tables.map((text) => `${text}\n`).join("");
}

/** Replaces one chain of one table, which is made if nobody used it before. */
export function withChain(ruleset: Ruleset, table: TableName, name: string, chain: Chain): Ruleset {
  const { chains } = ruleset.tables[table] ?? emptyTable(table);
  return { tables: { ...ruleset.tables, [table]: { chains: { ...chains, [name]: chain } } } };
}
