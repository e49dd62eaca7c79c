import { randomUUID } from "node:crypto";
import type { CellEnvironment, Comm } from "../environment.ts";
import type { Content, Header, Request } from "../wire/protocol.ts";
import type { Outbox } from "./outbox.ts";

type Handler = (comm: Comm, data: Content) => void;

/** The open comms: two-way channels between front ends and the environment. */
export class Comms {
  readonly #outbox: Outbox;
  readonly #open = new Map<string, Comm>();
  readonly #parent: () => Header | undefined;

  /** @param parent the header of the cell that runs, under which comm messages are sent. */
  constructor(outbox: Outbox, parent: () => Header | undefined) {
    this.#outbox = outbox;
    this.#parent = parent;
  }

  /** Opens a comm from our side. */
  open(target: string, data: Content): Comm {
    const comm = this.#make(randomUUID(), target);
    this.#publish("comm_open", { comm_id: comm.id, target_name: target, data });
    return comm;
  }

  /** The content of `comm_info_reply`. */
  info(target: unknown): Content {
    const comms: Record<string, Content> = {};
    for (const comm of this.#open.values()) {
      if (!target || comm.target === target) comms[comm.id] = { target_name: comm.target };
    }
    return { status: "ok", comms };
  }

  /** Takes a front end's message. An unknown target is answered by a close, as the protocol wants. */
  receive(request: Request, targets: CellEnvironment["comms"]): void {
    const { msg_type } = request.header;
    const id = String(request.content.comm_id);
    const data = (request.content.data ?? {}) as Content;
    if (msg_type === "comm_open") {
      const target = String(request.content.target_name);
      const handler: Handler | undefined = targets && Object.hasOwn(targets, target) ? targets[target] : undefined;
      if (handler) handler(this.#make(id, target), data);
      else this.#publish("comm_close", { comm_id: id, data: { error: `no comm target named '${target}'` } });
      return;
    }
    const comm = this.#open.get(id);
    if (msg_type === "comm_msg") comm?.onMessage?.(data, request.buffers);
    else if (msg_type === "comm_close") {
      this.#open.delete(id);
      comm?.onClose?.();
    }
  }

  #make(id: string, target: string): Comm {
    const comm: Comm = {
      id,
      target,
      onMessage: undefined,
      onClose: undefined,
      send: (data, buffers) => this.#publish("comm_msg", { comm_id: id, data }, buffers),
      close: (data = {}) => {
        if (this.#open.delete(id)) this.#publish("comm_close", { comm_id: id, data });
      },
    };
    this.#open.set(id, comm);
    return comm;
  }

  #publish(type: string, content: Content, buffers?: readonly Uint8Array[]): void {
    this.#outbox.publish(type, this.#parent(), content, undefined, buffers);
  }
}
