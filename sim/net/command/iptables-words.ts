/**
 * The command line of iptables: which table, which command, which chain, and the words of the rule (iptables 1.8.9,
 * iptables/xshared.c do_parse).
 * Left out: abbreviated long options, counters given by hand.
 * Invariant: one command a line; the words of a rule keep their order.
 */
import { RuleError } from "../netfilter/reader.ts";
import type { TableName } from "../netfilter/ruleset.ts";
import { own } from "../own.ts";

/** The letter of a command. */
export type Letter = "A" | "I" | "D" | "R" | "C" | "N" | "X" | "F" | "P" | "E" | "S" | "L" | "Z";

/** One command line, taken apart. */
export interface IptablesLine {
  readonly table: string;
  readonly letter: Letter;
  /** The chain, "" where none was named. */
  readonly chain: string;
  /** The number of a rule, or undefined; -I without one means 1. */
  readonly number: number | undefined;
  /** A policy, or a chain's new name. */
  readonly extra: string | undefined;
  readonly rule: readonly string[];
  readonly numeric: boolean;
  readonly verbose: boolean;
  readonly lineNumbers: boolean;
}

/** The program of a command line, without the path to it. */
export function programOf([path = ""]: readonly string[]): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const commands: Readonly<Record<string, Letter>> = {
  "--append": "A",
  "--insert": "I",
  "--delete": "D",
  "--replace": "R",
  "--check": "C",
  "--new-chain": "N",
  "--new": "N",
  "--delete-chain": "X",
  "--flush": "F",
  "--policy": "P",
  "--rename-chain": "E",
  "--list-rules": "S",
  "--list": "L",
  "--zero": "Z",
};

const LETTERS = "AIDRCNXFPESLZ";
/** Commands that need no chain. */
const OPTIONAL = "XFSLZ";
const NUMBERED = "IDRSLZ";
const NAME_LENGTH_MAX = 28;

function letterOf(word: string): Letter | undefined {
  const letter = own(commands, word) ?? (/^-[A-Z]$/.test(word) ? word[1] : undefined);
  return letter !== undefined && LETTERS.includes(letter) ? (letter as Letter) : undefined;
}

/** Splits `-nvL` into its letters, and leaves everything else as it is. */
function spread(words: readonly string[]): readonly string[] {
  return words.flatMap((word) =>
    /^-[nvxwSLZF]{2,}$/.test(word) ? [...word.slice(1)].map((letter) => `-${letter}`) : [word],
  );
}

/** The line as far as it has been read. */
interface Reading {
  readonly words: readonly string[];
  at: number;
  table: string;
  letter: Letter | undefined;
  chain: string;
  number: number | undefined;
  extra: string | undefined;
  readonly rule: string[];
  readonly flags: Set<string>;
}

function value(reading: Reading, option: string): string {
  const word = reading.words[reading.at++];
  if (word === undefined) throw new RuleError(`option "${option}" requires an argument`);
  return word;
}

function checkName(name: string): string {
  if (name.length > NAME_LENGTH_MAX)
    throw new RuleError(`chain name \`${name}' too long (must be under ${NAME_LENGTH_MAX + 1} chars)`);
  if (name.startsWith("-") || name.startsWith("!"))
    throw new RuleError(`chain name not allowed to start with \`${name[0]}'`);
  return name;
}

/** The chain, number, policy or new name that stands behind a command. */
function readCommand(reading: Reading, option: string, letter: Letter): void {
  if (reading.letter !== undefined) throw new RuleError(`Cannot use -${letter} with -${reading.letter}`);
  reading.letter = letter;
  const isWord = () => /^[^-!]/.test(reading.words[reading.at] ?? "-");
  if (!OPTIONAL.includes(letter) || isWord()) reading.chain = checkName(value(reading, option));
  if (letter === "P" || letter === "E") {
    if (!isWord()) throw new RuleError(`-${letter} requires a chain and a ${letter === "P" ? "policy" : "name"}`);
    reading.extra = value(reading, option);
  } else if (NUMBERED.includes(letter) && reading.chain !== "" && /^[0-9]+$/.test(reading.words[reading.at] ?? "")) {
    reading.number = Number(value(reading, option));
    if (reading.number === 0) throw new RuleError("Invalid rule number `0'");
  } else if (letter === "R") throw new RuleError("-R requires a rule number");
}

/** Takes a command line apart. Throws RuleError for wrong use. */
export function readIptables(words: readonly string[]): IptablesLine {
  const reading: Reading = {
    words: spread(words),
    at: 0,
    table: "filter",
    letter: undefined,
    chain: "",
    number: undefined,
    extra: undefined,
    rule: [],
    flags: new Set(),
  };
  while (reading.at < reading.words.length) {
    const word = reading.words[reading.at++]!;
    const letter = letterOf(word);
    if (word === "-t" || word === "--table") reading.table = value(reading, word);
    else if (letter !== undefined) readCommand(reading, word, letter);
    else if (word === "-n" || word === "--numeric") reading.flags.add("n");
    else if (word === "-v" || word === "--verbose") reading.flags.add("v");
    else if (word === "--line-numbers") reading.flags.add("line");
    else if (word === "-w" || word === "--wait") {
      if (/^[0-9]+$/.test(reading.words[reading.at] ?? "")) reading.at++;
    } else if (word !== "-x" && word !== "--exact") {
      reading.rule.push(word);
      if (word === "--comment" && reading.at < reading.words.length) reading.rule.push(value(reading, word));
    }
  }
  return finished(reading);
}

function finished({ table, letter, chain, number, extra, rule, flags }: Reading): IptablesLine {
  if (letter === undefined) throw new RuleError(unreadable(rule) ?? "no command specified");
  const has = (flag: string) => flags.has(flag);
  return { table, letter, chain, number, extra, rule, numeric: has("n"), verbose: has("v"), lineNumbers: has("line") };
}

function unreadable([option = ""]: readonly string[]): string | undefined {
  return /^-[A-Z]$/.test(option) ? `unknown option "${option}"` : undefined;
}

const tables: readonly string[] = ["filter", "mangle", "nat", "raw", "security"];

/** Whether a word names a table that the Linux kernel has. */
export function isTable(name: string): name is TableName {
  return tables.includes(name);
}

/** Whether a command line would change rules. */
export function changesRules(words: readonly string[]): boolean {
  return spread(words).some((word) => "AIDRNXFPE".includes(letterOf(word) ?? "?"));
}
