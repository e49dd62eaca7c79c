import { type Pattern, readPattern } from "../pattern.ts";
import { unescaped } from "./printf.ts";
import { inputText, linesOf, options, tool } from "./tool.ts";

/** A line as awk sees it. */
interface Row {
  readonly line: string;
  readonly fields: readonly string[];
  readonly number: number;
}

/** `if this, print that`: undefined words mean the whole line. */
interface Rule {
  readonly when: (row: Row) => boolean;
  readonly print: (row: Row) => string;
}

/** `awk [-F SEPARATOR] 'PATTERN {print …}'`: fields, `NR`, `NF`, texts; patterns by regular expression or comparison. */
export const awk = tool("awk", (argv, terminal) => {
  const { flags, words } = options(argv, "Fv");
  const [program, ...files] = words;
  const rule = program === undefined ? undefined : readRule(program);
  if (program === undefined || rule === undefined) {
    terminal.err(
      program === undefined
        ? "usage: awk [-F fs] 'prog' [file ...]\n"
        : "awk: cmd. line:1: only PATTERN {print ...} is understood\n",
    );
    return 2;
  }
  const text = inputText("awk", files, terminal);
  if (text === undefined) return 2;
  const split = splitter(unescaped(flags.get("F") ?? " "));
  for (const [i, line] of linesOf(text).entries()) {
    const row = { line, fields: split(line), number: i + 1 };
    if (rule.when(row)) terminal.out(`${rule.print(row)}\n`);
  }
  return 0;
});

function splitter(separator: string): (line: string) => readonly string[] {
  if (separator === " ") return (line) => line.split(/[ \t]+/).filter((field) => field !== "");
  const pattern = separator.length === 1 ? undefined : readPattern(separator, { isExtended: true });
  if (pattern === undefined) return (line) => (line === "" ? [] : line.split(separator));
  return (line) => {
    let at = 0;
    const fields: string[] = [];
    for (const { start, end } of pattern.all(line)) {
      if (end === start) continue;
      fields.push(line.slice(at, start));
      at = end;
    }
    return [...fields, line.slice(at)];
  };
}

const ATOM = /^\s*(?:"((?:\\.|[^"\\])*)"|\$(\d+|NF)|(NR|NF)\b|(\d+(?:\.\d+)?))/;
type Value = (row: Row) => string;
/** How long a program may be, in characters. */
const PROGRAM_MAX = 400;

/** Reads one atom at the beginning of a text; answers it with its length. */
function readAtom(text: string): { readonly value: Value; readonly length: number } | undefined {
  const match = ATOM.exec(text);
  if (match === null) return undefined;
  const [all, words, field, name, number] = match;
  const known = words === undefined ? number : unescaped(words.replaceAll('\\"', '"'));
  const value = ({ line, fields, number: row }: Row) => {
    if (known !== undefined) return known;
    if (name !== undefined) return String(name === "NR" ? row : fields.length);
    const index = field === "NF" ? fields.length : Number(field);
    return index === 0 ? line : (fields[index - 1] ?? "");
  };
  return { value, length: all.length };
}

function readRule(program: string): Rule | undefined {
  if (program.length > PROGRAM_MAX) return undefined;
  const match =
    /^\s*((?:"(?:\\.|[^"\\])*"|\/(?:\\.|[^/\\])*\/|[^{"/])*?)\s*(?:\{\s*print\b([\s\S]*?);?\s*\}\s*)?$/.exec(program);
  if (match === null) return undefined;
  const when = readCondition(match[1]!.trim());
  const print = readPrint((match[2] ?? "").trim());
  return when === undefined || print === undefined ? undefined : { when, print };
}

/** Values one after the other are joined; a comma between them is a blank. */
function readPrint(text: string): Value | undefined {
  if (text === "") return ({ line }) => line;
  const parts: Value[] = [];
  let rest = text;
  while (rest !== "") {
    const atom = readAtom(rest);
    if (atom === undefined) return undefined;
    parts.push(atom.value);
    rest = rest.slice(atom.length).trimStart();
    if (!rest.startsWith(",")) continue;
    parts.push(() => " ");
    rest = rest.slice(1);
    if (rest.trim() === "") return undefined;
  }
  return (row) => parts.map((part) => part(row)).join("");
}

function readCondition(text: string): Rule["when"] | undefined {
  if (text === "") return () => true;
  const whole = /^(!?)\/((?:\\.|[^/\\])*)\/$/.exec(text);
  if (whole !== null) {
    const pattern = readPattern(whole[2]!.replaceAll("\\/", "/"), { isExtended: true });
    return pattern && (({ line }) => pattern.test(line) === (whole[1] === ""));
  }
  const left = readAtom(text);
  const operator = /^\s*(==|!=|<=|>=|<|>|!~|~)\s*/.exec(text.slice(left?.length ?? 0));
  if (left === undefined || operator === null) return undefined;
  const after = text.slice(left.length + operator[0].length);
  if (operator[1]!.endsWith("~")) {
    const found = /^\/((?:\\.|[^/\\])*)\/$/.exec(after);
    const pattern: Pattern | undefined = found === null ? undefined : readPattern(found[1]!, { isExtended: true });
    return pattern && ((row) => pattern.test(left.value(row)) === (operator[1] === "~"));
  }
  const right = readAtom(after);
  if (right === undefined || after.slice(right.length).trim() !== "") return undefined;
  return (row) => compare(left.value(row), operator[1]!, right.value(row));
}

/** As numbers where both are, else as texts. */
function compare(a: string, operator: string, b: string): boolean {
  const areNumbers = a.trim() !== "" && b.trim() !== "" && !Number.isNaN(Number(a)) && !Number.isNaN(Number(b));
  const order = areNumbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}
