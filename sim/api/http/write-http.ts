/**
 * Answers as HTTP carries them: status, headers, body text (Kubernetes 1.32, apiserver
 * pkg/endpoints/handlers/responsewriters/writers.go and pkg/endpoints/handlers/response.go).
 * Left out: compression, audit ids, the flow control headers.
 * Invariant: an answer that is no object (a Status, a scale of nothing) keeps its form whatever shape was asked for.
 */
import type { ApiResponse, Json, JsonObject, KubeList, KubeObject } from "../types.ts";
import { oldAutoscaler } from "./autoscaling-v1.ts";
import type { AnswerShape, HttpResponse } from "./types.ts";

const PLAIN = "text/plain; charset=utf-8";
const PARTIAL = "PartialObjectMetadata";
const META = "meta.k8s.io/v1";

/** The metadata of an object, as its own kind. */
export function partialMetadata({ metadata }: KubeObject): KubeObject {
  return { kind: PARTIAL, apiVersion: META, metadata };
}

/** The same answer, of the metadata alone; tables were made by the API server. */
function shaped(body: ApiResponse["body"], { as, asOldAutoscaler }: AnswerShape): ApiResponse["body"] {
  const { kind } = body;
  if (asOldAutoscaler) return oldAutoscaler(body as unknown as JsonObject) as unknown as ApiResponse["body"];
  if (as !== "metadata" || kind === "Status") return body;
  if (Array.isArray((body as KubeList).items)) {
    const { metadata, items } = body as KubeList;
    return { kind: `${PARTIAL}List`, apiVersion: META, metadata, items: items.map(partialMetadata) };
  }
  return kind === undefined ? body : partialMetadata(body as KubeObject);
}

/** Items of a list do not say what they are: the list does. */
function withoutItemKinds(body: ApiResponse["body"]): unknown {
  const { items, kind, metadata, ...rest } = body as KubeList & Record<string, Json>;
  if (!Array.isArray(items) || kind === `${PARTIAL}List`) return body;
  const bare = (items as readonly KubeObject[]).map(({ kind: _kind, apiVersion: _version, ...item }) => item);
  return { kind, ...rest, metadata, items: bare };
}

/** A value as the body of an answer. */
export function bodyText(value: unknown, pretty: boolean): string {
  return `${pretty ? JSON.stringify(value, null, 2) : JSON.stringify(value)}\n`;
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, value: unknown, pretty = false, type = "application/json"): HttpResponse {
  const headers = { "content-type": type, "cache-control": "no-cache, private" };
  return { status, headers, body: bodyText(value, pretty) };
}

/** An answer with a text for a body. */
export function textAnswer(status: number, text: string): HttpResponse {
  return { status, headers: { "content-type": PLAIN, "cache-control": "no-cache, private" }, body: text };
}

/** A warning as RFC 7234 has it; the API server's code is 299 and its agent "-". */
function warningHeader(text: string): string {
  return `299 - ${JSON.stringify(text)}`;
}

/** The API server's answer, in the shape that the client asked for. Lines of a log are sent as plain text. */
export function writeHttp(response: ApiResponse, shape: AnswerShape): HttpResponse {
  const { code, body, warnings = [] } = response;
  const { lines, now } = body as { lines?: unknown; now?: number };
  // A pod that no node runs has no log at all.
  if (Array.isArray(lines) && now === undefined) return textAnswer(204, "");
  if (Array.isArray(lines)) return textAnswer(code, lines.map((line) => `${logText(line)}\n`).join(""));
  const answer = jsonAnswer(code, withoutItemKinds(shaped(body, shape)), shape.pretty);
  const retry = (body as { details?: { retryAfterSeconds?: number } }).details?.retryAfterSeconds;
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...(warnings.length > 0 && { warning: warnings.map(warningHeader) }),
      ...(retry !== undefined && { "retry-after": String(retry) }),
    },
  };
}

/** A line of a log: text, or text with its time. */
function logText(line: unknown): string {
  return typeof line === "string" ? line : String((line as { text?: string }).text ?? "");
}
