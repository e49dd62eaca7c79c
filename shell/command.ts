import type { ShellClient, ShellFiles } from "./client.ts";
import type { Place } from "./place.ts";

/** A shell in another place that takes the keyboard until it is left. */
export interface NestedShell {
  readonly place: Place;
  /** What stands before the cursor, e.g. "/ # " or "root@worker-1:~# ". */
  readonly prompt: string;
  readonly environment: Environment;
  /** Called when it is left, with its exit status; answers the exit status of the command that had opened it. */
  left(exit: number, streams: Pick<Terminal, "out" | "err">): number;
}

/** Variables and files of a shell; a command may change them, a new place begins with its own. */
export interface Environment {
  readonly variables: Map<string, string>;
  /** By absolute path; what the place has of itself is in `place-files.ts`. */
  readonly files: Map<string, string>;
}

/** An environment that nothing else shares. */
export function newEnvironment(
  variables: readonly (readonly [string, string])[] = [],
  files: readonly (readonly [string, string])[] = [],
): Environment {
  return { variables: new Map(variables), files: new Map(files) };
}

/** What is other for a program that one program starts; all else stays as it is. */
export interface Spawn {
  readonly place?: Place;
  readonly environment?: Environment;
  readonly files?: ShellFiles;
  readonly out?: (text: string) => void;
  readonly err?: (text: string) => void;
  /** False where nobody types, e.g. in a pipe. */
  readonly interactive?: boolean;
  /** Takes a nested shell in the parent's stead. */
  readonly enter?: (nested: NestedShell) => void;
  /** What the program that was started calls to leave its nested shell. */
  readonly left?: NestedShell["left"];
}

/** What a command writes to and reads from: the cluster, files, the two streams of a terminal, and where it runs. */
export interface Terminal {
  readonly client: ShellClient;
  readonly files: ShellFiles;
  readonly place: Place;
  readonly environment: Environment;
  /** Appends to standard output, as is: the command writes its own line ends. */
  out(text: string): void;
  /** Appends to standard error. */
  err(text: string): void;
  /** Runs a program of this (or another) place; answers its exit status, undefined when the place has no such program. */
  spawn(words: readonly string[], change?: Spawn): number | undefined;
  /** Hands the keyboard to a nested shell; absent where nobody types. */
  enter?(nested: NestedShell): void;
  /** What is to be called when a shell that this program opens is left. */
  readonly left?: NestedShell["left"];
}

/** One simulated program. Each lives in a file of its own and is registered by name in `programs.ts`. */
export interface ShellCommand {
  readonly name: string;
  /** Runs with the words after the program's name; answers the exit status. */
  run(argv: readonly string[], terminal: Terminal): number;
  /** Words that may stand where the last (perhaps empty) word of `argv` stands. */
  complete?(argv: readonly string[], client: ShellClient): readonly string[];
}
