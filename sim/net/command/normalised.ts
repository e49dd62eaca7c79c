/**
 * Commands that name a rule by its number, said so that they name it by its text: numbers mean something else as soon as
 * whoever owns the other rules writes them anew.
 * Ours; real iptables has no such need. Left out: `-I CHAIN n` behind the first place, which says where and not what.
 * Invariant: run one after the other on the same namespace, the commands leave the rules that the given one leaves.
 */
import type { Namespace } from "../namespace.ts";
import { RuleError, words } from "../netfilter/reader.ts";
import { parseRule } from "../netfilter/rule-text.ts";
import type { Rule } from "../netfilter/ruleset.ts";
import { type IptablesLine, isTable, programOf, readIptables } from "./iptables-words.ts";

type Words = readonly string[];

/** The command line behind `ip netns exec NAME`, however often that stands there, and what stands before. */
function split(given: Words, space: Namespace): { readonly before: Words; readonly command: Words } | undefined {
  let command = given;
  while (programOf(command) === "ip" && command[1] === "netns" && command[2] === "exec") {
    if (command[3] !== space.name) return undefined;
    command = command.slice(4);
  }
  return { before: given.slice(0, given.length - command.length), command };
}

/** What was read; undefined for what iptables would refuse. */
function readable<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RuleError) return undefined;
    throw error;
  }
}

function readLine(command: Words): IptablesLine | undefined {
  const program = programOf(command);
  if (program !== "iptables" && program !== "iptables-nft") return undefined;
  return readable(() => readIptables(command.slice(1)));
}

/** The words of a rule, if reading them gives the rule again. */
function wordsOf({ text }: Rule): Words | undefined {
  const found = words(text);
  return readable(() => parseRule(found))?.text === text ? found : undefined;
}

/**
 * The commands that do what one command line does, without the numbers of rules. `space` is the namespace in which it runs,
 * behind `ip netns exec` too. A rule that has a twin before it is named by taking both out and putting the other one back.
 * What needs no change, and what iptables would refuse, comes back as it is.
 */
export function normalised(space: Namespace, given: Words): readonly Words[] {
  const whole = split(given, space);
  const line = whole && readLine(whole.command);
  if (line?.number === undefined || !isTable(line.table) || (line.letter !== "D" && line.letter !== "R"))
    return [given];
  const { table, chain, number, letter } = line;
  const rules = space.ruleset.tables[table]?.chain(chain)?.rules ?? [];
  const rule = rules[number - 1];
  const old = rule && wordsOf(rule);
  if (old === undefined) return [given];
  const place = table === "filter" ? [] : ["-t", table];
  const say = (...command: Words): Words => [...whole!.before, whole!.command[0]!, ...place, ...command];
  const twins = rules.slice(0, number - 1).flatMap(({ text }, at) => (text === rule!.text ? [at + 1] : []));
  return [
    ...[...twins, number].map(() => say("-D", chain, ...old)),
    ...twins.map((at) => say("-I", chain, `${at}`, ...old)),
    ...(letter === "R" ? [say("-I", chain, `${number}`, ...line.rule)] : []),
  ];
}
