import type { ShellClient, ShellFiles } from "./client.ts";

/** What a command writes to and reads from: the cluster, files, and the two streams of a terminal. */
export interface Terminal {
  readonly client: ShellClient;
  readonly files: ShellFiles;
  /** Appends to standard output, as is: the command writes its own line ends. */
  out(text: string): void;
  /** Appends to standard error. */
  err(text: string): void;
}

/** One simulated program. Each lives in a file of its own and is registered by name in `commands.ts`. */
export interface ShellCommand {
  readonly name: string;
  /** Runs with the words after the program's name; answers the exit status. */
  run(argv: readonly string[], terminal: Terminal): number;
  /** Words that may stand where the last (perhaps empty) word of `argv` stands. */
  complete?(argv: readonly string[], client: ShellClient): readonly string[];
}
