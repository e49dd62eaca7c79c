/** One open comm as the live side sees it, without Jupyter; and the guard that no message gets past. */
import type { Answer, Request } from "./protocol.ts";
import { RequestError, readRequest } from "./protocol.ts";

/** A two-way channel to one front end. The notebook kernel's comms have this shape. */
export interface Channel {
  send(message: Record<string, unknown>): void;
  close(message?: Record<string, unknown>): void;
  onMessage: ((message: Record<string, unknown>, buffers: readonly Uint8Array[]) => void) | undefined;
  onClose: (() => void) | undefined;
}

/** Sends an answer. */
export function tell(channel: Channel, answer: Answer): void {
  channel.send({ ...answer });
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Does something for a front end; what goes wrong is told to it in a sentence and to nobody else. */
export function guarded(channel: Channel, act: () => void): void {
  try {
    act();
  } catch (error) {
    refuse(channel, words(error));
  }
}

/** A front end that cannot even be told has gone; its comm's close comes, or never will. */
function refuse(channel: Channel, message: string): void {
  try {
    tell(channel, { kind: "refused", message });
  } catch {
    channel.onMessage = undefined;
  }
}

/**
 * Answers a channel's requests of some kinds, each to its end before the next. Malformed ones and kinds that this
 * channel does not take are refused; nothing that a front end sends is thrown on.
 */
export function serve<Kind extends Request["kind"]>(
  channel: Channel,
  kinds: readonly Kind[],
  answer: (request: Extract<Request, { readonly kind: Kind }>) => void,
  closed: () => void,
): void {
  channel.onMessage = (message) =>
    guarded(channel, () => {
      const request = readRequest(message);
      if (!(kinds as readonly string[]).includes(request.kind))
        throw new RequestError(`"${request.kind}" is not answered here; this channel takes ${kinds.join(", ")}`);
      answer(request as Extract<Request, { readonly kind: Kind }>);
    });
  channel.onClose = closed;
}
