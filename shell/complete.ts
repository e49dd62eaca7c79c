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
  const typed = /[^\s]*$/.exec(before)![0];
  const start = cursor - typed.length;
  // After a pipe or a semicolon a new command begins.
  const command = before.slice(0, start).replace(/^[\s\S]*(?:\||;|&&)\s/, "");
  const split = splitWords(command);
  if (split.kind === "unclosed") return { start, end: cursor, matches: [] };
  const [name, ...argv] = split.words;
  if (name === undefined) {
    const matches = programNamesAt(place).filter((one) => one.startsWith(typed));
    return { start, end: cursor, matches: [...matches].sort() };
  }
  return { start, end: cursor, matches: programAt(place, name)?.complete?.([...argv, typed], client) ?? [] };
}
