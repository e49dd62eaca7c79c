/**
 * The narrow door between the notebook kernel and what its cells work with. The notebook kernel knows nothing of
 * clusters; an environment knows nothing of Jupyter's protocol.
 */
import type { CommandCall } from "./compile/magics.ts";

export type { CommandCall } from "./compile/magics.ts";

/** One value in several forms, by MIME type; a front end shows the richest that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** A declaration file for the type side. File names are absolute and virtual, such as `/orrery/globals.d.ts`. */
export interface Declaration {
  readonly fileName: string;
  readonly text: string;
}

/** Where a command writes while a cell runs. */
export interface CommandOutput {
  stdout(text: string): void;
  stderr(text: string): void;
  display(bundle: MimeBundle, id?: string): void;
}

/** How a cell ended. */
export interface CellOutcome {
  readonly count: number;
  readonly ok: boolean;
  /** An interrupt ended the cell. */
  readonly interrupted: boolean;
  /** The engine cut the code between two instructions, so state that was being changed must be checked. */
  readonly cut: boolean;
}

/** Completions of the text of a command: `start` and `end` are offsets in that text. */
export interface CommandCompletions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

/** One end of a comm, the two-way channel between a front end and the notebook kernel. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: Record<string, unknown>, buffers?: readonly Uint8Array[]): void;
  close(data?: Record<string, unknown>): void;
  onMessage: ((data: Record<string, unknown>, buffers: readonly Uint8Array[]) => void) | undefined;
  onClose: (() => void) | undefined;
}

/** What the notebook kernel lends to its environment. */
export interface NotebookHost {
  /** Word 0 is not 0 while an interrupt is asked for: a long computation polls it and throws to end the cell. */
  readonly interruptFlag: Int32Array;
  /** Output under the running cell, or under the cell that started the present timer or promise. */
  readonly output: CommandOutput;
  /** Runs something whose errors on the console are no errors of the cell: until it returns, stderr goes to stdout. */
  asStdout<T>(act: () => T): T;
  /** Opens a comm from the notebook kernel's side. */
  openComm(target: string, data: Record<string, unknown>): Comm;
}

/** What cells see and may call. */
export interface CellEnvironment {
  /** Put on the global object before the first cell. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** Types of those globals, and of what they need; those baked into the type side's snapshot may be left out. */
  readonly declarations: readonly Declaration[];
  /** Modules that cells import from this process instead of from disk, by specifier. */
  readonly modules?: Readonly<Record<string, object>>;
  /** Names of `%name` lines. */
  readonly commands: readonly string[];
  /** Names of `%%name` cells. */
  readonly cellCommands: readonly string[];
  /** Runs a command; what it throws is the cell's error at the command's line. */
  run(call: CommandCall, output: CommandOutput): void;
  /** The rich form of a value; undefined for what the notebook kernel's own forms suit. */
  display(value: unknown): MimeBundle | undefined;
  beforeCell?(count: number, code: string): void;
  afterCell?(outcome: CellOutcome): void;
  /** Completions inside a `%command` line or a tagged template of that name. */
  complete?(command: string, text: string, cursor: number): CommandCompletions | undefined;
  /** Comm targets that front ends may open, by target name. */
  readonly comms?: Readonly<Record<string, (comm: Comm, data: Record<string, unknown>) => void>>;
  /** Called once when the notebook kernel ends. */
  end?(): void;
}

/** Makes the environment; called once, before the first cell. */
export type EnvironmentFactory = (host: NotebookHost) => CellEnvironment | Promise<CellEnvironment>;
