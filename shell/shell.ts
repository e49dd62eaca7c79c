import type { CommandResult, ShellClient, ShellFiles } from "./client.ts";
import { type Environment, type NestedShell, newEnvironment, type Spawn, type Terminal } from "./command.ts";
import { OUTSIDE, type Place } from "./place.ts";
import { magicNames, programAt } from "./programs.ts";
import { startScript } from "./sh/interpret.ts";
import { withStdin } from "./stdin.ts";
import { splitWords } from "./words.ts";

/** How a line is run, where it is not the user's own machine and nobody types. */
export interface RunChoice {
  readonly files?: ShellFiles;
  readonly place?: Place;
  readonly environment?: Environment;
  /** Takes a nested shell; given by who has a keyboard. */
  readonly enter?: (nested: NestedShell) => void;
  /** Takes both streams as they are written; then the result's texts stay empty. */
  readonly write?: (text: string) => void;
  /** What was typed before, for `history`. */
  readonly history?: readonly string[];
}

/** What a script came to. */
export interface ScriptResult extends CommandResult {
  /** The script itself said `exit`. */
  readonly hasLeft: boolean;
}

/** A simulated terminal on one cluster. */
export interface Shell {
  /**
   * Runs one command line, or words that are already split: one program, without pipes and variables. Never throws for
   * what a user typed: see `exit` and `stderr`.
   */
  run(command: string | readonly string[], files?: ShellFiles): CommandResult;
  /** Runs a script of the small shell: pipes, variables, loops, in any place. */
  script(text: string, choice?: RunChoice): ScriptResult;
  /** Names of the programs that are worth a tag or a `%` line of their own, in alphabetical order. */
  readonly names: readonly string[];
  readonly client: ShellClient;
}

const NO_FILES: ShellFiles = { read: () => undefined };

/** Opens a terminal on a cluster. `files` are what `-f NAME` and standard input read; none by default. */
export function createShell(client: ShellClient, files: ShellFiles = NO_FILES): Shell {
  return {
    names: magicNames,
    client,
    run(command, extra) {
      const split = typeof command === "string" ? splitWords(command) : ({ kind: "words", words: command } as const);
      if (split.kind === "unclosed") {
        const message = `sh: unexpected EOF while looking for matching \`${split.quote}'\n`;
        return { exit: 2, stdout: "", stderr: message };
      }
      return collect(client, { files: extra ?? files }, (terminal) => ({ exit: runWords(split.words, terminal) }));
    },
    script: (text, choice = {}) => collect(client, { files, ...choice }, (terminal) => startScript(text, terminal)),
  };
}

function runWords(words: readonly string[], terminal: Terminal): number {
  if (words[0] === undefined) return 0;
  const exit = spawn(terminal, words, {});
  if (exit === undefined) terminal.err(`sh: ${words[0]}: command not found\n`);
  return exit ?? 127;
}

/** Gives work a terminal and collects what it writes there. */
function collect<T>(client: ShellClient, choice: RunChoice & { files: ShellFiles }, work: (terminal: Terminal) => T) {
  let stdout = "";
  let stderr = "";
  const { files, enter, write, history, place = OUTSIDE, environment = newEnvironment() } = choice;
  const out = (text: string) => {
    stdout += text;
  };
  const err = (text: string) => {
    stderr += text;
  };
  const terminal: Terminal = {
    ...{ client, place, environment, ...(enter && { enter }), ...(history && { history }) },
    files: files.stdin === undefined ? files : withStdin(files, files.stdin),
    budget: { commands: 0, depth: 0, isInterrupted: false },
    out: write ?? out,
    err: write ?? err,
    spawn: (argv, change) => spawn(terminal, argv, change),
  };
  return { ...work(terminal), stdout, stderr };
}

/** Runs a program with a terminal that differs from its parent's as `change` says. */
function spawn(parent: Terminal, words: readonly string[], change: Spawn = {}): number | undefined {
  const [name = "", ...argv] = words;
  const { left, enter: parentEnter, ...rest } = parent;
  const { interactive = true, left: leave = left, enter = parentEnter, ...changed } = change;
  const child: Terminal = {
    ...rest,
    ...changed,
    ...(interactive && enter && { enter }),
    ...(leave && { left: leave }),
    spawn: (next, more) => spawn(child, next, more),
  };
  return programAt(child.place, name)?.run(argv, child);
}
