/** Reading a request's body with the API server's limits. */
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { decodeProtobuf, WireError } from "../sim/index.ts";

/** The API server's limit (apiserver pkg/server/config.go, MaxRequestBodyBytes). */
const bodyBytesMax = 3 * 1024 * 1024;

/** The text of a body and its media type, or why there is none. What came as protobuf is JSON here. */
export type ReadBody =
  | { readonly kind: "text"; readonly text: string; readonly type: string | undefined }
  | { readonly kind: "refused"; readonly code: number; readonly reason: string; readonly message: string };

const protobuf = "application/vnd.kubernetes.protobuf";

function refused(code: number, reason: string, message: string): ReadBody {
  return { kind: "refused", code, reason, message };
}

/** Reads a body to its end; one that grows beyond the limit is not read further. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const { "content-encoding": encoding, "content-type": type } = request.headers;
  const source: Readable = encoding === "gzip" ? request.pipe(createGunzip()) : request;
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > bodyBytesMax) {
        return refused(413, "RequestEntityTooLarge", `Request entity too large: limit is ${bodyBytesMax}`);
      }
      parts.push(part);
    }
  } catch {
    return refused(400, "BadRequest", "the request's body could not be read to its end");
  }
  return decoded(Buffer.concat(parts), type);
}

function decoded(bytes: Buffer, type: string | undefined): ReadBody {
  try {
    if (type?.split(";")[0]?.trim() === protobuf && bytes.length > 0) {
      return { kind: "text", text: JSON.stringify(decodeProtobuf(bytes)), type: "application/json" };
    }
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), type };
  } catch (error) {
    const why = error instanceof WireError ? error.message : "the request's body is not UTF-8 text; send JSON in UTF-8";
    return refused(400, "BadRequest", why);
  }
}
