import type { CommandResult, ShellClient, ShellFiles } from "./client.ts";
import type { ShellCommand } from "./command.ts";
import { commands } from "./commands.ts";
import { splitWords } from "./words.ts";

/** A simulated terminal on one cluster. */
export interface Shell {
  /** Runs one command line, or words that are already split. Never throws for what a user typed: see `exit` and `stderr`. */
  run(command: string | readonly string[], files?: ShellFiles): CommandResult;
  /** Names of the programs that `run` knows, in alphabetical order. */
  readonly names: readonly string[];
}

const NO_FILES: ShellFiles = { read: () => undefined };

/** Opens a terminal on a cluster. `files` are what `-f NAME` and standard input read; none by default. */
export function createShell(client: ShellClient, files: ShellFiles = NO_FILES): Shell {
  const byName = new Map<string, ShellCommand>(commands.map((command) => [command.name, command]));
  return {
    names: [...byName.keys()].sort(),
    run(command, extra) {
      const split = typeof command === "string" ? splitWords(command) : ({ kind: "words", words: command } as const);
      if (split.kind === "unclosed") {
        const message = `sh: unexpected EOF while looking for matching \`${split.quote}'\n`;
        return { exit: 2, stdout: "", stderr: message };
      }
      return runWords(byName, split.words, client, extra ?? files);
    },
  };
}

function runWords(
  byName: ReadonlyMap<string, ShellCommand>,
  words: readonly string[],
  client: ShellClient,
  files: ShellFiles,
): CommandResult {
  const [name, ...argv] = words;
  if (name === undefined) return { exit: 0, stdout: "", stderr: "" };
  const command = byName.get(name);
  if (command === undefined) return { exit: 127, stdout: "", stderr: `sh: ${name}: command not found\n` };
  let stdout = "";
  let stderr = "";
  const terminal = {
    client,
    files,
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
  };
  const exit = command.run(argv, terminal);
  return { exit, stdout, stderr };
}
