/**
 * From an HTTP request to what it asks: a request for the API server, a watch, or something that is answered at once
 * (Kubernetes 1.32, apiserver pkg/endpoints/request/requestinfo.go, pkg/endpoints/installer.go, pkg/server/routes).
 * Left out: upgrades to streams; proxies into pods, services and nodes.
 * Invariant: pure; authentication has been done by who calls.
 */
import { discoveryAnswer } from "../discovery/answer.ts";
import { isGroupServed } from "../discovery/groups.ts";
import { findResource } from "../kinds/registry.ts";
import { findReview } from "../kinds/reviews.ts";
import { notAcceptableError, unknownResourceError } from "../status-error.ts";
import type { ApiRequest, ApiResponse, JsonObject, StreamQuery, UserInfo, Verb } from "../types.ts";
import { isOldAutoscaler, newAutoscaler } from "./autoscaling-v1.ts";
import { answerShape } from "./negotiate.ts";
import { optionsOf, refuseLogOptions, refuseOptions } from "./options.ts";
import { readBody } from "./request-body.ts";
import { type ResourcePath, resourcePath } from "./request-path.ts";
import type { AnswerShape, HttpReading, HttpRequest, WatchRequest } from "./types.ts";
import { flag, parameter, type Target, targetOf, wholeNumber } from "./url.ts";
import { textAnswer, writeHttp } from "./write-http.ts";

const PLAIN_SHAPE: AnswerShape = { as: "object", pretty: false };
const STREAMS = new Set(["log", "exec", "attach"]);

function refused(response: ApiResponse, shape: AnswerShape = PLAIN_SHAPE): HttpReading {
  return { kind: "answer", response: writeHttp(response, shape) };
}

/** What authorization calls the request; undefined for a method that no resource has. */
export function verbOf(method: string, { name, subresource }: ResourcePath): Verb | undefined {
  switch (method) {
    case "GET":
    case "HEAD":
      // A stream that is opened by GET (WebSocket) does what one opened by POST does.
      if (subresource === "exec" || subresource === "attach") return "create";
      return name === undefined ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === undefined ? "deletecollection" : "delete";
    default:
      return undefined;
  }
}

/** The query of a log, of an exec or of an attach. */
function streamQuery(target: Target, { subresource }: ResourcePath): { readonly stream?: StreamQuery } {
  if (subresource === undefined || !STREAMS.has(subresource)) return {};
  const container = parameter(target, "container");
  const command = target.query.get("command");
  return {
    stream: {
      ...(container !== undefined && { container }),
      ...(flag(target, "previous") && { previous: true }),
      ...(command && { command }),
    },
  };
}

function watchOf(target: Target, path: ResourcePath, user: UserInfo, userAgent: string): WatchRequest {
  const { watch: _watch, subresource: _subresource, ...resource } = path;
  const { labelSelector, fieldSelector, resourceVersion } = optionsOf(target);
  const timeoutSeconds = wholeNumber(target, "timeoutSeconds");
  return {
    ...resource,
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    sendInitialEvents: flag(target, "sendInitialEvents"),
    bookmarks: flag(target, "allowWatchBookmarks"),
    user,
    userAgent,
  };
}

/** Whether a GET of this path asks for a watch; an object's own path does with `?watch`, a subresource never. */
function isWatch(method: string, target: Target, { watch, subresource }: ResourcePath): boolean {
  return method === "GET" && subresource === undefined && (watch || flag(target, "watch"));
}

function readResource(http: HttpRequest, target: Target, path: ResourcePath, user: UserInfo): HttpReading {
  const { method, headers } = http;
  const userAgent = headers["user-agent"] ?? "";
  const shape = answerShape(headers.accept, target, userAgent);
  if (shape === undefined) return refused(notAcceptableError());
  const { watch: _watch, ...resource } = path;
  const { group, version, resource: plural } = path;
  if (isOldAutoscaler(path)) return readOldAutoscaler(http, target, path, user);
  const kind = findResource(group, version, plural) ?? findReview(group, version, plural);
  const verb = verbOf(method, path);
  if (kind === undefined || verb === undefined) return refused(unknownResourceError(), shape);
  if (isWatch(method, target, path)) {
    const wrong = refuseOptions(target, verb, false);
    if (wrong !== undefined) return refused(wrong, shape);
    return { kind: "watch", watch: watchOf(target, path, user, userAgent), shape };
  }
  const body = readBody(http, kind);
  if ("refusal" in body) return refused(body.refusal, shape);
  const wrong =
    refuseOptions(target, verb, body.patchType === "apply") ??
    (path.subresource === "log" ? refuseLogOptions(target, path.name ?? "") : undefined);
  if (wrong !== undefined) return refused(wrong, shape);
  const request: ApiRequest = {
    ...resource,
    verb,
    ...optionsOf(target),
    ...body,
    ...streamQuery(target, path),
    ...(shape.as === "table" && { asTable: true }),
    ...(shape.includeObject !== undefined && { includeObject: shape.includeObject }),
    user,
    userAgent,
  };
  return { kind: "request", request, shape };
}

/** A request in autoscaling/v1: the same request in v2, and an answer that is turned back. */
function readOldAutoscaler(http: HttpRequest, target: Target, path: ResourcePath, user: UserInfo): HttpReading {
  const reading = readResource(http, target, { ...path, version: "v2" }, user);
  if (reading.kind === "answer") return reading;
  if (reading.kind === "watch" || reading.request.verb === "patch") return refused(unknownResourceError());
  const { request } = reading;
  const body = request.body && newAutoscaler(request.body as JsonObject);
  const shape = { ...reading.shape, ...(reading.shape.as === "object" && { asOldAutoscaler: true as const }) };
  return { kind: "request", request: { ...request, ...(body && { body }) }, shape };
}

const NOT_FOUND = "404 page not found\n";

/** Reads a request of a user whose credentials have been checked. Headers by lower-case name. */
export function readHttp(http: HttpRequest, user: UserInfo): HttpReading {
  const target = targetOf(http.path);
  const answer = discoveryAnswer(http, target);
  if (answer !== undefined) return { kind: "answer", response: answer };
  const path = resourcePath(target.segments);
  if (path !== undefined && isGroupServed(path.group)) return readResource(http, target, path, user);
  const [root, group] = target.segments;
  const known = root === "api" || (root === "apis" && group !== undefined && isGroupServed(group));
  if (known) return refused(unknownResourceError());
  return { kind: "answer", response: textAnswer(404, NOT_FOUND) };
}
