import process from "node:process";
import type { MessagePort } from "node:worker_threads";
import { CellRunner, RUNTIME_NAME } from "../cells/cell-runner.ts";
import { type CellContext, currentCell } from "../cells/context.ts";
import { installGlobals } from "../cells/globals.ts";
import { Interrupted } from "../cells/interrupted.ts";
import { CellOutput } from "../cells/output.ts";
import { CellRuntime, type ImportModule } from "../cells/runtime.ts";
import { Tracebacks } from "../cells/traceback.ts";
import type { CommandNames } from "../compile/magics.ts";
import type { CellEnvironment, CommandOutput, EnvironmentFactory } from "../environment.ts";
import type { TypesClient } from "../types/client.ts";
import type { Request, ToMain, ToSockets } from "../wire/protocol.ts";
import type { SharedFlags } from "../wire/shared-flags.ts";
import { CellRegistry } from "./cell-registry.ts";
import { Comms } from "./comms.ts";
import { Execution } from "./execution.ts";
import { CellHistory } from "./history.ts";
import { Outbox } from "./outbox.ts";
import { answerRequest } from "./requests.ts";

/** What the notebook kernel is put together from. */
export interface NotebookParts {
  readonly sockets: MessagePort;
  readonly flags: SharedFlags;
  readonly types: TypesClient | undefined;
  readonly createEnvironment: EnvironmentFactory;
  /** The folder of our own program, whose frames are left out of stack traces. */
  readonly ownFolder: string;
  /** Carries out a cell's import. */
  readonly importModule: ImportModule;
}

/** Taken before cells get a `process.exit` that refuses. */
const exitProcess = process.exit.bind(process);

/** A request dated before an error's reply, that comes within this time after it, was sent without knowing of the error. */
const ABORT_WITHIN_MS = 100;

/** The main thread's side of the notebook kernel: the queue of cells, and everything that is answered beside it. */
class NotebookKernel {
  readonly #parts: NotebookParts;
  readonly #outbox: Outbox;
  readonly #cells = new CellRegistry();
  readonly #history = new CellHistory();
  readonly #tracebacks: Tracebacks;
  readonly #runner: CellRunner;
  readonly #comms: Comms;
  readonly #stray: CellOutput;
  readonly #queue: Request[] = [];
  #execution!: Execution;
  #environment!: CellEnvironment;
  #names: CommandNames = { line: new Set(), cell: new Set() };
  #pumping = false;
  #abort = { repliedAt: 0, until: 0 };
  #stderr: "stdout" | "stderr" = "stderr";

  constructor(parts: NotebookParts) {
    this.#parts = parts;
    const { sockets, flags, ownFolder } = parts;
    this.#outbox = new Outbox((message: ToSockets) => sockets.postMessage(message));
    this.#tracebacks = new Tracebacks((fileName) => this.#cells.get(fileName), ownFolder);
    this.#runner = new CellRunner(flags);
    this.#stray = new CellOutput((message) => this.#outbox.publication(message), undefined);
    this.#comms = new Comms(this.#outbox, () => this.#execution.running?.request.header);
  }

  /** Makes the environment and lets the first request in. */
  async start(): Promise<void> {
    const { sockets, flags, types, createEnvironment } = this.#parts;
    const output = this.#hostOutput();
    const openComm = (target: string, data: Record<string, unknown>) => this.#comms.open(target, data);
    const environment = await createEnvironment({
      interruptFlag: flags.words,
      output,
      openComm,
      asStdout: (act) => this.#asStdout(act),
    });
    this.#environment = environment;
    types?.start(process.cwd(), environment.declarations).catch(() => {}); // said with the first cell
    this.#names = { line: new Set(environment.commands), cell: new Set(environment.cellCommands) };
    const runtime = new CellRuntime(flags, environment, output, this.#parts.importModule);
    Object.defineProperty(globalThis, RUNTIME_NAME, { value: runtime });
    Object.defineProperty(globalThis, "$orreryFlag", { value: flags.words });
    const { usingCtx } = await import("../cells/using-context.ts");
    Object.defineProperty(globalThis, "babelHelpers", { value: { usingCtx } });
    this.#execution = new Execution({
      outbox: this.#outbox,
      environment,
      commandNames: this.#names,
      runner: this.#runner,
      runtime,
      tracebacks: this.#tracebacks,
      cells: this.#cells,
      history: this.#history,
      types,
    });
    installGlobals({
      environment,
      output,
      updateDisplay: (bundle, id) => this.#output().display(bundle, id, true),
      clearOutput: (wait) => this.#output().publish("clear_output", { wait }),
      ask: (question) => this.#ask(question),
    });
    process.on("uncaughtException", (error) => this.#reportLate(error));
    process.on("unhandledRejection", (error) => this.#reportLate(error));
    sockets.on("message", (message: ToMain) => this.#receive(message));
  }

  /** The output of the cell that runs or that started this timer; without one, that of nobody's. */
  #output(): CellOutput {
    return (currentCell() ?? this.#execution.running)?.output ?? this.#stray;
  }

  #hostOutput(): CommandOutput {
    return {
      stdout: (text) => this.#output().stream("stdout", text),
      stderr: (text) => this.#output().stream(this.#stderr, text),
      display: (bundle, id) => this.#output().display(bundle, id),
    };
  }

  #asStdout<T>(act: () => T): T {
    const before = this.#stderr;
    this.#stderr = "stdout";
    try {
      return act();
    } finally {
      this.#stderr = before;
    }
  }

  #receive(message: ToMain): void {
    if (message.kind === "interrupt") this.#runner.interrupt(message.number);
    else if (message.kind === "end") this.#end();
    else if (message.request.header.msg_type === "execute_request") {
      this.#queue.push(message.request);
      void this.#pump();
    } else void this.#answer(message.request);
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      const { repliedAt, until } = this.#abort;
      if (performance.now() < until && Date.parse(request.header.date) < repliedAt) this.#refuse(request);
      else await this.#abortQueued(await this.#execution.execute(request));
    }
    this.#pumping = false;
  }

  /** After an error: what was sent before anybody could know of it is not run. */
  async #abortQueued(repliedAt: number | undefined): Promise<void> {
    if (repliedAt === undefined) return;
    this.#abort = { repliedAt, until: performance.now() + ABORT_WITHIN_MS };
    for (const request of this.#queue.splice(0)) this.#refuse(request);
  }

  /** An error stands under the cell, too: graders take a cell without outputs for one that was run and found right. */
  #refuse(request: Request): void {
    this.#outbox.status(request, "busy");
    const evalue = "this cell was not run, because one before it failed";
    this.#outbox.publish("error", request.header, { ename: "Aborted", evalue, traceback: [`Aborted: ${evalue}`] });
    this.#outbox.reply(request, { status: "aborted" });
    this.#outbox.status(request, "idle");
  }

  async #answer(request: Request): Promise<void> {
    this.#outbox.status(request, "busy");
    const { types } = this.#parts;
    try {
      const content = await answerRequest(request, {
        environment: this.#environment,
        names: this.#names,
        types,
        history: this.#history,
        comms: this.#comms,
      });
      if (content) this.#outbox.reply(request, content);
    } catch (error) {
      const { ename, evalue, traceback } = this.#tracebacks.report(error);
      this.#outbox.reply(request, { status: "error", ename, evalue, traceback });
    }
    this.#outbox.status(request, "idle");
    const running = this.#execution.running;
    if (running) this.#outbox.status(running.request, "busy"); // the idle above was not the running cell's
  }

  /** An error of a timer or a promise, after or beside the cell that started it. */
  #reportLate(error: unknown): void {
    const cell: CellContext | undefined = this.#tracebacks.cellOf(error) ?? currentCell();
    const output = cell?.output ?? this.#output();
    if (error instanceof Interrupted && cell?.stopped) return;
    output.publish("error", { ...this.#tracebacks.report(error) });
    if (error instanceof Interrupted && !this.#execution.running) this.#runner.finish();
  }

  #ask(question: string): string {
    const { flags } = this.#parts;
    const running = this.#execution.running;
    if (!running) throw new Error("prompt() asks only while its cell runs");
    if (running.request.content.allow_stdin === false) {
      throw new Error("prompt() needs a front end that can ask: this one runs cells without questions");
    }
    flags.expectInput();
    this.#outbox.ask(running.request, question, false);
    const answer = flags.waitForInput();
    if (answer === undefined) throw new Interrupted();
    return answer;
  }

  #end(): void {
    this.#environment.end?.();
    this.#parts.types?.close();
    this.#parts.sockets.once("close", () => exitProcess(0));
    this.#outbox.finish();
  }
}

/** Starts the notebook kernel on its main thread. */
export async function startNotebookKernel(parts: NotebookParts): Promise<void> {
  await new NotebookKernel(parts).start();
}
