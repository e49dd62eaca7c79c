/**
 * HTTP on top of a trace: what the process that took the request answers, and the line that it logs.
 * Models the web servers of common images (sim/kubelet/http-answer.ts) and the health endpoints of Kubernetes' processes.
 * Left out: TLS itself: a server that speaks it is asked as any other.
 * Invariant: only who took the packet can answer; a trace that ended otherwise has no answer.
 */

import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { accessLine } from "../../kubelet/access-log.ts";
import type { ContainerRow } from "../../kubelet/cri.ts";
import { type HttpAnswer, type HttpRequest, httpAnswer } from "../../kubelet/http-answer.ts";
import { appendLog } from "../../kubelet/logs.ts";
import { listeningPorts } from "../../kubelet/ports.ts";
import { proxyListeners } from "../../proxy/rules-on-node.ts";
import type { Io } from "../../time/component.ts";
import type { Hop, Trace } from "../../trace.ts";
import { newest } from "./newest.ts";

/** A request as its sender writes it; the server sees sender and port besides. */
export type SentHttp = Omit<HttpRequest, "from" | "port">;

/** Where the request was delivered. */
function delivery({ legs, outcome }: Pick<Trace, "legs" | "outcome">): Hop | undefined {
  if (outcome.kind !== "answered") return undefined;
  return legs
    .at(-1)
    ?.hops.find(({ kind, role, verdict }) => kind === "socket" && role === "request" && verdict === "delivered");
}

function arrived(hop: Hop, sent: SentHttp): HttpRequest {
  const { src, sport, dport } = hop.before;
  return { ...sent, from: { address: src, port: sport }, port: dport };
}

function plain(status: number, body: string): HttpAnswer {
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Content-Length": String(body.length) };
  return { status, headers, body };
}

interface Server {
  readonly pod: Pod;
  readonly container: Container;
}

/** The container that listens where a request was delivered. */
function serverAt(io: Io, place: string, port: number): Server | undefined {
  const [kind, namespace = "", name = ""] = place.split("/");
  if (kind !== "pod") return undefined;
  const pod = newest<Pod>(io, "pods", namespace, name);
  const container = pod?.spec.containers.find((one) => listeningPorts(one).some((each) => each.port === port));
  return pod === undefined || container === undefined ? undefined : { pod, container };
}

/** What comes back for an HTTP request that took the way of a trace; undefined if nobody there speaks HTTP. */
export function answerHttp(io: Io, trace: Pick<Trace, "legs" | "outcome">, sent: SentHttp): HttpAnswer | undefined {
  const hop = delivery(trace);
  if (hop === undefined) return undefined;
  const { by } = trace.outcome;
  const request = arrived(hop, sent);
  const server = serverAt(io, by, request.port);
  if (server !== undefined)
    return speaksHttp(server, request) ? httpAnswer(server.container, server.pod, request) : undefined;
  if (by.startsWith("node/")) return nodeAnswer(io, by.slice("node/".length), request);
  return hop.place === "internet" ? plain(200, `This is ${by}.\n`) : undefined;
}

function speaksHttp({ container }: Server, { port }: HttpRequest): boolean {
  const found = listeningPorts(container).find((one) => one.port === port);
  return (
    found !== undefined && !/^(redis|postgres|mysql|mongo|amqp|nats|memcached|dns|nc|echo|iperf)$/.test(found.name)
  );
}

const securePorts = { kubelet: 10250, apiserver: 6443 } as const;

function nodeAnswer(io: Io, machine: string, { port, path }: HttpRequest): HttpAnswer | undefined {
  const own = proxyListeners(io, machine).find((one) => one.port === port);
  if (own !== undefined) return plain(own.answer.status, own.answer.body);
  if (port === securePorts.kubelet) return path === "/healthz" ? plain(200, "ok") : plain(401, "Unauthorized");
  if (port !== securePorts.apiserver) return undefined;
  if (/^\/(healthz|livez|readyz)$/.test(path)) return plain(200, "ok");
  const message = `forbidden: User "system:anonymous" cannot get path "${path}"`;
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message };
  return plain(403, `${JSON.stringify({ ...status, reason: "Forbidden", details: {}, code: 403 }, undefined, 2)}\n`);
}

/** Writes the line about a request into the log of the container that answered it. */
export function logAccess(io: Io, trace: Pick<Trace, "legs" | "outcome">, sent: SentHttp): void {
  const hop = delivery(trace);
  const answer = answerHttp(io, trace, sent);
  const server = hop && serverAt(io, trace.outcome.by, hop.before.dport);
  if (hop === undefined || answer === undefined || server === undefined) return;
  const { pod, container } = server;
  const line = accessLine(container, arrived(hop, sent), answer, io.now);
  const key = `${pod.spec.nodeName}|${pod.metadata.uid}|${container.name}`;
  const row = io.sorted<ContainerRow>("containers").get(key);
  if (line !== undefined && row !== undefined) appendLog(io, row.id, line);
}
