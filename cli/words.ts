import { parseArgs } from "node:util";
import { type Command, type Output, WrongUse } from "./command.ts";

/** Options that a command takes, by name. */
type Options = Readonly<Record<string, { readonly type: "boolean" | "string"; readonly short?: string }>>;

/** What was given for them. */
type Values<T extends Options> = { readonly [Name in keyof T]?: T[Name]["type"] extends "boolean" ? boolean : string };

/** Reads options; throws WrongUse in one sentence where Node.js would explain itself in three. */
export function readOptions<T extends Options>(words: readonly string[], options: T): Values<T> {
  return parse(words, options, false).values;
}

/** Reads options among other words, e.g. names of files. Throws WrongUse. */
export function readWords<T extends Options>(
  words: readonly string[],
  options: T,
): { readonly values: Values<T>; readonly words: readonly string[] } {
  return parse(words, options, true);
}

function parse<T extends Options>(words: readonly string[], options: T, allowPositionals: boolean) {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, strict: true, allowPositionals });
    return { values: values as Values<T>, words: positionals };
  } catch (error) {
    const message = (error as Error).message.split(/\.(?:\s|$)/)[0];
    throw new WrongUse(`${message}: --help lists what there is.`);
  }
}

/** Runs the command of a table that the first word names, or prints the table's help. Throws WrongUse. */
export async function runOneOf(
  commands: readonly Command[],
  help: string,
  words: readonly string[],
  output: Output,
): Promise<0 | 1> {
  const [name, ...rest] = words;
  const names = commands.map((command) => command.name).join(", ");
  if (name === undefined) throw new WrongUse(`Name a command: ${names}; --help explains them.`);
  if (name === "--help" || name === "-h") {
    output.out(help);
    return 0;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new WrongUse(`There is no command "${name}"; there are ${names}.`);
  return command.run(rest, output);
}

/** The list of a table's commands, as a part of a help text. */
export function commandList(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join("");
}
