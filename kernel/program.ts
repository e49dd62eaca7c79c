/** The main thread's program behind the entry: a file of its own, so that the other threads start while it loads. */
import { compileCell } from "./compile/cell.ts";
import { createEnvironment } from "./default-environment.ts";
import type { EnvironmentFactory, NotebookHost } from "./environment.ts";
import { startNotebookKernel } from "./session/notebook-kernel.ts";

/** What the entry takes from the program. */
export interface Program {
  readonly startNotebookKernel: typeof startNotebookKernel;
  readonly createEnvironment: EnvironmentFactory;
  /** Runs what a start runs, so that the code cache made after it holds those functions. */
  warmUp(): Promise<void>;
}

async function warmUp(): Promise<void> {
  const host: NotebookHost = {
    interruptFlag: new Int32Array(8),
    output: { stdout: () => {}, stderr: () => {}, display: () => {} },
    asStdout: (act) => act(),
    openComm: () => {
      throw new Error("nobody listens while the cache is made");
    },
  };
  const { commands, cellCommands } = await createEnvironment(host);
  compileCell("const a: number = await 1\na + 1", { line: new Set(commands), cell: new Set(cellCommands) });
}

/** The program, as the entry loads it. */
export const program: Program = { startNotebookKernel, createEnvironment, warmUp };
