/**
 * `iptables`, `iptables-save` and `iptables-restore` on one namespace, whose rules may be derived (iptables 1.8.9 with
 * nf_tables: iptables/nft.c, xshared.c).
 * Left out: counters, which are always zero; targets that change no packet, such as LOG.
 * Invariant: a refused command changes nothing; a change touches one chain, and the others stay what they were.
 */
import { isBuiltIn, listedChains, withChain } from "../netfilter/edits.ts";
import { BadArgument, RuleError } from "../netfilter/reader.ts";
import { parseRule } from "../netfilter/rule-text.ts";
import { type Chain, emptyTable, type Rule, type Ruleset, type Table, type TableName } from "../netfilter/ruleset.ts";
import { appendText, parseRuleset, printRuleset } from "../netfilter/ruleset-text.ts";
import { IpError } from "../route/route-text.ts";
import { lines, type Run, type Said, spaceOf } from "./command.ts";
import { listTable } from "./iptables-list.ts";
import { type IptablesLine, isTable, readIptables } from "./iptables-words.ts";

const VERSION = "iptables v1.8.9 (nf_tables)";
const HINT = "Try `iptables -h' or 'iptables --help' for more information.";

/** Wrong use, with exit status 2. */
function wrongUse(error: RuleError): IpError {
  const who = error instanceof BadArgument ? "" : `${VERSION}: `;
  return new IpError(`${who}${error.message}\n${HINT}`, 2);
}

/** A refusal by the Linux kernel's tables, with exit status 1. */
function refusal(message: string): IpError {
  return new IpError(`iptables: ${message}`, 1);
}

/** A transaction that the Linux kernel did not take, with exit status 4. */
function failure(what: string, why: string, where: string): IpError {
  return new IpError(`${VERSION}:  ${what} failed (${why}): ${where}`, 4);
}

const NO_CHAIN = "No chain/target/match by that name.";

interface Work {
  readonly ruleset: Ruleset;
  readonly name: TableName;
  readonly table: Table;
  readonly line: IptablesLine;
}

/** What a command made of the rules, and what it printed. */
interface Outcome {
  readonly ruleset: Ruleset;
  readonly stdout: string;
}

function chainOf({ table, line }: Work): Chain {
  const chain = table.chain(line.chain);
  if (chain === undefined) throw refusal(NO_CHAIN);
  return chain;
}

const places: Readonly<Record<string, readonly [TableName, readonly string[]]>> = {
  dnat: ["nat", ["PREROUTING", "OUTPUT"]],
  redirect: ["nat", ["PREROUTING", "OUTPUT"]],
  snat: ["nat", ["INPUT", "POSTROUTING"]],
  masquerade: ["nat", ["POSTROUTING"]],
  reject: ["filter", ["INPUT", "FORWARD", "OUTPUT"]],
};

const verbs: Readonly<Record<string, string>> = { A: "RULE_APPEND", I: "RULE_INSERT", R: "RULE_REPLACE" };

/** Reads the rule of a command line, and checks that it may stand where it shall. */
function ruleOf({ name, table, line }: Work): Rule {
  const { chain, letter } = line;
  const rule = parseRule(line.rule);
  const has = (kind: "in" | "out") => rule.matches.some((match) => match.kind === kind);
  if (has("in") && (chain === "OUTPUT" || chain === "POSTROUTING")) throw new RuleError(`Can't use -i with ${chain}\n`);
  if (has("out") && (chain === "INPUT" || chain === "PREROUTING")) throw new RuleError(`Can't use -o with ${chain}\n`);
  const { target } = rule;
  if (target?.kind === "jump" || target?.kind === "goto") {
    if (table.chain(target.chain) === undefined) throw new RuleError(`Chain '${target.chain}' does not exist`);
    if (isBuiltIn(name, target.chain))
      throw failure(verbs[letter] ?? "RULE_DELETE", "Invalid argument", `rule in chain ${chain}`);
  }
  const proto = rule.matches.find(({ kind }) => kind === "protocol");
  const hasPorts = (target?.kind === "dnat" || target?.kind === "snat") && target.ports !== undefined;
  if (hasPorts && (proto?.kind !== "protocol" || !/^(tcp|udp|sctp|dccp)$/.test(proto.proto)))
    throw new RuleError("Need TCP, UDP, SCTP or DCCP with port specification");
  const place = places[target?.kind ?? ""];
  const isMisplaced =
    place !== undefined && (place[0] !== name || (isBuiltIn(name, chain) && !place[1].includes(chain)));
  if (isMisplaced && verbs[letter] !== undefined)
    throw failure(verbs[letter], "Invalid argument", `rule in chain ${chain}`);
  return rule;
}

function replaced(work: Work, chain: Chain | null): Outcome {
  return { ruleset: withChain(work.ruleset, work.name, work.line.chain, chain), stdout: "" };
}

function withRules(work: Work, rules: readonly Rule[]): Outcome {
  return replaced(work, { policy: chainOf(work).policy, rules });
}

const BAD_RULE = "Bad rule (does a matching rule exist in that chain?).";

/** Where the rule of the command line stands in its chain. Throws IpError if it does not. */
function placeOf(work: Work, rules: readonly Rule[]): number {
  const { text } = ruleOf(work);
  const at = rules.findIndex((rule) => rule.text === text);
  if (at < 0) throw refusal(BAD_RULE);
  return at;
}

function deleteRule(work: Work): Outcome {
  const { rules } = chainOf(work);
  const { number } = work.line;
  if (number !== undefined && number > rules.length) throw refusal("Index of deletion too big.");
  return withRules(work, rules.toSpliced(number === undefined ? placeOf(work, rules) : number - 1, 1));
}

function insertRule(work: Work): Outcome {
  const number = work.line.number ?? 1;
  const rule = ruleOf(work);
  const { rules } = chainOf(work);
  if (number > rules.length + 1) throw refusal("Index of insertion too big.");
  return withRules(work, rules.toSpliced(number - 1, 0, rule));
}

function replaceRule(work: Work): Outcome {
  const number = work.line.number!;
  const rule = ruleOf(work);
  const { rules } = chainOf(work);
  if (number > rules.length) throw refusal("Index of replacement too big.");
  return withRules(work, rules.toSpliced(number - 1, 1, rule));
}

function newChain(work: Work): Outcome {
  if (work.table.chain(work.line.chain) !== undefined) throw refusal("Chain already exists.");
  return replaced(work, { policy: undefined, rules: [] });
}

/** Deletes a chain of the user's, or all of them; one that is built in, not empty or jumped to is busy. */
function deleteChains(work: Work): Outcome {
  const { name, table, line } = work;
  const all = listedChains(name, table);
  const meant = line.chain === "" ? all.filter((chain) => !isBuiltIn(name, chain)) : [line.chain];
  if (line.chain !== "" && table.chain(line.chain) === undefined) throw refusal(NO_CHAIN);
  const isCalled = (chain: string) =>
    all.some((other) => {
      if (line.chain === "" && meant.includes(other)) return false;
      return table
        .chain(other)!
        .rules.some(({ target }) => target !== undefined && "chain" in target && target.chain === chain);
    });
  let { ruleset } = work;
  for (const chain of meant) {
    if (isBuiltIn(name, chain) || table.chain(chain)!.rules.length > 0 || isCalled(chain))
      throw failure("CHAIN_DEL", "Device or resource busy", `chain ${chain}`);
    ruleset = withChain(ruleset, name, chain, null);
  }
  return { ruleset, stdout: "" };
}

function flush(work: Work): Outcome {
  if (work.line.chain !== "") return withRules(work, []);
  let { ruleset } = work;
  for (const chain of work.table.names()) {
    const { policy, rules } = work.table.chain(chain)!;
    if (rules.length > 0) ruleset = withChain(ruleset, work.name, chain, { policy, rules: [] });
  }
  return { ruleset, stdout: "" };
}

function setPolicy(work: Work): Outcome {
  const { line, name } = work;
  if (!isBuiltIn(name, line.chain)) throw refusal("Bad built-in chain name.");
  if (line.extra !== "ACCEPT" && line.extra !== "DROP")
    throw refusal("Bad policy name. Run `dmesg' for more information.");
  return replaced(work, { policy: line.extra, rules: chainOf(work).rules });
}

function rename(work: Work): Outcome {
  const { line, name, table } = work;
  const chain = chainOf(work);
  const to = line.extra!;
  if (table.chain(to) !== undefined) throw refusal("File exists.");
  let ruleset = withChain(work.ruleset, name, line.chain, null);
  ruleset = withChain(ruleset, name, to, chain);
  for (const other of ruleset.tables[name]!.names()) {
    const { policy, rules } = ruleset.tables[name]!.chain(other)!;
    const isCall = ({ target }: Rule) => target !== undefined && "chain" in target && target.chain === line.chain;
    if (!rules.some(isCall)) continue;
    const moved = rules.map((rule) =>
      isCall(rule)
        ? { ...rule, target: { ...rule.target, chain: to } as Rule["target"], text: rule.text.replace(/\S+$/, to) }
        : rule,
    );
    ruleset = withChain(ruleset, name, other, { policy, rules: moved });
  }
  return { ruleset, stdout: "" };
}

function shownChain({ name, table, line }: Work): void {
  if (line.chain !== "" && table.chain(line.chain) === undefined)
    throw new IpError(`${VERSION}: chain \`${line.chain}' in table \`${name}' is incompatible, use 'nft' tool.`, 1);
}

function list(work: Work): Outcome {
  shownChain(work);
  return { ruleset: work.ruleset, stdout: lines(listTable(work.name, work.table, work.line)) };
}

function listRules(work: Work): Outcome {
  const { name, table, line } = work;
  shownChain(work);
  const names = line.chain === "" ? listedChains(name, table) : [line.chain];
  const heads = names.map((chain) => {
    const { policy } = table.chain(chain)!;
    return policy === undefined ? `-N ${chain}` : `-P ${chain} ${policy}`;
  });
  const rules = names.flatMap((chain) => table.chain(chain)!.rules.map((rule) => appendText(chain, rule)));
  const shown = line.number === undefined ? [...heads, ...rules] : rules.slice(line.number - 1, line.number);
  return { ruleset: work.ruleset, stdout: lines(shown) };
}

function perform(work: Work): Outcome {
  switch (work.line.letter) {
    case "A":
      ruleOf(work);
      return withRules(work, [...chainOf(work).rules, ruleOf(work)]);
    case "I":
      return insertRule(work);
    case "D":
      return deleteRule(work);
    case "R":
      return replaceRule(work);
    case "C":
      placeOf(work, chainOf(work).rules);
      return { ruleset: work.ruleset, stdout: "" };
    case "N":
      return newChain(work);
    case "X":
      return deleteChains(work);
    case "F":
      return flush(work);
    case "P":
      return setPolicy(work);
    case "E":
      return rename(work);
    case "S":
      return listRules(work);
    case "L":
      return list(work);
    case "Z":
      if (work.line.chain !== "") chainOf(work);
      return { ruleset: work.ruleset, stdout: "" };
  }
}

/** Runs `iptables` with the words behind its name. Throws IpError with what it prints. */
export function runIptables(run: Run, words: readonly string[]): Said {
  const space = spaceOf(run);
  if (words[0] === "-V" || words[0] === "--version") return { stdout: `${VERSION}\n` };
  try {
    const line = readIptables(words);
    if (!isTable(line.table))
      throw new IpError(
        `${VERSION}: table '${line.table}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`,
        3,
      );
    const { ruleset } = space;
    const table = ruleset.tables[line.table] ?? emptyTable(line.table);
    const outcome = perform({ ruleset, name: line.table, table, line });
    if (outcome.ruleset !== ruleset) run.rows.set(run.name, { ...space, ruleset: outcome.ruleset });
    return { stdout: outcome.stdout };
  } catch (error) {
    throw error instanceof RuleError ? wrongUse(error) : error;
  }
}

/** Runs `iptables-save`, without its remarks about the time of day. */
export function runIptablesSave(run: Run, words: readonly string[]): Said {
  const at = words.indexOf("-t");
  const name = at < 0 ? undefined : (words[at + 1] ?? "");
  if (name !== undefined && !isTable(name)) throw new IpError(`Table \`${name}' does not exist`, 1);
  return { stdout: printRuleset(spaceOf(run).ruleset, name) };
}

const RESTORE = "iptables-restore v1.8.9 (nf_tables)";

/** Runs `iptables-restore` on what standard input holds; tables that it names are replaced. Without any it would wait for ever. */
export function runIptablesRestore(run: Run): Said {
  const space = spaceOf(run);
  if (run.input === undefined) throw new IpError(`${RESTORE}: there is no standard input to read rules from`, 2);
  try {
    run.rows.set(run.name, { ...space, ruleset: parseRuleset(run.input, space.ruleset) });
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw new IpError(
      `${RESTORE}: ${error.message}\nTry \`iptables-restore -h' or 'iptables-restore --help' for more information.`,
      2,
    );
  }
  return { stdout: "" };
}
