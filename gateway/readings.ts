/** What requests turned out to ask, remembered for those that come again and again. */
import type { UserInfo } from "../sim/api/types.ts";
import { type HttpReading, type HttpRequest, readHttp } from "../sim/index.ts";

const readingsMax = 256;

/**
 * Reads requests. A client that asks the same in a loop gets the same reading, so that the cluster's record of its operations,
 * which keeps every one, holds each text once.
 */
export class Readings {
  readonly #known = new Map<string, HttpReading>();

  /** As readHttp. */
  read(http: HttpRequest, user: UserInfo): HttpReading {
    const { method, path, headers, body } = http;
    if (method !== "GET" || body !== "") return readHttp(http, user);
    const { accept, "user-agent": agent } = headers;
    const key = JSON.stringify([path, accept, agent, user.name, user.groups]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const reading = readHttp(http, user);
    if (reading.kind !== "request") return reading;
    if (this.#known.size >= readingsMax) this.#known.clear();
    this.#known.set(key, reading);
    return reading;
  }
}
