import { join } from "node:path";
import { CellRunner, RUNTIME_NAME } from "../../kernel/cells/cell-runner.ts";
import type { CellContext } from "../../kernel/cells/context.ts";
import { CellOutput } from "../../kernel/cells/output.ts";
import { CellRuntime } from "../../kernel/cells/runtime.ts";
import { Tracebacks } from "../../kernel/cells/traceback.ts";
import { usingCtx } from "../../kernel/cells/using-context.ts";
import { compileCell } from "../../kernel/compile/cell.ts";
import type { CellEnvironment, CommandCall } from "../../kernel/environment.ts";
import { CellRegistry } from "../../kernel/session/cell-registry.ts";
import type { Request } from "../../kernel/wire/protocol.ts";
import { SharedFlags } from "../../kernel/wire/shared-flags.ts";

/** Commands that were run, newest last. */
export const ran: string[] = [];

const flags = new SharedFlags();
const names = { line: new Set(["kubectl", "ip"]), cell: new Set(["yaml"]) };
const environment: CellEnvironment = {
  globals: {},
  declarations: [],
  commands: [...names.line],
  cellCommands: [...names.cell],
  run: ({ command, rest, body }: CommandCall) => void ran.push([command, rest, body].filter(Boolean).join("|")),
  display: () => undefined,
};
const runtime = new CellRuntime(flags, environment, { stdout: () => {}, stderr: () => {}, display: () => {} });
const runner = new CellRunner(flags);
const registry = new CellRegistry();
const tracebacks = new Tracebacks((fileName) => registry.get(fileName), join(import.meta.dirname, "../../kernel"));
let count = 0;

Object.defineProperty(globalThis, RUNTIME_NAME, { value: runtime });
Object.defineProperty(globalThis, "$orreryFlag", { value: flags.words });
Object.defineProperty(globalThis, "babelHelpers", { value: { usingCtx } });

/** What a cell came to: its value, or its error's name, sentence and first place in a cell. */
export type CellResult = { readonly value: unknown } | { readonly error: string; readonly place: string | undefined };

/** Compiles and runs a cell in this process, without types. */
export async function runCell(code: string): Promise<CellResult> {
  const compiled = compileCell(code, names, runtime.callBase);
  if (compiled.kind === "refused") {
    return { error: `SyntaxError: ${compiled.message}`, place: `${compiled.place.line}:${compiled.place.column}` };
  }
  const context: CellContext = {
    fileName: registry.fileName(++count),
    code,
    request: {} as Request,
    output: new CellOutput(() => {}, undefined),
    stopped: false,
    compiled,
    result: undefined,
    disposers: [],
  };
  registry.add(context);
  runtime.addCalls(compiled.calls);
  const outcome = await runner.run(context);
  if (outcome.kind === "done") return { value: outcome.value };
  const { ename, evalue, traceback } = tracebacks.report(outcome.error);
  return { error: `${ename}: ${evalue}`, place: /cell-\d+\.ts:(\d+:\d+)/.exec(traceback.slice(1).join("\n"))?.[1] };
}
