import { Console } from "node:console";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import type { CellEnvironment, CommandOutput, MimeBundle } from "../environment.ts";
import { bundleOf } from "./rich-result.ts";

type StreamName = "stdout" | "stderr";

/** What the globals are connected to. */
export interface GlobalsConnection {
  readonly environment: CellEnvironment;
  readonly output: CommandOutput;
  updateDisplay(bundle: MimeBundle, id: string): void;
  clearOutput(wait: boolean): void;
  /** Asks the front end; throws where it cannot. */
  ask(question: string): string;
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}

function makeDisplay(connection: GlobalsConnection): object {
  const { output } = connection;
  const bundle = (value: unknown) => bundleOf(value, (asked) => connection.environment.display(asked));
  const show = (value: unknown, options?: { id?: string }): void => output.display(bundle(value), options?.id);
  const of = (type: string) => (value: unknown) => output.display({ [type]: value });
  return Object.assign(show, {
    update: (id: string, value: unknown) => connection.updateDisplay(bundle(value), id),
    mime: (forms: MimeBundle, options?: { id?: string }) => output.display(forms, options?.id),
    html: of("text/html"),
    svg: of("image/svg+xml"),
    markdown: of("text/markdown"),
    json: of("application/json"),
    png: (bytes: Uint8Array) => output.display({ "image/png": Buffer.from(bytes).toString("base64") }),
  });
}

/** Sends what is written to the process's streams, by libraries too, to the cell's output. */
function captureStream(name: StreamName, write: (text: string) => void): void {
  const original = Object.getOwnPropertyDescriptor(process, name)!;
  let stream: NodeJS.WriteStream | undefined;
  const capture = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    write(typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString());
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") queueMicrotask(() => done());
    return true;
  };
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      if (!stream) {
        stream = (original.get ? original.get.call(process) : original.value) as NodeJS.WriteStream;
        stream.write = capture as NodeJS.WriteStream["write"];
      }
      return stream;
    },
  });
}

/** A cell must not end the notebook kernel, and with it everything that was built up. */
function refuseExit(): void {
  const refuse = (call: string): never => {
    throw new Error(
      `${call} would end the notebook and lose its state: to end only the cell, throw an error; to start anew, restart the notebook kernel`,
    );
  };
  process.exit = (code) => refuse(`process.exit(${code ?? ""})`);
  process.abort = () => refuse("process.abort()");
  const kill = process.kill.bind(process);
  const isOwn = (pid: number): boolean => pid === process.pid || pid === 0 || pid === -process.pid;
  process.kill = (pid, signal) => (isOwn(pid) && signal !== 0 ? refuse(`process.kill(${pid})`) : kill(pid, signal));
}

/** Puts everything on the global object that cells find there; later cells may replace any of it for themselves. */
export function installGlobals(connection: GlobalsConnection): void {
  const { output, environment } = connection;
  const writeTo = (name: StreamName) => (text: string) => output[name](text);
  captureStream("stdout", writeTo("stdout"));
  captureStream("stderr", writeTo("stderr"));
  refuseExit();
  const stream = (name: StreamName) => ({ write: writeTo(name) }) as unknown as NodeJS.WritableStream;
  define("console", new Console({ stdout: stream("stdout"), stderr: stream("stderr"), ignoreErrors: false }));
  define("display", makeDisplay(connection));
  define("clearOutput", (wait = false) => connection.clearOutput(wait));
  define("prompt", (question = "", defaultAnswer = "") => connection.ask(String(question)) || defaultAnswer);
  define("require", createRequire(join(process.cwd(), "notebook.js")));
  for (const [name, value] of Object.entries(environment.globals)) define(name, value);
}
