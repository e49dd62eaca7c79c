import type { CellRunner, RunOutcome } from "../cells/cell-runner.ts";
import type { CellContext } from "../cells/context.ts";
import { Interrupted } from "../cells/interrupted.ts";
import { CellOutput } from "../cells/output.ts";
import { bundleOf } from "../cells/rich-result.ts";
import type { CellRuntime } from "../cells/runtime.ts";
import type { ErrorReport, Tracebacks } from "../cells/traceback.ts";
import { type CompiledCell, compileCell, type RefusedCell } from "../compile/cell.ts";
import type { CommandNames } from "../compile/magics.ts";
import type { CellEnvironment } from "../environment.ts";
import type { TypesClient } from "../types/client.ts";
import type { TypeProblem } from "../types/protocol.ts";
import type { Content, Request } from "../wire/protocol.ts";
import type { CellRegistry } from "./cell-registry.ts";
import type { CellHistory } from "./history.ts";
import type { Outbox } from "./outbox.ts";
import { pageFor } from "./pager.ts";
import { refusalReport, typeReport } from "./problem-report.ts";

/** What a cell is run with. */
export interface ExecutionParts {
  readonly outbox: Outbox;
  readonly environment: CellEnvironment;
  readonly commandNames: CommandNames;
  readonly runner: CellRunner;
  readonly runtime: CellRuntime;
  readonly tracebacks: Tracebacks;
  readonly cells: CellRegistry;
  readonly history: CellHistory;
  /** Undefined when cells are run unchecked. */
  readonly types: TypesClient | undefined;
}

type Ended = { readonly value: unknown } | { readonly report: ErrorReport };

/** Carries out execute requests, one at a time. */
export class Execution {
  readonly #parts: ExecutionParts;
  #count = 0;
  #serial = 0;
  #saidUnchecked = false;
  /** The request whose cell runs now. */
  running: CellContext | undefined;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /**
   * Executes and replies. After an error it gives the time (milliseconds, wall clock) just before its reply: requests
   * sent before that are to be aborted.
   */
  async execute(request: Request): Promise<number | undefined> {
    const { outbox, history } = this.#parts;
    const { content } = request;
    const code = String(content.code ?? "");
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) history.add(++this.#count, code);
    const context = this.#context(request, code, stored ? this.#count : undefined);
    outbox.status(request, "busy");
    if (!silent) outbox.publish("execute_input", request.header, { code, execution_count: this.#count });
    this.running = context;
    const page = await pageFor(code, this.#parts.types);
    const ended = page ? { value: undefined } : await this.#run(context);
    context.output.end();
    let reply: Content;
    if ("report" in ended) {
      if (!silent) context.output.publish("error", { ...ended.report });
      reply = { status: "error", execution_count: this.#count, user_expressions: {}, payload: [], ...ended.report };
    } else {
      if (!silent && ended.value !== undefined) this.#showResult(context, ended.value, stored);
      const expressions = await this.#expressions(request, (content.user_expressions ?? {}) as Content);
      const payload = page ? [page] : [];
      reply = { status: "ok", execution_count: this.#count, user_expressions: expressions, payload };
    }
    this.running = undefined;
    const repliedAt = Date.now();
    outbox.reply(request, reply);
    outbox.status(request, "idle");
    return "report" in ended && content.stop_on_error !== false ? repliedAt : undefined;
  }

  #context(request: Request, code: string, count: number | undefined): CellContext {
    const { outbox, cells } = this.#parts;
    const context: CellContext = {
      fileName: cells.fileName(count),
      code,
      request,
      output: new CellOutput((message) => outbox.publication(message), request.header),
      stopped: false,
      compiled: undefined,
      result: undefined,
      disposers: [],
    };
    cells.add(context);
    return context;
  }

  /** Compiles, checks and runs; nothing is run or changed before the whole cell is known to be right. */
  async #run(context: CellContext): Promise<Ended> {
    const { environment, runner, runtime, tracebacks, commandNames } = this.#parts;
    const compiled = this.#compile(context, commandNames);
    if (compiled.kind === "refused") return { report: refusalReport(context, compiled) };
    let ok = false;
    let outcome: RunOutcome | undefined;
    try {
      const problems = await this.#check(compiled, context);
      if (problems.length > 0) return { report: typeReport(context, compiled, problems, commandNames) };
      context.compiled = compiled;
      runtime.addCalls(compiled.calls);
      environment.beforeCell?.(this.#count, context.code);
      outcome = await runner.run(context);
      ok = outcome.kind === "done";
      return outcome.kind === "done" ? { value: outcome.value } : { report: tracebacks.report(outcome.error) };
    } catch (error) {
      return { report: tracebacks.report(error) };
    } finally {
      runner.finish();
      if (outcome) {
        const failed = outcome.kind === "failed" ? outcome : { interrupted: false, cut: false };
        environment.afterCell?.({ count: this.#count, ok, interrupted: failed.interrupted, cut: failed.cut });
      }
    }
  }

  #compile(context: CellContext, names: CommandNames): CompiledCell | RefusedCell {
    return compileCell(context.code, names, this.#parts.runtime.callBase);
  }

  async #check(compiled: CompiledCell, context: CellContext): Promise<readonly TypeProblem[]> {
    const { types, runner } = this.#parts;
    if (!types) return [];
    const { declared, augments } = compiled.names;
    const check = types.check({ serial: ++this.#serial, text: compiled.typeText, declared, augments });
    try {
      return await runner.interruptible(check);
    } catch (error) {
      if (error instanceof Interrupted) {
        types.interrupt();
        throw error;
      }
      if (!this.#saidUnchecked)
        context.output.stream("stdout", `[${(error as Error).message}: this cell is run unchecked.]\n`);
      this.#saidUnchecked = true;
      return [];
    }
  }

  #showResult(context: CellContext, value: unknown, stored: boolean): void {
    const { environment, history, tracebacks } = this.#parts;
    try {
      const bundle = bundleOf(value, (asked) => environment.display(asked));
      context.output.result(bundle, this.#count);
      const text = bundle["text/plain"];
      if (stored && typeof text === "string") history.setOutput(this.#count, text);
    } catch (error) {
      const { traceback } = tracebacks.report(error);
      context.output.stream("stderr", `[The result could not be shown.]\n${traceback.join("\n")}\n`);
    }
  }

  async #expressions(request: Request, expressions: Content): Promise<Content> {
    const { environment, runner, tracebacks, commandNames } = this.#parts;
    const answers: Content = {};
    for (const [name, expression] of Object.entries(expressions)) {
      const context = this.#context(request, String(expression), undefined);
      const compiled = this.#compile(context, commandNames);
      if (compiled.kind === "refused") {
        answers[name] = { status: "error", ...refusalReport(context, compiled) };
        continue;
      }
      context.compiled = compiled;
      const outcome = await runner.run(context);
      answers[name] =
        outcome.kind === "done"
          ? { status: "ok", data: bundleOf(outcome.value, (value) => environment.display(value)), metadata: {} }
          : { status: "error", ...tracebacks.report(outcome.error) };
    }
    return answers;
  }
}
