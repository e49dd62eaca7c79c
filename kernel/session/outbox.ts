import type { Content, Header, Publication, Request, ToSockets } from "../wire/protocol.ts";

/** The main thread's way out: everything that clients get from it passes here, in order. */
export class Outbox {
  readonly #post: (message: ToSockets) => void;

  constructor(post: (message: ToSockets) => void) {
    this.#post = post;
  }

  publication(message: Publication): void {
    this.#post(message);
  }

  publish(
    type: string,
    parent: Header | undefined,
    content: Content,
    metadata?: Content,
    buffers?: readonly Uint8Array[],
  ): void {
    this.#post({ kind: "publish", type, parent, content, ...(metadata && { metadata }), ...(buffers && { buffers }) });
  }

  status(request: Request, state: "busy" | "idle"): void {
    this.publish("status", request.header, { execution_state: state });
  }

  reply(request: Request, content: Content): void {
    const type = request.header.msg_type.replace(/_request$/, "_reply");
    this.#post({ kind: "reply", request, type, content });
  }

  ask(request: Request, prompt: string, password: boolean): void {
    this.#post({ kind: "ask", request, prompt, password });
  }

  finish(): void {
    this.#post({ kind: "finish" });
  }
}
