import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Content, Header, Request } from "./protocol.ts";
import { PROTOCOL_VERSION } from "./version.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Signs and reads messages of one session. An empty key means that the connection is not signed. */
export class MessageCodec {
  readonly #key: string;
  readonly #algorithm: string;
  readonly #session = randomUUID();
  readonly #prefix = randomUUID().slice(0, 8);
  #count = 0;

  constructor(key: string, scheme: string) {
    this.#key = key;
    this.#algorithm = scheme.replace(/^hmac-/, "") || "sha256";
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (!this.#key) return "";
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** Frames of a message; `routes` are the frames in front (a client's identity, or a topic). */
  encode(
    routes: readonly Uint8Array[],
    message: { type: string; parent: Header | undefined; content: Content; metadata?: Content | undefined },
    buffers: readonly Uint8Array[] = [],
  ): Uint8Array[] {
    const header: Header = {
      msg_id: `${this.#prefix}_${this.#count++}`,
      msg_type: message.type,
      username: "orrery",
      session: this.#session,
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, message.parent ?? {}, message.metadata ?? {}, message.content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    return [...routes, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...buffers];
  }

  /** Reads frames; undefined for what is not a message of ours or bears a wrong signature. */
  decode(channel: Request["channel"], frames: readonly Uint8Array[]): Request | undefined {
    const at = frames.findIndex((frame) => DELIMITER.equals(frame));
    if (at < 0 || frames.length < at + 6) return undefined;
    const parts = frames.slice(at + 2, at + 6);
    const given = Buffer.from(frames[at + 1]!);
    const wanted = Buffer.from(this.#sign(parts));
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    try {
      const [header, , metadata, content] = parts.map((part) => JSON.parse(Buffer.from(part).toString()) as unknown);
      return {
        channel,
        routes: frames.slice(0, at),
        header: header as Header,
        metadata: metadata as Content,
        content: content as Content,
        buffers: frames.slice(at + 6),
      };
    } catch {
      return undefined;
    }
  }
}
