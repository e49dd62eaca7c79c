/** One comm of one view, toolbar, terminal or lesson, which survives what happens to the notebook kernel below it. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel, KernelMessage } from "@jupyterlab/services";
import type { JSONObject } from "@lumino/coreutils";
import type { Answer, Request } from "../../lessons/live/protocol.ts";

/** How a link stands; `why` says in words why it is not live. */
export interface LinkState {
  readonly kind: "joining" | "live" | "recorded";
  readonly why: string;
}

const gone = new Set(["restarting", "autorestarting", "dead", "terminating"]);
const noKernel: LinkState = { kind: "recorded", why: "no notebook kernel" };
const another: LinkState = { kind: "recorded", why: "the notebook kernel is another one" };
const restarted: LinkState = { kind: "recorded", why: "the notebook kernel was restarted" };

/** What a link is for: which answers come in over it. */
export interface LinkParts<Got = Answer> {
  readonly context: ISessionContext;
  readonly target: string;
  /** What is said when the comm opens. */
  readonly opening: () => JSONObject;
  readonly answered: (answer: Got) => void;
  readonly changed: (state: LinkState) => void;
}

/** A comm that is opened as soon as the notebook kernel is there, and again after a restart. */
export class CommLink<Sent extends object = Request, Got = Answer> {
  readonly #parts: LinkParts<Got>;
  #state: LinkState = noKernel;
  #comm: Kernel.IComm | undefined;
  #refused = false;
  #ended = false;

  constructor(parts: LinkParts<Got>) {
    this.#parts = parts;
    const { context } = parts;
    context.statusChanged.connect(this.#statusChanged, this);
    context.kernelChanged.connect(this.#kernelChanged, this);
    void this.#join();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Sends a request; false when nobody listens. */
  send(request: Sent): boolean {
    if (this.#comm === undefined || this.#comm.isDisposed) return false;
    this.#comm.send({ ...request } as JSONObject);
    return true;
  }

  /** Leaves. The other end is told, if it is there. */
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { context } = this.#parts;
    context.statusChanged.disconnect(this.#statusChanged, this);
    context.kernelChanged.disconnect(this.#kernelChanged, this);
    const comm = this.#comm;
    this.#comm = undefined;
    if (comm !== undefined && !comm.isDisposed) comm.close();
  }

  #set(state: LinkState): void {
    if (this.#ended) return;
    this.#state = state;
    this.#parts.changed(state);
  }

  #drop(why: LinkState): void {
    // A restart disposes comms by itself, without telling them.
    this.#comm = undefined;
    this.#set(why);
  }

  #statusChanged(_context: ISessionContext, status: Kernel.Status): void {
    if (gone.has(status)) {
      this.#refused = false;
      this.#drop(status === "restarting" || status === "autorestarting" ? restarted : noKernel);
    } else if (status === "idle" && this.#comm === undefined && !this.#refused) void this.#join();
  }

  #kernelChanged(): void {
    this.#refused = false;
    this.#drop(noKernel);
    void this.#join();
  }

  /** Opens the comm. Other notebook kernels than ours are left alone: they would log an unknown target. */
  async #join(): Promise<void> {
    const kernel = this.#parts.context.session?.kernel;
    if (!kernel || this.#comm !== undefined || this.#ended || gone.has(kernel.status)) return;
    if (!kernel.handleComms)
      return this.#set({ kind: "recorded", why: "another page is joined to this notebook kernel" });
    const information = await kernel.info.catch(() => undefined);
    if (this.#comm !== undefined || this.#ended || kernel !== this.#parts.context.session?.kernel) return;
    if (information === undefined) return;
    if (information.implementation !== "orrery") return this.#state === another ? undefined : this.#set(another);
    const comm = kernel.createComm(this.#parts.target);
    this.#comm = comm;
    comm.onMsg = (message: KernelMessage.ICommMsgMsg) => this.#receive(comm, message.content.data);
    comm.onClose = (message: KernelMessage.ICommCloseMsg) => this.#closed(comm, message.content.data);
    this.#set({ kind: "joining", why: this.#state.why });
    comm.open(this.#parts.opening());
  }

  #receive(comm: Kernel.IComm, answer: unknown): void {
    if (comm !== this.#comm) return;
    if (this.#state.kind !== "live") this.#set({ kind: "live", why: "" });
    this.#parts.answered(answer as Got);
  }

  #closed(comm: Kernel.IComm, reason: unknown): void {
    if (comm !== this.#comm) return;
    this.#refused = true;
    const { message, error } = reason as { readonly message?: unknown; readonly error?: unknown };
    this.#drop({ kind: "recorded", why: String(message ?? error ?? "the notebook kernel closed the connection") });
  }
}
