import { type Command, Failure, type Output, WrongUse } from "./command.ts";
import { grade } from "./grade.ts";
import { install } from "./install.ts";
import { lessons } from "./lessons.ts";
import { runNotebook } from "./run-notebook.ts";
import { serve } from "./serve.ts";
import { commandList, runOneOf } from "./words.ts";

/** Every command there is. */
const commands: readonly Command[] = [grade, lessons, runNotebook, serve, install];

const help = `orrery COMMAND [OPTIONS]

A clockwork model of a Kubernetes cluster.

${commandList(commands)}
orrery COMMAND --help explains one. Exit status: 0 done, 1 the work failed, 2 wrong use.
`;

/** Runs a command line (without "orrery") and resolves to its exit status. */
export async function run(words: readonly string[], output: Output): Promise<0 | 1 | 2> {
  try {
    return await runOneOf(commands, help, words, output);
  } catch (error) {
    if (!(error instanceof WrongUse || error instanceof Failure)) throw error;
    output.err(`${error.message}\n`);
    return error instanceof WrongUse ? 2 : 1;
  }
}
