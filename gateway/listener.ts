/** The HTTPS server: sockets, TLS, credentials, bodies and back-pressure. It knows no cluster, only messages. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { anonymous, authenticate, type Credential } from "./authenticate.ts";
import type { Credentials } from "./credentials.ts";
import type { FromClient, ReceivedRequest, Send, ToClient } from "./messages.ts";
import { type ReadBody, readBody } from "./request-body.ts";
import { handleUpgrades } from "./web-sockets.ts";

/** How long clients may take, in milliseconds, and how much may wait for them; tests take less. */
export interface Patience {
  /** For a request's headers. The API server's is 32 s. */
  readonly headersMs: number;
  /** For a whole request with its body. */
  readonly requestMs: number;
  /** Bytes that may wait for a client that reads slowly; its connection is closed then, as a slow watcher's is. */
  readonly waitingBytesMax: number;
}

const usualPatience: Patience = { headersMs: 32_000, requestMs: 60_000, waitingBytesMax: 16 * 1024 * 1024 };
const headerBytesMax = 1024 * 1024;
const idleMs = 90_000;
/** How long a client that is still sending what was refused may go on, so that it comes to read the answer. */
const lingerMs = 2_000;

const nothing = { kind: "text", text: "", type: undefined } as const;

/** A listening server. */
export interface Listener {
  /** e.g. "https://127.0.0.1:6443". */
  readonly url: string;
  /** Takes what the gateway answers. */
  readonly deliver: Send<ToClient>;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and hands requests on. Rejects with Node's own error where the port is taken (EADDRINUSE) or not
 * allowed (EACCES). Port 0 takes a free one.
 */
export async function listen(
  port: number,
  credentials: Credentials,
  hand: Send<FromClient>,
  patience: Patience = usualPatience,
): Promise<Listener> {
  const answers = new Map<number, ServerResponse>();
  let last = 0;
  const server = createServer(settings(credentials, patience), (request, response) => {
    last += 1;
    receive(last, request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "InternalError", `Internal error occurred: ${error.message}`);
    });
  });

  async function receive(id: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const credential = authenticate(request, credentials.token);
    if (credential === undefined) return refuse(response, 401, "Unauthorized", "Unauthorized");
    // Nobody listens to what an unknown sender has to say beyond the head of the request.
    const body = "user" in credential && credential.user === anonymous ? nothing : await readBody(request);
    if (response.destroyed) return;
    if (body.kind === "refused") return refuseBody(request, response, body);
    answers.set(id, response);
    response.once("close", () => {
      if (answers.delete(id)) hand({ kind: "gone", id });
    });
    hand({ kind: "request", id, request: received(request, body, credential) });
  }

  const upgraded = handleUpgrades(server, hand, (request, upgrade) => {
    const credential = authenticate(request, credentials.token);
    if (credential === undefined) return undefined;
    last += 1;
    const read = received(request, nothing, credential);
    return { kind: "request", id: last, request: { ...read, ...(upgrade && { upgrade }) } };
  });

  function deliver(message: ToClient): void {
    const response = answers.get(message.id);
    if (response === undefined) upgraded(message);
    else if (message.kind === "head") {
      response.writeHead(message.status, message.headers.flat());
      response.flushHeaders();
    } else if (message.kind === "chunk") {
      response.write(message.text);
      if (response.writableLength > patience.waitingBytesMax) response.destroy();
    } else {
      answers.delete(message.id);
      response.end();
    }
  }

  server.on("clientError", refuseMalformed);
  await bind(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${bound}`, deliver, close: () => close(server) };
}

function settings({ server, authority }: Credentials, { headersMs, requestMs }: Patience): ServerOptions {
  return {
    cert: server.certificate,
    key: server.key,
    ca: authority,
    requestCert: true,
    // A client without a certificate may still have a token.
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.max(100, Math.floor(headersMs / 4)),
  };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Upgraded connections are the WebSockets' own: the gateway has ended them before. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function received(
  { method = "GET", url = "/", headers }: IncomingMessage,
  { text, type }: Extract<ReadBody, { kind: "text" }>,
  credential: Credential,
): ReceivedRequest {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) texts[name] = typeof value === "string" ? value : value.join(", ");
  }
  if (type !== undefined) texts["content-type"] = type;
  const who = "user" in credential ? credential : { user: anonymous, bearer: credential.bearer };
  return { method, url, headers: texts, body: text, ...who };
}

/** What can't be read may go on coming, so the connection ends with the answer. */
function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { code, reason, message }: Extract<ReadBody, { kind: "refused" }>,
): void {
  const { socket } = response;
  setTimeout(() => socket?.destroy(), lingerMs).unref();
  request.resume();
  response.setHeader("Connection", "close");
  refuse(response, code, reason, message);
}

/** An answer that never reached the gateway, as the API server's own Status. */
function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  response.writeHead(code, { "Content-Type": "application/json" }).end(`${JSON.stringify(status)}\n`);
}

/** What is no HTTP, or too slow, is answered as Go's server does: one line, then the end. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable || (socket as Socket).bytesWritten === undefined) {
    socket.destroy();
    return;
  }
  const slow = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const long = error.code === "HPE_HEADER_OVERFLOW";
  const line = slow ? "408 Request Timeout" : long ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end(`HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`);
}
