/** Upgrades to WebSocket: the streams of exec. */
import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { FromClient, Send, ToClient } from "./messages.ts";

const protocol = "v5.channel.k8s.io";
const frameBytesMax = 1024 * 1024;

interface Waiting {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  answer: string;
}

/**
 * Hands upgrade requests on under numbers of their own; the gateway accepts one, or answers it as a plain request. The
 * result takes the gateway's messages: false for those that are about something else.
 */
export function handleUpgrades(
  server: Server,
  hand: Send<FromClient>,
  begin: (request: IncomingMessage, upgrade: boolean) => FromClient | undefined,
): (message: ToClient) => boolean {
  const frames = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytesMax,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  const waiting = new Map<number, Waiting>();
  const sockets = new Map<number, WebSocket>();

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(/, */);
    // What wants another protocol (SPDY) is a request without an upgrade: it hears why there is no stream.
    const message = begin(request, offered.includes(protocol));
    if (message === undefined) return unauthorized(socket);
    waiting.set(message.id, { request, socket, head, answer: "" });
    socket.once("close", () => {
      waiting.delete(message.id);
    });
    hand(message);
  });

  function accept(id: number, { request, socket, head }: Waiting): void {
    waiting.delete(id);
    frames.handleUpgrade(request, socket, head, (opened) => {
      sockets.set(id, opened);
      opened.on("message", (data: RawData) => {
        const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data as ArrayBuffer);
        if (bytes.length === 0) return;
        hand({ kind: "frame", id, channel: bytes[0] as number, text: bytes.subarray(1).toString("utf8") });
      });
      opened.on("error", () => opened.terminate());
      opened.once("close", () => {
        if (sockets.delete(id)) hand({ kind: "gone", id });
      });
    });
  }

  return (message) => {
    const { id } = message;
    const open = sockets.get(id);
    if (open !== undefined) {
      if (message.kind === "frame") {
        open.send(Buffer.concat([Buffer.from([message.channel]), Buffer.from(message.text)]));
      } else if (message.kind === "end") {
        sockets.delete(id);
        open.close(1000);
      }
      return true;
    }
    const request = waiting.get(id);
    if (request === undefined) return false;
    if (message.kind === "accept") accept(id, request);
    else if (message.kind === "head")
      request.answer = `HTTP/1.1 ${message.status} Refused\r\n${lines(message.headers)}`;
    else if (message.kind === "chunk")
      request.answer += `Content-Length: ${Buffer.byteLength(message.text)}\r\nConnection: close\r\n\r\n${message.text}`;
    else {
      waiting.delete(id);
      request.socket.end(request.answer);
    }
    return true;
  };
}

function lines(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
}

function unauthorized(socket: Duplex): void {
  socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}
