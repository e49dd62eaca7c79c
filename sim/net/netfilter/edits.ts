/**
 * Changes that somebody made by hand to tables, kept apart from what they were made to: the chains that are different now.
 * Ours: a node's rules are derived from what its kube-proxy has seen, and manual edits are the little that is stored.
 * Left out: what a later sync of kube-proxy would repair; whoever owns the base drops the edits that it overwrote.
 * Invariant: edits are plain data; the same edits on the same base are the same rules.
 */
import { builtInChains, type Chain, emptyTable, type Ruleset, type Table, type TableName } from "./ruleset.ts";

/** Chains that replace those of a base, by table and name; null for one that was deleted. */
type RulesetEdits = Readonly<Partial<Record<TableName, Readonly<Record<string, Chain | null>>>>>;

interface Edited {
  readonly base: Ruleset;
  readonly edits: RulesetEdits;
}

const origins = new WeakMap<Ruleset, Edited>();

function editedTable(base: Table, changed: Readonly<Record<string, Chain | null>>): Table {
  const chains = new Map(Object.entries(changed));
  return {
    chain(name) {
      const edit = chains.get(name);
      return edit === undefined ? base.chain(name) : (edit ?? undefined);
    },
    names() {
      const kept = base.names().filter((name) => !chains.has(name));
      return [...kept, ...[...chains].flatMap(([name, chain]) => (chain === null ? [] : [name]))];
    },
  };
}

const editedRulesets = new WeakMap<Ruleset, WeakMap<RulesetEdits, Ruleset>>();

/** The base with the edits in front of it. A table that the base lacks begins empty. The same object for the same two. */
function withEdits(base: Ruleset, edits: RulesetEdits): Ruleset {
  const known = editedRulesets.get(base) ?? new WeakMap<RulesetEdits, Ruleset>();
  editedRulesets.set(base, known);
  let ruleset = known.get(edits);
  if (ruleset === undefined) {
    const tables: Partial<Record<TableName, Table>> = { ...base.tables };
    for (const name of Object.keys(edits) as TableName[])
      tables[name] = editedTable(base.tables[name] ?? emptyTable(name), edits[name]!);
    ruleset = { tables };
    known.set(edits, ruleset);
    origins.set(ruleset, { base, edits });
  }
  return ruleset;
}

/** Replaces one chain of one table, or deletes it with null; the rest stays what it was, derived or not. */
export function withChain(ruleset: Ruleset, table: TableName, name: string, chain: Chain | null): Ruleset {
  const { base, edits } = origins.get(ruleset) ?? { base: ruleset, edits: {} };
  const kept = chain === null ? null : { policy: chain.policy, rules: chain.rules };
  return withEdits(base, { ...edits, [table]: { ...edits[table], [name]: kept } });
}

/** Whether a chain is one that the table always has. */
export function isBuiltIn(table: TableName, name: string): boolean {
  return builtInChains[table].some((hook) => hook === name);
}

/** Names in the order in which iptables lists chains: built-in ones as hooks come, then the user's by name. */
export function listedChains(name: TableName, table: Table): readonly string[] {
  const own = table.names().filter((chain) => !isBuiltIn(name, chain));
  return [...builtInChains[name].filter((chain) => table.chain(chain) !== undefined), ...own.sort()];
}
