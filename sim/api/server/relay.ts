/**
 * Requests that the API server passes on to a kubelet: the server is a client of port 10250 for logs, exec and attach.
 * Source: Kubernetes 1.32, pkg/kubelet/client and apiserver pkg/util/proxy/streamtranslator.go for the words of a failure.
 * Left out: bytes on the way: one question, one answer.
 * Invariant: a relayed request is answered once, by the kubelet's answer or by the failure to reach it.
 */
import type { Io, LostBody, Message } from "../../time/component.ts";
import { second } from "../../time/instant.ts";
import type { Outcome, StreamPlace } from "../pipeline/outcome.ts";
import { internalError, unclassifiedError } from "../status-error.ts";
import type { ApiResponse, StreamQuery } from "../types.ts";
import type { InflightRow } from "./inflight.ts";

/** The API server asks a kubelet about a container. */
export interface NodeStreamBody extends Message {
  readonly kind: "node stream";
  readonly token: number;
  readonly what: "log" | "exec" | "attach";
  readonly about: StreamPlace;
  readonly query: StreamQuery;
  /** The request's URL on the kubelet, for the words of a failure. */
  readonly url: string;
}

/** The kubelet's answer, to be passed back as it is. */
export interface NodeAnswerBody extends Message {
  readonly kind: "node answer";
  readonly token: number;
  readonly response: ApiResponse;
}

type Respond = (io: Io, row: InflightRow, response: ApiResponse) => void;

/** How long the API server dials a kubelet that does not answer (kubelet client's dial time-out). */
const dialTimeoutUs = 30 * second;

function relayed(io: Io) {
  return io.table<InflightRow>("relayed requests");
}

function key(io: Io, token: number): string {
  return `${io.self}|${String(token).padStart(12, "0")}`;
}

/** Passes a request on to the kubelet of the node that the outcome names. */
export function relay(io: Io, row: InflightRow, outcome: Extract<Outcome, { kind: "relay" }>): void {
  const { request } = row.body;
  const { about, address, node } = outcome;
  const what = request.subresource as NodeStreamBody["what"];
  const query = request.stream ?? {};
  const url = urlOf(what, address, about, query);
  const body: NodeStreamBody = {
    ...{ kind: "node stream", token: row.token, what, about, query, url },
    ...{ tellWhenLost: "sender", timeoutUs: dialTimeoutUs },
  };
  relayed(io).set(key(io, row.token), row);
  const kubelet = `kubelet/${node}`;
  if (io.epochOf(kubelet) >= 0) return io.send(kubelet, body);
  const lost: LostBody = { kind: "lost", body, peer: kubelet, why: "timeout" };
  io.after(dialTimeoutUs, lost);
}

function urlOf(what: NodeStreamBody["what"], address: string, about: StreamPlace, query: StreamQuery): string {
  const path = { log: "containerLogs", exec: "exec", attach: "attach" }[what];
  const words = (query.command ?? []).map((word) => `command=${encodeURIComponent(word)}&`).join("");
  const options = what === "log" ? (query.previous ? "?previous=true" : "") : `?${words}error=1&output=1`;
  return `https://${address}:10250/${path}/${about.namespace}/${about.name}/${about.container}${options}`;
}

/** The kubelet has answered. */
export function relayAnswered(io: Io, body: NodeAnswerBody, respond: Respond): void {
  const row = take(io, body.token);
  if (row !== undefined) respond(io, row, body.response);
}

/** A question to a kubelet, or its answer, was lost: says so in the words of Go's dialler. */
export function relayLost(io: Io, { body, why }: LostBody, respond: Respond): void {
  if (body.kind !== "node stream" && body.kind !== "node answer") return;
  const { token } = body as NodeStreamBody | NodeAnswerBody;
  const row = take(io, token);
  if (row === undefined) return;
  const url = body.kind === "node stream" ? (body as NodeStreamBody).url : "";
  const host = /^https:\/\/([^/]+)/.exec(url)?.[1] ?? "";
  const dial = `dial tcp ${host}: ${why === "refused" ? "connect: connection refused" : "i/o timeout"}`;
  if (body.kind === "node answer") return respond(io, row, unclassifiedError("http2: client connection lost"));
  if (row.body.request.subresource === "log") return respond(io, row, unclassifiedError(`Get "${url}": ${dial}`));
  respond(io, row, internalError(`error sending request: Post "${url}": ${dial}`));
}

/** All requests that this server waits for kubelets with. They are forgotten here: the server is ending. */
export function allRelayed(io: Io): InflightRow[] {
  const found = [...relayed(io).entries()].filter(([name]) => name.startsWith(`${io.self}|`));
  for (const [name] of found) relayed(io).delete(name);
  return found.map(([, row]) => row);
}

function take(io: Io, token: number): InflightRow | undefined {
  const row = relayed(io).get(key(io, token));
  if (row !== undefined) relayed(io).delete(key(io, token));
  return row;
}
