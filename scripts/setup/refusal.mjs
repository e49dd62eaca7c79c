/** How a script gives up: one sentence on standard error and an exit status, never a stack of frames for a user's mistake. */

/** Something the user can put right. `status` 1: the work failed; 2: the command was used wrongly. */
export class Refusal extends Error {
  constructor(sentence, status = 1) {
    super(sentence);
    this.status = status;
  }
}

/**
 * Runs a script's main function and turns a Refusal into its sentence and status.
 * Any other error is a defect of ours and keeps its stack.
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.status;
  }
}
