/** Plain HTTP to a cluster's API server, as curl or a program in any language would send it. */
import { type Cluster, type HttpResponse, readHttp, writeHttp } from "../sim/index.ts";

/** A request: what stands in its first line, and what a client may choose. */
export interface HttpCall {
  /** GET unless given. */
  readonly method?: string;
  /** Path and query, e.g. "/api/v1/namespaces/default/pods?limit=5". */
  readonly path: string;
  /** The client's name, as its header User-Agent tells it; "curl/8.5.0" unless given. */
  readonly agent?: string;
  /** More headers; content is JSON unless they say otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is if it is text, else as JSON. */
  readonly body?: unknown;
}

/** An answer; prints itself as its first line and its body. */
export interface HttpResult {
  readonly status: number;
  readonly headers: HttpResponse["headers"];
  /** The body's JSON, or its text where it is none. */
  readonly body: unknown;
  toString(): string;
}

const administrator = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/**
 * Sends a request and runs the timeline just to its answer. Throws a RangeError for a request that would open a stream, and when
 * the API server does not answer at all.
 */
export function sendHttp(cluster: Cluster, call: HttpCall): HttpResult {
  const { method = "GET", path, agent = "curl/8.5.0", headers = {}, body } = call;
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const all = { "content-type": "application/json", "user-agent": agent, ...Object.fromEntries(lowered) };
  const reading = readHttp({ method: method.toUpperCase(), path, headers: all, body: text }, administrator);
  if (reading.kind === "answer") return resultOf(reading.response);
  if (reading.kind === "watch")
    throw new RangeError("a watch stays open, and a cell does not wait: step the cluster, or use kubectl get --watch");
  const answer = cluster.request(reading.request);
  if (answer.kind !== "response")
    throw new RangeError(
      `the API server did not answer: ${answer.kind === "refused" ? "connection refused" : "time-out"}`,
    );
  return resultOf(writeHttp(answer.response, reading.shape));
}

function resultOf({ status, headers, body }: HttpResponse): HttpResult {
  const parsed = parse(body);
  const text = typeof parsed === "string" ? parsed : JSON.stringify(parsed, undefined, 2);
  return { status, headers, body: parsed, toString: () => `HTTP/1.1 ${status}\n${text}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
