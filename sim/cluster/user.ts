/**
 * The person at the keyboard, as a process outside the cluster: sends the requests of cells and command lines, and keeps
 * their answers until they are read.
 * Models a kubeconfig with the administrator's certificate.
 * Invariant: an answer is kept under its request's token; the oldest are forgotten.
 */
import type { RequestBody, ResponseBody } from "../api/server/protocol.ts";
import { requestTimeoutUs } from "../api/server/protocol.ts";
import type { ApiRequest, ApiResponse } from "../api/types.ts";
import { lostContext } from "../client/requests.ts";
import type { Component, Io, LostBody } from "../time/component.ts";
import type { World } from "../time/world.ts";

/** Machine that the user's processes run on, and the process itself. */
export const userMachine = "laptop";
export const userProcess = `user/${userMachine}`;

/** What came back for a request. */
export type UserAnswer =
  | { readonly kind: "response"; readonly response: ApiResponse }
  | { readonly kind: "refused" | "timeout" };

const answersKept = 256;

function keyOf(token: number): string {
  return String(token).padStart(12, "0");
}

/** The user's process. */
export const user: Component = {
  name: "user",
  start() {},
  handle(body, io) {
    if (body.kind === "response") {
      const { context, response } = body as ResponseBody;
      keep(io, context as number, { kind: "response", response });
    } else if (body.kind === "lost") {
      const lost = body as LostBody;
      const token = lostContext(lost);
      if (token !== undefined) keep(io, token as number, { kind: lost.why });
    }
  },
};

function keep(io: Io, token: number, answer: UserAnswer): void {
  const answers = io.table<UserAnswer>("user answers");
  answers.set(keyOf(token), answer);
  answers.delete(keyOf(token - answersKept));
}

/** Sends a request as the user; returns the token for its answer. */
export function sendAsUser(world: World, request: ApiRequest): number {
  const tokens = world.table<number>("user tokens");
  const token = (tokens.get("") ?? 0) + 1;
  tokens.set("", token);
  const server = world.table<string>("endpoints").get("kube-apiserver") as string;
  const body: RequestBody = {
    kind: "request",
    request,
    context: token,
    tellWhenLost: "sender",
    timeoutUs: requestTimeoutUs,
  };
  world.send(world.latency("message", userProcess), server, userProcess, -1, body);
  return token;
}

/** The answer to a request of the user, if it has come. */
export function answerTo(world: World, token: number): UserAnswer | undefined {
  return world.table<UserAnswer>("user answers").get(keyOf(token));
}
