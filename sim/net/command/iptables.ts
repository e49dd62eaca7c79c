/**
 * The `iptables` command on one namespace: appending, inserting, deleting, chains and policies (iptables 1.8).
 * Left out: listing with -L, counters, -C.
 * Invariant: the ruleset that comes back is complete; a refused command changes nothing.
 */
import type { Namespace } from "../namespace.ts";
import { RuleError } from "../netfilter/reader.ts";
import { parseRule } from "../netfilter/rule-text.ts";
import { type Chain, emptyTable, type TableName } from "../netfilter/ruleset.ts";
import { withChain } from "../netfilter/ruleset-text.ts";

function chainOf(space: Namespace, table: TableName, name: string): Chain {
  const chain = (space.ruleset.tables[table] ?? emptyTable(table)).chains[name];
  if (chain === undefined) throw new RuleError("No chain/target/match by that name.");
  return chain;
}

/** Runs one command, given the words behind `iptables`. Throws RuleError with what iptables prints. */
export function runIptables(space: Namespace, all: readonly string[]): Namespace {
  const at = all.indexOf("-t");
  const table = (at < 0 ? "filter" : all[at + 1]) as TableName;
  const words = (at < 0 ? all : all.toSpliced(at, 2)).filter((word) => word !== "-w");
  const [verb, name = "", ...rest] = words;
  const put = (chain: Chain): Namespace => ({ ...space, ruleset: withChain(space.ruleset, table, name, chain) });
  if (verb === "-N") return put({ policy: undefined, rules: [] });
  const chain = chainOf(space, table, name);
  switch (verb) {
    case "-A":
      return put({ ...chain, rules: [...chain.rules, parseRule(rest)] });
    case "-I": {
      const place = /^\d+$/.test(rest[0] ?? "") ? Number(rest[0]) : undefined;
      return put({
        ...chain,
        rules: chain.rules.toSpliced((place ?? 1) - 1, 0, parseRule(rest.slice(place === undefined ? 0 : 1))),
      });
    }
    case "-D": {
      const { text } = parseRule(rest);
      const found = chain.rules.findIndex((rule) => rule.text === text);
      if (found < 0) throw new RuleError("Bad rule (does a matching rule exist in that chain?).");
      return put({ ...chain, rules: chain.rules.toSpliced(found, 1) });
    }
    case "-F":
      return put({ ...chain, rules: [] });
    case "-P":
      return put({ ...chain, policy: rest[0] === "DROP" ? "DROP" : "ACCEPT" });
    default:
      throw new RuleError(`unknown option "${verb ?? ""}"`);
  }
}
