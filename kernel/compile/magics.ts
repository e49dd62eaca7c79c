import type { Node, Program } from "oxc-parser";
import { type Parsed, parse, type SyntaxProblem, walk } from "./syntax.ts";

/** A command that a cell calls: `%kubectl get pods` has no body, `%%yaml` has the rest of the cell as its body. */
export interface CommandCall {
  readonly command: string;
  /** What follows the name on its line, verbatim, without the blanks around it. */
  readonly rest: string;
  /** The lines below a `%%` line, verbatim; absent for a `%` line. */
  readonly body?: string;
}

/** A cell with its commands taken out. Both texts have the cell's own lines. */
export interface Commands {
  /** Commands are calls: what is transformed and run. */
  readonly runText: string;
  /** Commands are blanks of the same length, so that offsets stay true: what is type-checked. */
  readonly typeText: string;
  readonly calls: readonly CommandCall[];
  readonly parsed: Parsed;
}

/** Which names are commands. */
export interface CommandNames {
  readonly line: ReadonlySet<string>;
  readonly cell: ReadonlySet<string>;
}

interface Candidate {
  /** Offset of the `%`, and of the line's end, in the cell. */
  readonly start: number;
  readonly end: number;
  readonly call: CommandCall;
}

const CELL_COMMAND = /^\s*%%([A-Za-z_][\w-]*)(?=\s|$)([^\n]*)(?:\n|$)/;
const LINE_COMMAND = /^([ \t]*)%([A-Za-z_][\w-]*)(?=[ \t\r]|$)([^\r\n]*)/gm;

/** Nodes that hold a list of statements. */
const LISTS = new Set(["Program", "BlockStatement", "SwitchCase", "TSModuleBlock", "StaticBlock"]);

function callText(index: number): string {
  return `;$orrery.command(${index});`;
}

/** The whole cell as one call, when its first written line is `%%name` with a registered name. */
function cellCommand(code: string, names: CommandNames, base: number): Commands | undefined {
  const match = CELL_COMMAND.exec(code);
  if (!match || !names.cell.has(match[1]!)) return undefined;
  const call = { command: match[1]!, rest: match[2]!.trim(), body: code.slice(match[0].length) };
  const lead = "\n".repeat(code.slice(0, code.indexOf("%%")).split("\n").length - 1);
  const runText = lead + callText(base);
  return { runText, typeText: lead, calls: [call], parsed: parse(runText, "ts") };
}

function candidates(code: string, names: CommandNames): Candidate[] {
  const found: Candidate[] = [];
  for (const match of code.matchAll(LINE_COMMAND)) {
    const [whole, indent, command, rest] = match as unknown as [string, string, string, string];
    if (!names.line.has(command)) continue;
    const start = match.index + indent.length;
    found.push({ start, end: match.index + whole.length, call: { command, rest: rest.trim() } });
  }
  return found;
}

/** Puts calls in the place of candidates; returns the text and where each call landed. */
function substitute(code: string, list: readonly Candidate[], text: (index: number, candidate: Candidate) => string) {
  const starts: number[] = [];
  let out = "";
  let from = 0;
  list.forEach((candidate, index) => {
    out += code.slice(from, candidate.start);
    starts.push(out.length);
    out += text(index, candidate);
    from = candidate.end;
  });
  return { text: out + code.slice(from), starts };
}

/** Offsets of commands that stand as statements of a block, a case or the cell; and of those that are a bare loop body. */
function statementsAt(program: Program): { kept: Set<number>; bare: Set<number> } {
  const kept = new Set<number>();
  const bare = new Set<number>();
  const visit = (node: Node, parent: Node | undefined): void => {
    const list = parent !== undefined && LISTS.has(parent.type);
    if (node.type === "EmptyStatement" && !list) bare.add(node.start);
    if (node.type === "ExpressionStatement" && list) kept.add(node.start - 1);
  };
  walk(program, visit);
  return { kept, bare };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/**
 * The candidates with which the cell parses: all of them, or else those alone on whose line the parser stops, one after
 * the other (a candidate in a template literal may hold the template's closing backtick).
 */
function chooseCandidates(code: string, list: readonly Candidate[]) {
  const all = substitute(code, list, callText);
  const everything = parse(all.text, "ts");
  if (everything.program) return { chosen: list, starts: all.starts, program: everything.program };
  let chosen: Candidate[] = [];
  for (let round = 0; round <= list.length; round++) {
    const { text, starts } = substitute(code, chosen, callText);
    const parsed = parse(text, "ts");
    if (parsed.program) return { chosen, starts, program: parsed.program };
    const line = lineOf(text, parsed.problem.start);
    const stop = list.find((candidate) => !chosen.includes(candidate) && lineOf(code, candidate.start) === line);
    if (!stop) return undefined;
    chosen = list.filter((candidate) => candidate === stop || chosen.includes(candidate));
  }
  return undefined;
}

function bareProblem(candidate: Candidate): SyntaxProblem {
  const { command } = candidate.call;
  return {
    message: `%${command} is the whole body of the statement before it: put it in a block, { … }, with %${command} on a line of its own`,
    start: candidate.start,
    end: candidate.end,
  };
}

/**
 * Takes `%command` lines and `%%command` cells out of a cell. A text that parses as it stands holds no command (`%` is then
 * the remainder operator, or text in a template or comment); else each candidate is tried as a call and kept where the
 * tree shows it as a statement. When that does not parse either, the error is the one of the text as written.
 * `base` is the number of the first call, since calls are numbered through all cells.
 */
export function takeCommands(code: string, names: CommandNames, base: number): Commands {
  const whole = cellCommand(code, names, base);
  if (whole) return whole;
  const list = candidates(code, names);
  const asWritten = parse(code, "ts");
  const plain = { runText: code, typeText: code, calls: [], parsed: asWritten };
  if (list.length === 0 || asWritten.program) return plain;

  const tried = chooseCandidates(code, list);
  if (!tried) return plain;
  const { kept, bare } = statementsAt(tried.program);
  const refused = tried.chosen.find((_, index) => bare.has(tried.starts[index]!));
  if (refused) return { ...plain, parsed: { problem: bareProblem(refused) } };
  const real = tried.chosen.filter((_, index) => kept.has(tried.starts[index]!));

  const run = substitute(code, real, (index) => callText(base + index));
  const types = substitute(code, real, (_, { start, end }) => `;${" ".repeat(end - start - 1)}`);
  const parsed = parse(run.text, "ts");
  if (!parsed.program) return plain;
  return { runText: run.text, typeText: types.text, calls: real.map((candidate) => candidate.call), parsed };
}
