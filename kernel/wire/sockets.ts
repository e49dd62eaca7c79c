import { workerData } from "node:worker_threads";
import { Reply, Router, XPublisher } from "zeromq";
import { watchParent } from "./parent-watch.ts";
import type { Content, Header, Publication, Request, SocketsStart, ToMain, ToSockets } from "./protocol.ts";
import { type Outgoing, SendQueue } from "./send-queue.ts";
import { SharedFlags } from "./shared-flags.ts";
import { MessageCodec } from "./signing.ts";

/** How long messages are kept for a first listener before they are sent to nobody. */
const HOLD_MS = 2_000;
/** A cell that has not noticed the interrupt's flag by then gets the signal that V8 acts upon between two instructions. */
const SIGNAL_AFTER_MS = 200;
/** How long ZeroMQ gets for what is left to send. */
const FLUSH_MS = 100;
/** A main thread that has not ended by then is ended. */
const END_AFTER_MS = 1_000;

const start = workerData as SocketsStart;
const { port } = start;
const flags = new SharedFlags(start.flags);
const codec = new MessageCodec(start.connection.key, start.connection.signature_scheme);

const options = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 1_000 };
const shell = new Router(options);
const control = new Router(options);
const stdin = new Router(options);
const iopub = new XPublisher({ ...options, verbosity: "allSubs" });
const heartbeat = new Reply(options);

/** Replies are held as well: a client takes the first one for the sign that its output will be heard. */
const queues = {
  shell: new SendQueue(shell, true),
  control: new SendQueue(control, true),
  stdin: new SendQueue(stdin),
  iopub: new SendQueue(iopub, true),
};

function releaseQueues(): void {
  queues.iopub.release();
  queues.shell.release();
  queues.control.release();
}

/** A publication on its way; stream text of one cell and one stream grows while it waits. */
class Published implements Outgoing {
  readonly #message: Publication;
  #text: string;

  constructor(message: Publication) {
    this.#message = message;
    this.#text = message.type === "stream" ? String(message.content.text) : "";
  }

  frames(): Uint8Array[] {
    const { type, parent, content, metadata, buffers } = this.#message;
    const shown = type === "stream" ? { ...content, text: this.#text } : content;
    return codec.encode([Buffer.from(type)], { type, parent, content: shown, metadata }, buffers);
  }

  merge(next: Outgoing): boolean {
    if (!(next instanceof Published)) return false;
    const other = next.#message;
    const mine = this.#message;
    const same = mine.type === "stream" && other.type === "stream" && mine.content.name === other.content.name;
    if (!same || mine.parent?.msg_id !== other.parent?.msg_id) return false;
    this.#text += next.#text;
    return true;
  }
}

function publish(type: string, parent: Header | undefined, content: Content): void {
  queues.iopub.push(new Published({ kind: "publish", type, parent, content }));
}

function reply(request: Request, type: string, content: Content): void {
  const frames = codec.encode(request.routes, { type, parent: request.header, content });
  queues[request.channel].push({ frames: () => frames });
}

function tell(message: ToMain): void {
  port.postMessage(message);
}

/** Answers what needs no main thread, between the busy and the idle that every request gets. */
function answer(request: Request, type: string, content: Content, before?: () => void): void {
  publish("status", request.header, { execution_state: "busy" });
  before?.();
  reply(request, type, content);
  publish("status", request.header, { execution_state: "idle" });
}

function interrupt(): void {
  const number = flags.raiseInterrupt();
  tell({ kind: "interrupt", number });
  if (process.platform === "win32") return;
  const again = setInterval(() => {
    if (!flags.interrupted || !flags.running) clearInterval(again);
    else process.kill(process.pid, "SIGINT");
  }, SIGNAL_AFTER_MS);
}

let ending = false;

/** Ends the notebook kernel: the main thread is asked first, and ended when it computes and does not listen. */
function end(): void {
  if (ending) return;
  ending = true;
  flags.raiseInterrupt();
  tell({ kind: "end" });
  setTimeout(() => process.kill(process.pid, "SIGKILL"), END_AFTER_MS);
}

async function finish(): Promise<void> {
  releaseQueues();
  await Promise.all(Object.values(queues).map((queue) => queue.drained()));
  // Handed to ZeroMQ is not yet sent: its own thread needs a moment, which the end of the process would not give it.
  await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
  closeSockets();
  setImmediate(() => process.exit(0));
}

/** The thread ends in order only when its sockets are closed first. */
function closeSockets(): void {
  for (const socket of [shell, control, stdin, iopub, heartbeat]) socket.close();
}

function shutDown(request: Request): void {
  const content = { status: "ok", restart: request.content.restart === true };
  answer(request, "shutdown_reply", content, () => publish("shutdown_reply", request.header, content));
  const sent = Promise.all([queues[request.channel].drained(), queues.iopub.drained()]);
  const late = new Promise((resolve) => setTimeout(resolve, 300));
  Promise.race([sent, late]).then(end);
}

function handle(request: Request): void {
  switch (request.header.msg_type) {
    case "kernel_info_request":
      answer(request, "kernel_info_reply", start.kernelInfo);
      break;
    case "interrupt_request":
      answer(request, "interrupt_reply", { status: "ok" }, interrupt);
      break;
    case "shutdown_request":
      shutDown(request);
      break;
    default:
      tell({ kind: "request", request });
  }
}

async function receive(channel: Request["channel"], socket: Router): Promise<void> {
  for await (const frames of socket) {
    const request = codec.decode(channel, frames as Uint8Array[]);
    if (request) handle(request);
  }
}

async function receiveInput(): Promise<void> {
  for await (const frames of stdin) {
    const message = codec.decode("shell", frames as Uint8Array[]);
    if (message?.header.msg_type === "input_reply") flags.answerInput(String(message.content.value ?? ""));
  }
}

/** A new listener is welcomed with the topic that it asked for; the first one lets the held messages go. */
async function welcome(): Promise<void> {
  for await (const [frame] of iopub) {
    if (frame?.[0] !== 1) continue;
    const topic = frame.subarray(1);
    const content = { subscription: topic.toString() };
    const frames = codec.encode([topic], { type: "iopub_welcome", parent: undefined, content });
    queues.iopub.push({ frames: () => frames });
    releaseQueues();
  }
}

async function beat(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

function address(portNumber: number): string {
  const { transport, ip } = start.connection;
  return transport === "ipc" ? `ipc://${ip}-${portNumber}` : `tcp://${ip}:${portNumber}`;
}

async function open(): Promise<void> {
  const { connection } = start;
  // All of them must be done before sockets may be closed, also when one fails.
  const bound = await Promise.allSettled([
    shell.bind(address(connection.shell_port)),
    control.bind(address(connection.control_port)),
    stdin.bind(address(connection.stdin_port)),
    iopub.bind(address(connection.iopub_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);
  for (const result of bound) if (result.status === "rejected") throw result.reason;
  setTimeout(releaseQueues, HOLD_MS).unref();
  publish("status", undefined, { execution_state: "starting" });
  for (const loop of [receive("shell", shell), receive("control", control), receiveInput(), welcome(), beat()]) {
    loop.catch(() => {}); // a closed socket ends its loop
  }
}

port.on("message", (message: ToSockets) => {
  if (message.kind === "publish") queues.iopub.push(new Published(message));
  else if (message.kind === "reply") reply(message.request, message.type, message.content);
  else if (message.kind === "finish") void finish();
  else {
    const content = { prompt: message.prompt, password: message.password };
    const frames = codec.encode(message.request.routes, {
      type: "input_request",
      parent: message.request.header,
      content,
    });
    queues.stdin.push({ frames: () => frames });
  }
});

watchParent(end);
open().catch((error: Error) => {
  closeSockets();
  setImmediate(() => {
    throw error; // the main thread hears of it as the thread's error
  });
});
