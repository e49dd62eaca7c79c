/** A command of `orrery`, or one of its sub-commands. */
export interface Command {
  readonly name: string;
  /** What it does, in one line of the list of commands. */
  readonly summary: string;
  /**
   * Runs it with the words that follow its name and resolves to the exit status: 0, or 1 when the work failed and the
   * command has said why. Throws WrongUse for words that it does not take and Failure for one reason it can't work.
   */
  run(words: readonly string[], output: Output): Promise<0 | 1>;
}

/** Where a command writes: results to the one, one-sentence complaints to the other. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** The words on the command line are wrong: exit status 2. */
export class WrongUse extends Error {}

/** The work could not be done: exit status 1. The message is one sentence that says what to do. */
export class Failure extends Error {}
