import type { CommandNames } from "../compile/magics.ts";
import type { CellEnvironment } from "../environment.ts";
import type { Proposals } from "../types/protocol.ts";

/** What is proposed at a place of a cell, in code units. */
export interface CellCompletions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
  /** TypeScript's word for each match; empty for commands. */
  readonly kinds: readonly string[];
}

/** The text of a command around the cursor. */
interface CommandText {
  readonly command: string;
  readonly start: number;
  readonly end: number;
}

function commandText(code: string, cursor: number, names: CommandNames): CommandText | undefined {
  const before = code.slice(0, cursor);
  const line = /(?:^|\n)[ \t]*%([A-Za-z_][\w-]*)[ \t]([^\n]*)$/.exec(before);
  if (line && names.line.has(line[1]!)) {
    const end = code.indexOf("\n", cursor);
    return { command: line[1]!, start: cursor - line[2]!.length, end: end < 0 ? code.length : end };
  }
  const template = /([A-Za-z_$][\w$]*)`([^`]*)$/.exec(before);
  const backticks = before.match(/(?<!\\)`/g)?.length ?? 0;
  if (!template || backticks % 2 === 0 || !names.line.has(template[1]!)) return undefined;
  const end = code.indexOf("`", cursor);
  return { command: template[1]!, start: cursor - template[2]!.length, end: end < 0 ? code.length : end };
}

function commandNames(code: string, cursor: number, names: CommandNames): CellCompletions | undefined {
  const match = /(?:^|\n)[ \t]*(%{1,2})([\w-]*)$/.exec(code.slice(0, cursor));
  if (!match) return undefined;
  const set = match[1] === "%%" ? names.cell : names.line;
  const matches = [...set].filter((name) => name.startsWith(match[2]!)).sort();
  return { start: cursor - match[2]!.length, end: cursor, matches, kinds: [] };
}

/** Completes commands through the environment and everything else through the type side. */
export async function completionsAt(
  code: string,
  cursor: number,
  names: CommandNames,
  environment: CellEnvironment,
  types: (code: string, cursor: number) => Promise<Proposals>,
): Promise<CellCompletions> {
  const name = commandNames(code, cursor, names);
  if (name && name.matches.length > 0) return name;
  const command = commandText(code, cursor, names);
  if (command) {
    const text = code.slice(command.start, command.end);
    const found = environment.complete?.(command.command, text, cursor - command.start);
    if (!found) return { start: cursor, end: cursor, matches: [], kinds: [] };
    return { start: command.start + found.start, end: command.start + found.end, matches: found.matches, kinds: [] };
  }
  const { start, end, entries } = await types(code, cursor);
  return { start, end, matches: entries.map((entry) => entry.name), kinds: entries.map((entry) => entry.kind) };
}
