/**
 * How a component sends requests: with its own identity, to the API server that its kubeconfig names.
 * Source: client-go rest (Kubernetes 1.32, staging/src/k8s.io/client-go/rest/request.go). Left out: client-side rate limits.
 * Invariant: the answer (or the news that it was lost) comes back as an event with the same context.
 */
import type { RequestBody, ResponseBody } from "../api/server/protocol.ts";
import { requestTimeoutUs } from "../api/server/protocol.ts";
import type { ApiRequest, ApiResponse, Json, Status, UserInfo } from "../api/types.ts";
import type { Io, LostBody, Message } from "../time/component.ts";

/** A request without what the client library adds. */
export type ClientRequest = Omit<ApiRequest, "user" | "userAgent">;

const users = new Map<string, UserInfo>();

/** The identity in the client certificate of a process, e.g. "system:node:worker-1" for "kubelet/worker-1". */
function identityOf(process: string): UserInfo {
  let user = users.get(process);
  if (user === undefined) {
    const [component = "", machine = ""] = process.split("/");
    user = certificateOf(component, machine);
    users.set(process, user);
  }
  return user;
}

function certificateOf(component: string, machine: string): UserInfo {
  switch (component) {
    case "kubelet":
      return { name: `system:node:${machine}`, groups: ["system:nodes", "system:authenticated"] };
    case "kubeadm":
      return { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
    default:
      return { name: `system:${component}`, groups: ["system:authenticated"] };
  }
}

/** Completes a request with the sender's identity. */
export function asClient(io: Io, request: ClientRequest): ApiRequest {
  return { ...request, user: identityOf(io.self), userAgent: io.self.slice(0, io.self.indexOf("/")) };
}

/** Process id of the API server that this process talks to. */
export function serverOf(io: Io): string {
  return io.table<string>("endpoints").get("kube-apiserver") as string;
}

/** Sends a request; `context` comes back with the answer. */
export function sendRequest(io: Io, request: ClientRequest, context: Json): void {
  const body: RequestBody = {
    kind: "request",
    request: asClient(io, request),
    context,
    tellWhenLost: "sender",
    timeoutUs: requestTimeoutUs,
  };
  io.send(serverOf(io), body);
}

/** The context of a request that was lost, or whose answer was; undefined if something else was lost. */
export function lostContext(lost: LostBody): Json | undefined {
  const body: Message = lost.body;
  if (body.kind === "lost") return lostContext(body as LostBody);
  return body.kind === "request" || body.kind === "response" ? (body as RequestBody | ResponseBody).context : undefined;
}

/** Whether an answer is a success. */
export function succeeded(response: ApiResponse): boolean {
  return response.code < 400;
}

/** The reason of a failure, e.g. "Conflict"; "" for a success. */
export function reasonOf(response: ApiResponse): string {
  return response.code < 400 ? "" : ((response.body as Status).reason ?? "");
}

/** The message of a failure; "" for a success. */
export function messageOf(response: ApiResponse): string {
  return response.code < 400 ? "" : ((response.body as Status).message ?? "");
}
