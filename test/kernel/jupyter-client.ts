import { type ChildProcess, spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request as HeartbeatSocket, Subscriber } from "zeromq";
import type { ConnectionInfo, Content, Request } from "../../kernel/wire/protocol.ts";
import { MessageCodec } from "../../kernel/wire/signing.ts";

/** A message as tests look at it; `parent` is the id of the request that caused it. */
export interface Received {
  readonly type: string;
  readonly parent: string;
  readonly content: Content;
}

/** All that came of one execute request, up to its reply and its idle. */
export interface Executed {
  readonly reply: Content;
  readonly outputs: readonly Received[];
  /** Text of both streams, and the result's plain text. */
  readonly stdout: string;
  readonly stderr: string;
  readonly result: string | undefined;
}

/** Below the ports that the system gives to outgoing connections, which would take a port between its choice and its use. */
const PORTS = { from: 15_000, to: 32_000 };

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (listening) await new Promise((resolve) => server.close(resolve));
  return listening;
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Free ports and a new key, as Jupyter writes them for a notebook kernel. */
export async function newConnection(): Promise<ConnectionInfo> {
  const ports = await freePorts(5);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: ports[0]!,
    control_port: ports[1]!,
    stdin_port: ports[2]!,
    iopub_port: ports[3]!,
    hb_port: ports[4]!,
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
  };
}

/** A Jupyter client for one notebook kernel, which it starts. */
export class JupyterClient {
  readonly child: ChildProcess;
  readonly #codec: MessageCodec;
  readonly #sockets = { shell: new Dealer(), control: new Dealer(), stdin: new Dealer(), iopub: new Subscriber() };
  readonly #heartbeat = new HeartbeatSocket();
  readonly #folder: string;
  readonly #replies = new Map<string, (content: Content) => void>();
  readonly published: Received[] = [];
  #watchers: (() => void)[] = [];
  /** What is answered to `prompt()`. */
  onInput: (prompt: string) => string | undefined = () => undefined;

  private constructor(connection: ConnectionInfo, folder: string, child: ChildProcess) {
    this.child = child;
    this.#folder = folder;
    this.#codec = new MessageCodec(connection.key, connection.signature_scheme);
    const address = (port: number) => `tcp://127.0.0.1:${port}`;
    const { shell, control, stdin, iopub } = this.#sockets;
    const identity = randomUUID();
    shell.routingId = identity;
    stdin.routingId = identity;
    for (const socket of [shell, control, stdin, iopub, this.#heartbeat])
      Object.assign(socket, { reconnectInterval: 10, linger: 0 });
    iopub.receiveHighWaterMark = 0;
    shell.connect(address(connection.shell_port));
    control.connect(address(connection.control_port));
    stdin.connect(address(connection.stdin_port));
    iopub.connect(address(connection.iopub_port));
    this.#heartbeat.connect(address(connection.hb_port));
    iopub.subscribe();
    for (const loop of [this.#readReplies(shell), this.#readReplies(control), this.#readInput(), this.#readIopub()]) {
      loop.catch(() => {});
    }
  }

  /** Starts a program with a new connection file in place of `{connection_file}`. */
  static async start(
    argv: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<JupyterClient> {
    const folder = mkdtempSync(join(tmpdir(), "orrery-client-"));
    const connection = await newConnection();
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection));
    const args = argv.map((arg) => (arg === "{connection_file}" ? file : arg));
    const child = spawn(args[0]!, args.slice(1), { stdio: ["ignore", "inherit", "inherit"], ...options });
    return new JupyterClient(connection, folder, child);
  }

  async #readReplies(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const message = this.#codec.decode("shell", frames);
      if (message) this.#replies.get(parentOf(frames))?.(message.content);
    }
  }

  async #readInput(): Promise<void> {
    for await (const frames of this.#sockets.stdin) {
      const message = this.#codec.decode("shell", frames);
      const value = this.onInput(String(message?.content.prompt));
      if (value !== undefined) await this.#send("stdin", "input_reply", { value });
    }
  }

  async #readIopub(): Promise<void> {
    for await (const frames of this.#sockets.iopub) {
      const message = this.#codec.decode("shell", frames);
      if (!message) throw new Error("an unsigned message came on iopub");
      this.published.push({ type: message.header.msg_type, parent: parentOf(frames), content: message.content });
      for (const watch of this.#watchers) watch();
    }
  }

  async #send(
    channel: "shell" | "control" | "stdin",
    type: string,
    content: Content,
    onReply?: (content: Content) => void,
  ): Promise<string> {
    const frames = this.#codec.encode([], { type, parent: undefined, content });
    const id = (JSON.parse(Buffer.from(frames[2]!).toString()) as Request["header"]).msg_id;
    if (onReply) this.#replies.set(id, onReply);
    await this.#sockets[channel].send(frames);
    return id;
  }

  /** Sends a request; the promise inside is its reply. */
  async ask(
    type: string,
    content: Content = {},
    channel: "shell" | "control" = "shell",
  ): Promise<{ id: string; reply: Promise<Content> }> {
    let answered: (content: Content) => void = () => {};
    const reply = new Promise<Content>((resolve) => {
      answered = resolve;
    });
    return { id: await this.#send(channel, type, content, (replied) => answered(replied)), reply };
  }

  async request(type: string, content: Content = {}, channel: "shell" | "control" = "shell"): Promise<Content> {
    return (await this.ask(type, content, channel)).reply;
  }

  /** Sends one that has no reply. */
  async tell(type: string, content: Content): Promise<string> {
    return this.#send("shell", type, content);
  }

  /** Settles when a published message fits. */
  async until(fits: (message: Received) => boolean): Promise<Received> {
    const found = this.published.find(fits);
    if (found) return found;
    return new Promise((resolve) => {
      const watch = () => {
        const message = this.published.at(-1)!;
        if (!fits(message)) return;
        this.#watchers = this.#watchers.filter((other) => other !== watch);
        resolve(message);
      };
      this.#watchers.push(watch);
    });
  }

  /** Sends a cell; `done` settles with its reply and all its outputs. */
  async begin(code: string, options: Content = {}): Promise<{ id: string; done: Promise<Executed> }> {
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
      ...options,
    };
    const { id, reply } = await this.ask("execute_request", content);
    const done = (async () => {
      const [replied] = await Promise.all([
        reply,
        this.until((message) => message.parent === id && message.content.execution_state === "idle"),
      ]);
      return executed(
        replied,
        this.published.filter((message) => message.parent === id),
      );
    })();
    return { id, done };
  }

  async execute(code: string, options: Content = {}): Promise<Executed> {
    return (await this.begin(code, options)).done;
  }

  /** Milliseconds of one heartbeat. */
  async beat(): Promise<number> {
    const start = performance.now();
    await this.#heartbeat.send("beat");
    await this.#heartbeat.receive();
    return performance.now() - start;
  }

  /** Settles with the exit code, or the signal's name. */
  async ended(): Promise<number | string> {
    const { child } = this;
    if (child.exitCode !== null) return child.exitCode;
    if (child.signalCode !== null) return child.signalCode;
    return new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal ?? "")));
  }

  /** Ends the notebook kernel, if it still runs, and closes the sockets. */
  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    for (const socket of [...Object.values(this.#sockets), this.#heartbeat]) socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function parentOf(frames: readonly Uint8Array[]): string {
  const at = frames.findIndex((frame) => Buffer.from(frame).toString() === "<IDS|MSG>");
  return (JSON.parse(Buffer.from(frames[at + 3]!).toString()) as { msg_id?: string }).msg_id ?? "";
}

function executed(reply: Content, messages: readonly Received[]): Executed {
  const outputs = messages.filter(({ type }) => type !== "status" && type !== "execute_input");
  const text = (name: string) =>
    outputs
      .filter(({ type, content }) => type === "stream" && content.name === name)
      .map(({ content }) => content.text)
      .join("");
  const result = outputs.find(({ type }) => type === "execute_result");
  const data = result?.content.data as Record<string, string> | undefined;
  return { reply, outputs, stdout: text("stdout"), stderr: text("stderr"), result: data?.["text/plain"] };
}
