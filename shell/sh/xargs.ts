import { readAll, withStdin } from "../stdin.ts";
import { tool } from "./tool.ts";

/** `xargs [-r] [-n COUNT] [-I MARK] [COMMAND…]`: words of standard input as a command's; with `-I`, line by line in its words. */
export const xargs = tool("xargs", (argv, terminal) => {
  let count = Number.POSITIVE_INFINITY;
  let mark: string | undefined;
  let skipsEmpty = false;
  let at = 0;
  for (; argv[at]?.startsWith("-"); at++) {
    const word = argv[at]!;
    const value = () => word.slice(2) || (argv[++at] ?? "");
    if (word.startsWith("-n") || word.startsWith("-L")) count = Number(value());
    else if (word.startsWith("-I")) mark = value();
    else if (word === "-r") skipsEmpty = true;
    else if (word !== "-t") {
      terminal.err(`xargs: invalid option -- '${word.slice(1)}'\n`);
      return 1;
    }
  }
  if (!(count >= 1)) {
    terminal.err("xargs: value for -n option should be >= 1\n");
    return 1;
  }
  const command = argv.slice(at).length === 0 ? ["echo"] : argv.slice(at);
  for (const words of commandsOf(readAll(terminal.files), command, { count, mark, skipsEmpty })) {
    if (++terminal.budget.commands > COMMANDS_MAX) {
      terminal.budget.isInterrupted = true;
      return 130;
    }
    const exit = terminal.spawn(words, { files: withStdin(terminal.files, ""), interactive: false });
    if (exit === undefined) {
      terminal.err(`xargs: ${words[0]}: No such file or directory\n`);
      return 127;
    }
    if (exit === 255) return 124;
    if (exit !== 0) return 123;
  }
  return 0;
});

/** How many commands are started at most, those of the rest of the line included. */
const COMMANDS_MAX = 2_000;

interface Choice {
  readonly count: number;
  readonly mark: string | undefined;
  readonly skipsEmpty: boolean;
}

function commandsOf(text: string, command: readonly string[], { count, mark, skipsEmpty }: Choice) {
  if (mark !== undefined) {
    const lines = text.split("\n").map((line) => line.trim());
    return lines
      .filter((line) => line !== "")
      .map((line) => command.map((word) => (mark === "" ? word : word.replaceAll(mark, () => line))));
  }
  const words = text.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return skipsEmpty ? [] : [command];
  const commands: (readonly string[])[] = [];
  for (let i = 0; i < words.length; i += count) commands.push([...command, ...words.slice(i, i + count)]);
  return commands;
}
