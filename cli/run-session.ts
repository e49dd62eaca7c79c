import process from "node:process";
import services from "@jupyterlab/services";
import { KERNEL_NAME } from "./kernelspec.ts";
import type { Forms, NotebookCell } from "./notebook-file.ts";
import { CellOutputs } from "./run-outputs.ts";
import type { JupyterServer } from "./run-server.ts";

const { KernelAPI, KernelConnection, ServerConnection } = services;

const levels = ["debug", "warn", "error"] as const;

/** The library tells the console of each connection; what matters of that is told by us. Gives the way back. */
function quietConsole(): () => void {
  const before = levels.map((level) => console[level]);
  for (const level of levels) console[level] = () => {};
  return () => {
    for (const [index, level] of levels.entries()) console[level] = before[index] ?? console.log;
  };
}

/** A connection that is being made anew when it is disposed of rejects a promise that only the library holds. */
function leaveOutDisconnection(reason: unknown): void {
  if (!(reason instanceof Error && reason.message === "Kernel connection disconnected")) throw reason;
}

/** How a cell ended: well, or with a sentence that says how not. */
export type CellEnd = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly goOn: boolean };

/** After an interrupt a cell gets so long to end. */
const graceMs = 10_000;

/** A notebook kernel on a server, driven through the same library as JupyterLab. */
export class CellSession {
  readonly #connection: services.Kernel.IKernelConnection;
  readonly #lost: Promise<string>;
  readonly #speakAgain: () => void;

  private constructor(connection: services.Kernel.IKernelConnection, server: JupyterServer, speakAgain: () => void) {
    this.#speakAgain = speakAgain;
    this.#connection = connection;
    this.#lost = new Promise((resolve) => {
      void server.ended.then(() => resolve("the Jupyter server ended while it ran"));
      connection.statusChanged.connect((_, status) => {
        if (status === "dead" || status === "autorestarting" || status === "terminating")
          resolve("the notebook kernel ended while it ran");
      });
    });
  }

  /** Starts a notebook kernel and waits until it has introduced itself. */
  static async start(server: JupyterServer): Promise<CellSession> {
    const { url, token } = server;
    const speakAgain = quietConsole();
    const serverSettings = ServerConnection.makeSettings({ baseUrl: url, token, appendToken: true });
    const model = await KernelAPI.startNew({ name: KERNEL_NAME }, serverSettings);
    const session = new CellSession(new KernelConnection({ model, serverSettings }), server, speakAgain);
    await Promise.race([session.#connection.info, session.#lost]);
    return session;
  }

  /** What the notebook says of its notebook kernel, as JupyterLab writes it. */
  async metadata(): Promise<Forms> {
    const [spec, info] = await Promise.all([this.#connection.spec, this.#connection.info]);
    const kernelspec = { name: KERNEL_NAME, display_name: spec?.display_name, language: spec?.language };
    return { kernelspec, language_info: info.language_info };
  }

  /** Runs a code cell and fills its outputs and its count. `timeoutMs` may be infinite; `stopping` interrupts it, too. */
  async run(cell: NotebookCell, timeoutMs: number, stopping: AbortSignal): Promise<CellEnd> {
    const outputs = new CellOutputs();
    cell.outputs = outputs.list;
    cell.execution_count = null;
    if (cell.source.trim() === "") return { ok: true };
    const future = this.#connection.requestExecute({ code: cell.source, allow_stdin: false }, false);
    future.onIOPub = ({ header, content }) => outputs.add({ type: header.msg_type, content: content as Forms });
    const reply = future.done.then(({ content }) => content);
    const limit = new AbortController();
    const timer = Number.isFinite(timeoutMs) ? setTimeout(() => limit.abort(), timeoutMs) : undefined;
    const first = await Promise.race([reply, this.#lost, aborted(AbortSignal.any([limit.signal, stopping]))]);
    clearTimeout(timer);
    if (typeof first === "string") return { ok: false, why: first, goOn: false };
    if (first === undefined) {
      const said = stopping.aborted
        ? "it was interrupted"
        : `it ran longer than ${timeoutMs / 1000} s and was interrupted`;
      const late = await this.#interrupt(reply);
      cell.execution_count = late?.execution_count ?? null;
      return { ok: false, why: said, goOn: late !== undefined && !stopping.aborted };
    }
    cell.execution_count = first.execution_count ?? null;
    return endOf(first, outputs);
  }

  /** The reply of a cell that ended after an interrupt. */
  async #interrupt(reply: Promise<Reply>): Promise<Reply | undefined> {
    await this.#connection.interrupt().catch(() => {});
    const ended = await Promise.race([reply, this.#lost, aborted(AbortSignal.timeout(graceMs))]);
    return typeof ended === "string" ? undefined : ended;
  }

  /** Ends the notebook kernel; one that is gone already is none of our business. */
  async end(): Promise<void> {
    await this.#connection.shutdown().catch(() => {});
    process.on("unhandledRejection", leaveOutDisconnection);
    this.#connection.dispose();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", leaveOutDisconnection);
    this.#speakAgain();
  }
}

type Reply = services.KernelMessage.IExecuteReplyMsg["content"];

function endOf(reply: Reply, outputs: CellOutputs): CellEnd {
  if (reply.status === "ok") {
    for (const page of reply.payload ?? [])
      if (page.source === "page")
        outputs.add({ type: "display_data", content: { data: page.data, metadata: {}, transient: {} } });
    return { ok: true };
  }
  if (reply.status === "error") return { ok: false, why: `${reply.ename}: ${firstLine(reply.evalue)}`, goOn: true };
  return { ok: false, why: "the notebook kernel did not run it", goOn: true };
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
