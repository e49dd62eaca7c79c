/** Answers under /openapi: the documents are made when they are first asked for. */
import { createHash } from "node:crypto";
import { type Descriptions, type HttpResponse, openapiDocument, openapiIndex } from "../sim/index.ts";
import { plainFailure } from "./refusals.ts";

/** A long life is safe: a document's address changes with its contents. */
const forAYear = "public, max-age=31536000, immutable";

/**
 * The protobuf form of version 2, which kubectl asks for where it finds no version 3 of what a manifest names. It asks by a
 * name with an "@" in it, which no media type may have; answers are named without it.
 */
const protobufV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** One text field of a protobuf message. */
function textField(number: number, text: string): string {
  return String.fromCharCode(number * 8 + 2, text.length) + text;
}

const title = "Kubernetes";
const version = "v1.32.3";

/** Version 2 was superseded before the modelled Kubernetes: its document is there, and knows no type. */
function versionTwo(accept: string): HttpResponse {
  const inProtobuf = accept.includes("proto-openapi");
  const body = inProtobuf
    ? textField(1, "2.0") + textField(2, textField(1, title) + textField(2, version))
    : JSON.stringify({ swagger: "2.0", info: { title, version }, paths: {}, definitions: {} });
  const type = inProtobuf ? protobufV2 : "application/json";
  return { status: 200, headers: { "Content-Type": type }, body };
}

/** Serves OpenAPI v3. */
export class OpenapiAnswers {
  readonly #describe: Descriptions;
  readonly #texts = new Map<string, string>();

  constructor(describe: Descriptions) {
    this.#describe = describe;
  }

  /** The answer to a GET of a path under /openapi, undefined for any other path. */
  answer(method: string, path: string, accept: string): HttpResponse | undefined {
    if (path === "/openapi/v2" && method === "GET") return versionTwo(accept);
    if (!path.startsWith("/openapi/")) return undefined;
    if (method !== "GET") return plainFailure(405, "MethodNotAllowed", `${path} can only be read: send GET`);
    const name = path.slice("/openapi/v3/".length);
    const text = path === "/openapi/v3" ? JSON.stringify(openapiIndex(this.#tag())) : this.#text(name);
    if (text === undefined || !path.startsWith("/openapi/v3")) {
      return plainFailure(404, "NotFound", "the server could not find the requested resource");
    }
    const cache: Record<string, string> = path === "/openapi/v3" ? {} : { "Cache-Control": forAYear };
    return { status: 200, headers: { "Content-Type": "application/json", ...cache }, body: text };
  }

  #text(name: string): string | undefined {
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const document = openapiDocument(name, this.#describe);
    if (document === undefined) return undefined;
    const text = JSON.stringify(document);
    this.#texts.set(name, text);
    return text;
  }

  /** Names the contents of all documents: they follow from the kinds that are served. */
  #tag(): string {
    const names = JSON.stringify(openapiIndex(""));
    return createHash("sha256").update(names).digest("hex").slice(0, 32).toUpperCase();
  }
}
