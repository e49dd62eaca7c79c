/**
 * The shell's door to a simulated cluster: requests go in as the administrator's, time passes step by step.
 */
import type { Descriptions } from "../sim/api/openapi/definitions.ts";
import type { Cluster } from "../sim/index.ts";
import type { Trace } from "../sim/trace.ts";
import type { ConnectionFailure, HttpAnswer, HttpRequest, ShellClient, ShellNetwork } from "./client.ts";

const server = "10.0.0.10:6443";

/** A client of the shell for one cluster. Requests carry the user agent "kubectl"; `descriptions` are the words of the API's types. */
export function clusterClient(cluster: Cluster, descriptions?: Descriptions): ShellClient {
  return {
    ...(descriptions && { descriptions }),
    request(request) {
      const answer = cluster.request({ ...request, userAgent: "kubectl" });
      if (answer.kind === "response") return answer.response;
      const failure: ConnectionFailure = { kind: answer.kind, server };
      return failure;
    },
    server,
    step: () => cluster.hasWork && cluster.step().steps > 0,
    advance: (us) => {
      cluster.advance(`${us}us`);
    },
    get now() {
      return cluster.now;
    },
    get wallMs() {
      return cluster.wallMs;
    },
    network: networkOf(cluster),
  };
}

function networkOf(cluster: Cluster): ShellNetwork {
  return {
    trace: (from, to, options) => unlessRefused(() => cluster.trace(from, to, options)) ?? unsent(cluster, from, to),
    namespace: (place) => unlessRefused(() => cluster.network(place)),
    configure: (place, words) =>
      unlessRefused(() => cluster.configure(place, words)) ?? {
        ...{ exit: 1, stdout: "", stderr: `${words[0]}: ${place} has no network\n` },
      },
    httpAnswer: (trace, request) => httpAnswer(cluster, trace, request),
  };
}

/** Ports behind which servers of a cluster speak TLS. */
const TLS_PORTS = [443, 6443, 8443, 10_250, 10_257, 10_259, 2379];
/** Those of the control plane and the kubelet, whose servers are Go's. */
const GO_TLS_PORTS = [6443, 10_250, 10_257, 10_259, 2379];
/** What Go's server says to a client that does not begin with TLS (net/http/server.go). */
const PLAIN_REFUSED: HttpAnswer = {
  ...{ status: 400, reason: "Bad Request", headers: [] },
  body: "Client sent an HTTP request to an HTTPS server.\n",
};
const REASONS: Readonly<Record<number, string>> = {
  ...{ 200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified" },
  ...{ 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed" },
  ...{ 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout" },
};

/** Asks the process that a trace has reached; a server without TLS has no answer to a client that begins with it. */
function httpAnswer(cluster: Cluster, trace: Trace, request: HttpRequest): HttpAnswer | undefined {
  const { method, path, host, userAgent, headers, scheme } = request;
  const hops = trace.legs.at(-1)?.hops ?? [];
  const port = hops.find((hop) => hop.role === "request" && hop.verdict === "delivered")?.before.dport ?? request.port;
  if (scheme === "https" && !TLS_PORTS.includes(port)) return undefined;
  if (scheme === "http" && GO_TLS_PORTS.includes(port)) return PLAIN_REFUSED;
  const sent: Record<string, string> = { host, "user-agent": userAgent };
  for (const [name, value] of headers) sent[name.toLowerCase()] = value;
  const answer = cluster.httpAnswer(trace, { method, path, headers: sent });
  if (answer === undefined) return undefined;
  const { status, body } = answer;
  const isHead = method === "HEAD";
  return { status, reason: REASONS[status] ?? "", headers: Object.entries(answer.headers), body: isHead ? "" : body };
}

/** A cluster refuses what it has not by a RangeError; for a program in a shell that is only an answer. */
function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The story of a request that could not even be sent: the place is gone, or its target is nothing that a name can be. */
function unsent({ steps, now }: Cluster, from: string, to: string): Trace {
  const text = "the request could not be sent";
  const outcome = { kind: "name not found", by: "", text, afterUs: 0 } as const;
  return { from, to, step: steps, now, legs: [], outcome, toString: () => `${from} → ${to}: ${text}` };
}
