import type { Terminal } from "../command.ts";
import { programNamesAt } from "../images.ts";
import { isDirectory, readFile } from "../place-files.ts";
import { absolutePath } from "./path.ts";

/** Holds, holds not, or is no expression: then what `test` complains. */
export type Verdict = boolean | { readonly complaint: string };

const NUMBERS: ReadonlyMap<string, (x: number, y: number) => boolean> = new Map([
  ["-eq", (x, y) => x === y],
  ["-ne", (x, y) => x !== y],
  ["-lt", (x, y) => x < y],
  ["-le", (x, y) => x <= y],
  ["-gt", (x, y) => x > y],
  ["-ge", (x, y) => x >= y],
]);

const TEXTS: ReadonlyMap<string, (a: string, b: string) => boolean> = new Map([
  ["=", (a, b) => a === b],
  ["==", (a, b) => a === b],
  ["!=", (a, b) => a !== b],
  ["<", (a, b) => a < b],
  [">", (a, b) => a > b],
]);

/** `test`: texts, numbers, files, `!`, `-a`, `-o` and brackets (IEEE 1003.1, test). */
export function testHolds(words: readonly string[], terminal: Terminal): Verdict {
  if (words.length === 0) return false;
  const reader = new Expression(words, terminal);
  try {
    const holds = reader.either();
    return reader.rest === undefined ? holds : { complaint: `${reader.rest}: unknown operand` };
  } catch (error) {
    if (error instanceof Complaint) return { complaint: error.message };
    throw error;
  }
}

class Complaint extends Error {}

class Expression {
  private readonly words: readonly string[];
  private readonly terminal: Terminal;
  private at = 0;

  constructor(words: readonly string[], terminal: Terminal) {
    this.words = words;
    this.terminal = terminal;
  }

  /** The first word that was not read. */
  get rest(): string | undefined {
    return this.words[this.at];
  }

  either(): boolean {
    let holds = this.both();
    while (this.rest === "-o") {
      this.at++;
      holds = this.both() || holds;
    }
    return holds;
  }

  private both(): boolean {
    let holds = this.one();
    while (this.rest === "-a") {
      this.at++;
      holds = this.one() && holds;
    }
    return holds;
  }

  private one(): boolean {
    const [first, operator, second] = this.words.slice(this.at, this.at + 3);
    if (first === undefined) throw new Complaint("argument expected");
    if (operator !== undefined && second !== undefined) {
      const texts = TEXTS.get(operator);
      const numbers = NUMBERS.get(operator);
      if (texts !== undefined || numbers !== undefined) {
        this.at += 3;
        return texts?.(first, second) ?? numbers!(wholeNumber(first), wholeNumber(second));
      }
    }
    this.at++;
    if (first === "!" && operator !== undefined) return !this.one();
    if (first === "(" && operator !== undefined) {
      const holds = this.either();
      if (this.rest !== ")") throw new Complaint("closing paren expected");
      this.at++;
      return holds;
    }
    const isUnary = /^-[a-zA-Z]$/.test(first) && first !== "-a" && first !== "-o";
    if (!isUnary || operator === undefined || (/^-[ao]$/.test(operator) && second !== undefined)) return first !== "";
    this.at++;
    return unary(first, operator, this.terminal);
  }
}

function wholeNumber(text: string): number {
  if (/^\s*[-+]?\d+\s*$/.test(text)) return Number(text);
  throw new Complaint(`${text}: bad number`);
}

function unary(operator: string, operand: string, terminal: Terminal): boolean {
  const path = absolutePath(operand, terminal);
  switch (operator) {
    case "-z":
      return operand === "";
    case "-n":
      return operand !== "";
    case "-d":
      return isDirectory(path, terminal);
    case "-f":
      return readFile(path, terminal) !== undefined;
    case "-s":
      return (readFile(path, terminal) ?? "") !== "" || isDirectory(path, terminal);
    case "-x": {
      const program = /^\/(?:usr\/)?s?bin\/([^/]+)$/.exec(path)?.[1] ?? "";
      return programNamesAt(terminal.place).includes(program) || isDirectory(path, terminal);
    }
    case "-e":
    case "-r":
    case "-w":
      return readFile(path, terminal) !== undefined || isDirectory(path, terminal);
    default:
      // Links, pipes, sockets, devices, terminals: a place of the simulation has none.
      return false;
  }
}
