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
  /** Names of the variables that a program which is started does not see, because nobody has exported them. */
  readonly unexported: Set<string>;
  /** By absolute path; what the place has of itself is in `place-files.ts`. */
  readonly files: Map<string, string>;
}

/** An environment that nothing else shares. */
export function newEnvironment(
  variables: readonly (readonly [string, string])[] = [],
  files: readonly (readonly [string, string])[] = [],
): Environment {
  return { variables: new Map(variables), unexported: new Set(), files: new Map(files) };
}

/** A copy for a part of a shell, e.g. `( … )`: what it assigns stays there, files are the same. */
export function forkedEnvironment({ variables, unexported, files }: Environment): Environment {
  return { variables: new Map(variables), unexported: new Set(unexported), files };
}

/** What a program sees that a shell starts: the exported variables, and the same files. */
export function exportedEnvironment({ variables, unexported, files }: Environment): Environment {
  const exported = [...variables].filter(([name]) => /^[A-Za-z_]/.test(name) && !unexported.has(name));
  return { ...newEnvironment(exported), files };
}

/** How much a line may still do: shared by all that it starts, so that nothing which calls itself goes on for ever. */
export interface Budget {
  /** Commands run so far. */
  commands: number;
  /** How deep what runs now is nested. */
  depth: number;
  /** Somebody has seen enough: everything ends. */
  isInterrupted: boolean;
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
  readonly budget: Budget;
  /** The lines that were typed before this one, oldest first; absent where nobody types. */
  readonly history?: readonly string[];
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
