import type { ShellClient } from "./client.ts";
import { commands } from "./commands.ts";
import { splitWords } from "./words.ts";

/** What may be typed at a place of a line: each match replaces the text from `start` to `end`. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

/** Completes the word before the cursor of a command line, with names that exist in the cluster now. Sends only reads. */
export function complete(line: string, cursor: number, client: ShellClient): Completion {
  const before = line.slice(0, cursor);
  const typed = /[^\s]*$/.exec(before)![0];
  const split = splitWords(before.slice(0, before.length - typed.length));
  const start = cursor - typed.length;
  if (split.kind === "unclosed") return { start, end: cursor, matches: [] };
  const [name, ...argv] = split.words;
  if (name === undefined) {
    const matches = commands.map((command) => command.name).filter((one) => one.startsWith(typed));
    return { start, end: cursor, matches };
  }
  const command = commands.find((one) => one.name === name);
  return { start, end: cursor, matches: command?.complete?.([...argv, typed], client) ?? [] };
}
