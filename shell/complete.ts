import type { ShellClient } from "./client.ts";
import { programNamesAt } from "./images.ts";
import { OUTSIDE, type Place } from "./place.ts";
import { programAt } from "./programs.ts";
import { splitWords } from "./words.ts";

/** What may be typed at a place of a line: each match replaces the text from `start` to `end`. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

/** Completes the word before the cursor of a command line, with names that exist in the cluster now. Sends only reads. */
export function complete(line: string, cursor: number, client: ShellClient, place: Place = OUTSIDE): Completion {
  const before = line.slice(0, cursor);
  const first = commandStart(before);
  const typed = /\S*$/.exec(before.slice(first))![0];
  const start = cursor - typed.length;
  const command = before.slice(first, start).replace(BEFORE_COMMAND, "");
  const split = splitWords(command);
  if (split.kind === "unclosed") return { start, end: cursor, matches: [] };
  const [name, ...argv] = split.words;
  if (name === undefined) {
    const matches = programNamesAt(place).filter((one) => one.startsWith(typed));
    return { start, end: cursor, matches: [...matches].sort() };
  }
  return { start, end: cursor, matches: programAt(place, name)?.complete?.([...argv, typed], client) ?? [] };
}

/** Words after which a command begins as at a line's beginning, and assignments for it alone. */
const BEFORE_COMMAND = /^\s*(?:(?:do|then|else|elif|if|while|until|!|\{|[A-Za-z_]\w*=\S*)\s+)*/;

/** Where the command begins that is being typed: after a pipe, a semicolon or an opened bracket that no quote hides. */
function commandStart(text: string): number {
  let start = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\\" && quote !== "'") i++;
    else if (c === quote) quote = "";
    else if (c === "`" || (c === "$" && text[i + 1] === "(" && quote !== "'")) {
      quote = "";
      start = c === "`" ? i + 1 : i + 2;
      i = start - 1;
    } else if (quote !== "") continue;
    else if (c === "'" || c === '"') quote = c;
    else if ("|;&(\n".includes(c)) start = i + 1;
  }
  return start;
}
