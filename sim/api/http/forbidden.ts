/**
 * What somebody is told who may not send a request at all, whatever is in it (Kubernetes 1.32, apiserver
 * pkg/endpoints/filters/authorization.go and handlers/responsewriters/errors.go ForbiddenMessage).
 * Left out: nothing.
 * Invariant: names the path, or the resource where the path has one, and nothing of the body.
 */
import { deniedError } from "../pipeline/authorize.ts";
import { forbiddenPathError } from "../status-error.ts";
import type { UserInfo, Verb } from "../types.ts";
import { verbOf } from "./read-http.ts";
import { resourcePath } from "./request-path.ts";
import type { HttpRequest, HttpResponse } from "./types.ts";
import { targetOf } from "./url.ts";
import { writeHttp } from "./write-http.ts";

/** The real 403 for any request of a user who may do nothing. */
export function forbiddenHttp({ method, path }: HttpRequest, user: UserInfo): HttpResponse {
  const target = targetOf(path);
  const named = resourcePath(target.segments);
  const verb = named && (verbOf(method, named) as Verb | undefined);
  const refusal =
    named === undefined || verb === undefined
      ? forbiddenPathError(user.name, method.toLowerCase(), target.path)
      : deniedError({ ...named, verb, user });
  return writeHttp(refusal, { as: "object", pretty: false });
}
