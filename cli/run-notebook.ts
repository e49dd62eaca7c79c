import { accessSync, constants, renameSync, writeFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import process from "node:process";
import { type Command, Failure, type Output, WrongUse } from "./command.ts";
import { type NotebookCell, type NotebookFile, notebookText } from "./notebook-file.ts";
import { readInput } from "./run-input.ts";
import { readWords } from "./words.ts";

const help = `orrery run FILE [OPTIONS]

Runs every cell of FILE without a page, through a Jupyter server of its own, and writes the executed notebook.
FILE is a notebook (.ipynb), a TypeScript file (.ts; a line "// %%" begins a cell, "// %% [markdown]" one of
prose) or a lesson (.md). Cells run in FILE's folder. A cell that fails ends the run, unless it has the tag raises-exception.

  --out FILE       where to write (default: beside FILE, as NAME.run.ipynb)
  --timeout S      interrupt a cell after so many seconds; 0: never (default: 300)
  --allow-errors   go on after a cell that fails
  --help           print this text
`;

const options = {
  out: { type: "string" },
  timeout: { type: "string" },
  "allow-errors": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

interface Job {
  readonly from: string;
  readonly to: string;
  readonly timeoutMs: number;
  readonly allowErrors: boolean;
}

/** Runs a notebook, a TypeScript file or a lesson without a page. */
export const runNotebook: Command = {
  name: "run",
  summary: "run a notebook, a TypeScript file or a lesson without a page; write the executed notebook",
  async run(given, output) {
    const { values, words } = readWords(given, options);
    if (values.help) {
      output.out(help);
      return 0;
    }
    const [from, more] = words;
    if (from === undefined) throw new WrongUse("Name the file to run: orrery run FILE; --help explains it.");
    if (more !== undefined) throw new WrongUse(`One file at a time, so not "${more}" too: --help lists what there is.`);
    const to = values.out ?? `${from.slice(0, -extname(from).length || undefined)}.run.ipynb`;
    const timeoutMs = milliseconds(values.timeout);
    const notebook = readInput(from);
    requireWritable(to);
    return runJob({ from, to, timeoutMs, allowErrors: values["allow-errors"] === true }, notebook, output);
  },
};

function milliseconds(text = "300"): number {
  const seconds = Number(text);
  if (text === "" || !Number.isFinite(seconds) || seconds < 0)
    throw new WrongUse(`--timeout takes a number of seconds, 0 for none, not "${text}".`);
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
}

function requireWritable(path: string): void {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch {
    throw new Failure(`${path} cannot be written: name a file in a folder that exists and is yours with --out.`);
  }
}

/** Runs to the end, the first failure or a signal, and writes what there is in each case. */
async function runJob(job: Job, notebook: NotebookFile, output: Output): Promise<0 | 1> {
  const { startServer } = await import("./run-server.ts");
  const { CellSession } = await import("./run-session.ts");
  const signals = new EndingSignals();
  try {
    const server = await startServer(dirname(resolve(job.from)), signals.stopping);
    try {
      const session = await CellSession.start(server);
      Object.assign(notebook.metadata, await session.metadata());
      const run: RunCell = (cell) => session.run(cell, job.timeoutMs, signals.stopping);
      const { failures, whole } = await runCells(notebook, job, run, output);
      writeAll(job.to, notebookText(notebook));
      const failed = failures === 0 ? "" : `; ${failures} ${failures === 1 ? "cell" : "cells"} failed`;
      output.out(`wrote ${job.to}${failed}\n`);
      await session.end();
      return whole && (failures === 0 || job.allowErrors) ? 0 : 1;
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (signals.stopping.aborted) throw new Failure(`${job.from} was stopped before its first cell ran.`);
    throw error;
  } finally {
    signals.passOn();
  }
}

type RunCell = (cell: NotebookCell) => ReturnType<import("./run-session.ts").CellSession["run"]>;

/** How many cells failed that should not, and whether every cell had its turn. */
interface RunEnd {
  readonly failures: number;
  readonly whole: boolean;
}

/** Runs the code cells in order. */
async function runCells(notebook: NotebookFile, job: Job, run: RunCell, output: Output): Promise<RunEnd> {
  const cells = notebook.cells.filter(({ cell_type }) => cell_type === "code");
  for (const cell of cells) Object.assign(cell, { outputs: [], execution_count: null });
  let failures = 0;
  for (const [index, cell] of cells.entries()) {
    const end = await run(cell);
    if (end.ok || (end.goOn && mayFail(cell))) continue;
    failures += 1;
    output.err(`${job.from}: code cell ${index + 1} of ${cells.length} (${cell.id}) failed: ${end.why}\n`);
    if (!end.goOn || !job.allowErrors) return { failures, whole: false };
  }
  return { failures, whole: true };
}

/** Jupyter's own tag for cells whose error is the lesson. */
function mayFail({ metadata }: NotebookCell): boolean {
  return Array.isArray(metadata.tags) && metadata.tags.includes("raises-exception");
}

/** Writes a file whole or not at all. Throws a Failure. */
function writeAll(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (error) {
    throw new Failure(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}): name another with --out.`);
  }
}

/** Ctrl-C and its like: asked to end, we stop what we started first, and then end as the signal wanted. */
class EndingSignals {
  readonly #controller = new AbortController();
  readonly #names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  readonly #caught = (name: NodeJS.Signals): void => {
    this.#name ??= name;
    this.#controller.abort();
  };
  #name: NodeJS.Signals | undefined;

  constructor() {
    for (const name of this.#names) process.on(name, this.#caught);
  }

  get stopping(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends this process if a signal asked for it; else takes our hands off signals. */
  passOn(): void {
    for (const name of this.#names) process.off(name, this.#caught);
    if (this.#name !== undefined) process.kill(process.pid, this.#name);
  }
}
