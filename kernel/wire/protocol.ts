/** The words that the notebook kernel's threads exchange, and the messages of Jupyter's protocol (5.4) that they carry. */
import type { MessagePort } from "node:worker_threads";

/** A message's header; `session` and `username` come back to the client in the parent header of our answers. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly username: string;
  readonly session: string;
  readonly date: string;
  readonly version: string;
}

/** JSON content of a message. */
export type Content = Record<string, unknown>;

/** A request as it came in, with the frames that route the answer back. */
export interface Request {
  readonly channel: "shell" | "control";
  readonly routes: readonly Uint8Array[];
  readonly header: Header;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

/** Something for every client of the notebook kernel; `parent` is the request that caused it. */
export interface Publication {
  readonly kind: "publish";
  readonly type: string;
  readonly parent: Header | undefined;
  readonly content: Content;
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
}

/** What the main thread sends to the socket thread. */
export type ToSockets =
  | Publication
  | { readonly kind: "reply"; readonly request: Request; readonly type: string; readonly content: Content }
  | { readonly kind: "ask"; readonly request: Request; readonly prompt: string; readonly password: boolean }
  | { readonly kind: "finish" };

/** What the socket thread sends to the main thread. An interrupt carries its number, so that a late one is recognised. */
export type ToMain =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "interrupt"; readonly number: number }
  | { readonly kind: "end" };

/** A connection file's fields that we use. */
export interface ConnectionInfo {
  readonly transport: "tcp" | "ipc";
  readonly ip: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
}

/** What the socket thread is started with. */
export interface SocketsStart {
  readonly connection: ConnectionInfo;
  readonly flags: SharedArrayBuffer;
  /** A port of its own: what a worker posts before its parent listens is lost, and what waits in a port is not. */
  readonly port: MessagePort;
  readonly kernelInfo: Content;
}
