/** What JupyterLab's terminal widget takes for a terminal of the server; here a comm to the simulated shell. */
import type { ISessionContext } from "@jupyterlab/apputils";
import { ServerConnection, type Terminal } from "@jupyterlab/services";
import { Signal } from "@lumino/signaling";
import { type Answer, TERMINAL_TARGET } from "../../lessons/live/protocol.ts";
import { CommLink, type LinkState } from "../join/comm-link.ts";

/** A terminal connection over a comm. There is no process behind it, on any machine. */
export class CommTerminal implements Terminal.ITerminalConnection {
  readonly name: string;
  readonly serverSettings = ServerConnection.makeSettings();
  readonly messageReceived = new Signal<this, Terminal.IMessage>(this);
  readonly connectionStatusChanged = new Signal<this, Terminal.ConnectionStatus>(this);
  readonly disposed = new Signal<this, void>(this);
  #link: CommLink;
  #size = { columns: 80, rows: 24 };
  #wasLive = false;
  #isDisposed = false;

  constructor(name: string, context: ISessionContext) {
    this.name = name;
    this.#link = new CommLink({
      context,
      target: TERMINAL_TARGET,
      opening: () => ({ ...this.#size }),
      answered: (answer) => this.#answered(answer),
      changed: (state) => this.#changed(state),
    });
  }

  get model(): Terminal.IModel {
    return { name: this.name };
  }

  /** Connected at once: whether the notebook kernel is there is said in the terminal itself. */
  get connectionStatus(): Terminal.ConnectionStatus {
    return "connected";
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  send(message: Terminal.IMessage): void {
    if (message.type === "stdin") {
      const text = String(message.content?.[0] ?? "");
      if (!this.#link.send({ kind: "input", text })) this.#print("\r\n[no notebook kernel to answer]\r\n");
    } else if (message.type === "set_size") {
      const [rows, columns] = (message.content ?? []).map(Number);
      if (!rows || !columns) return;
      this.#size = { columns, rows };
      this.#link.send({ kind: "resize", ...this.#size });
    }
  }

  async reconnect(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.dispose();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#link.dispose();
    this.disposed.emit();
    Signal.clearData(this);
  }

  #answered(answer: Answer): void {
    if (answer.kind === "output") this.#print(answer.text);
    else if (answer.kind === "refused") this.#print(`\r\n[${answer.message}]\r\n`);
  }

  #changed({ kind, why }: LinkState): void {
    if (kind === "live") this.#wasLive = true;
    else if (kind === "recorded" && this.#wasLive) {
      this.#wasLive = false;
      this.#print(`\r\n[${why}]\r\n`);
    }
  }

  #print(text: string): void {
    this.messageReceived.emit({ type: "stdout", content: [text] });
  }
}
