/**
 * What every command line has in common: rows to work on, words to read, and how it ends (iproute2's lib/utils.c for the words
 * of refusals).
 * Left out: standard input, except where a caller passes text.
 * Invariant: a command works on an overlay of the rows; its changes are written only when it ends well.
 */
import type { Device } from "../device/device.ts";
import type { Namespace, Namespaces } from "../namespace.ts";
import { own } from "../own.ts";
import { IpError } from "../route/route-text.ts";

/** Rows that can be read and replaced. */
export interface Rows extends Namespaces {
  set(name: string, space: Namespace): unknown;
}

/** How a command ended, as a shell sees it. */
export interface CommandResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether any row is different now. */
  readonly changes: boolean;
  /** The names of the namespaces whose rows are different now. */
  readonly touched: readonly string[];
}

/** A command under way in one namespace. */
export interface Run {
  readonly rows: Rows;
  readonly name: string;
  readonly nowUs: number;
  /** Whether namespaces that are named but not there are made, as a script that builds a network expects. */
  readonly makes: boolean;
  /** What standard input holds; undefined if there is none. */
  readonly input: string | undefined;
  /** The namespaces that may be named besides the one that one is in; undefined for all. */
  readonly reach: ReadonlySet<string> | undefined;
}

/** A part of the output that goes to standard error although the command goes on or ends well. */
export interface Said {
  readonly stdout: string;
  readonly stderr?: string;
  readonly exit?: number;
}

function unopened(name: string): IpError {
  return new IpError(`Cannot open network namespace "${name}": No such file or directory`, 255);
}

/** The row of the run's own namespace. Throws IpError for a name that is none. */
export function spaceOf(run: Run): Namespace {
  const space = run.rows.get(run.name);
  if (space === undefined) throw unopened(run.name);
  return space;
}

/** Whether a command may name a namespace. */
export function reaches({ name: own, reach }: Run, name: string): boolean {
  return reach === undefined || name === own || reach.has(name);
}

/** The same run in another namespace. Throws IpError for one that is out of reach or not there. */
export function inNamespace(run: Run, name: string): Run {
  if (!reaches(run, name) || (!run.makes && run.rows.get(name) === undefined)) throw unopened(name);
  return { ...run, name };
}

/** Words that are read one after the other. */
export class Words {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** The next word without taking it. */
  peek(): string | undefined {
    return this.#words[this.#at];
  }

  /** Takes the next word, undefined at the end. */
  next(): string | undefined {
    return this.#words[this.#at++];
  }

  /** Takes the value of an option. Throws IpError if there is none. */
  value(): string {
    const word = this.next();
    if (word === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
    return word;
  }

  /** Takes all words that are left. */
  rest(): readonly string[] {
    const left = this.#words.slice(this.#at);
    this.#at = this.#words.length;
    return left;
  }
}

/** The value of an option that must be a whole number in a range. Throws IpError with iproute2's words. */
export function numberOf(text: string, what: string, max = 0xffffffff): number {
  const number = /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : -1;
  if (number < 0 || number > max) throw new IpError(`Error: argument "${text}" is wrong: ${what}\n`, 255);
  return number;
}

/** Refuses a word that belongs to nothing. */
export function garbage(option: string, word: string): never {
  throw new IpError(`Error: either "${option}" is duplicate, or "${word}" is a garbage.`, 255);
}

/** The device of a name that somebody typed. */
export function deviceNamed(space: Namespace, name: string): Device | undefined {
  return own(space.devices, name);
}

/** The name of a device that is there. Throws IpError. */
export function existingDevice(space: Namespace, device: string): string {
  if (deviceNamed(space, device) === undefined) throw new IpError(`Cannot find device "${device}"`, 1);
  return device;
}

/** The word of a list that an abbreviation stands for: the first that begins with it. */
export function completed(word: string, known: readonly string[]): string | undefined {
  return known.find((each) => each.startsWith(word));
}

/** Each line with its end. */
export function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
