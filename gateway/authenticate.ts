/** Who sends a request: by client certificate, by token, and in whose name. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { UserInfo } from "../sim/api/types.ts";

const authenticatedGroup = "system:authenticated";
const administrator: UserInfo = { name: "kubernetes-admin", groups: ["system:masters", authenticatedGroup] };

/** Whoever shows no credentials at all (apiserver pkg/authentication/request/anonymous). */
export const anonymous: UserInfo = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** What a request's credentials prove by themselves, or the token about which the cluster must be asked. */
export type Credential = { readonly user: UserInfo } | { readonly bearer: string };

/**
 * Who sends a request; undefined where a certificate is shown that is not ours. A certificate is looked at first, then the
 * token; without both it is somebody anonymous.
 */
export function authenticate(request: IncomingMessage, token: string): Credential | undefined {
  const socket = request.socket as TLSSocket;
  const certified = byCertificate(socket);
  if (certified !== undefined) return { user: impersonated(certified, request) };
  if (Object.keys(socket.getPeerCertificate() ?? {}).length > 0) return undefined;
  const shown = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (shown === undefined) return { user: anonymous };
  return isSame(shown, token) ? { user: impersonated(administrator, request) } : { bearer: shown };
}

function byCertificate(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string; O?: string | string[] } };
  if (subject?.CN === undefined) return undefined;
  const groups = subject.O === undefined ? [] : [subject.O].flat();
  return { name: subject.CN, groups: [...groups, authenticatedGroup] };
}

function isSame(shown: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}

/** The user whom an administrator asks to be (kubectl --as, --as-group); others are taken as themselves. */
function impersonated(user: UserInfo, { headersDistinct }: IncomingMessage): UserInfo {
  const name = headersDistinct["impersonate-user"]?.[0];
  if (name === undefined || !user.groups.includes("system:masters")) return user;
  const groups = headersDistinct["impersonate-group"] ?? accountGroups(name);
  return { name, groups: [...new Set([...groups, authenticatedGroup])] };
}

/** A service account as the user that it is. */
export function accountUser(namespace: string, name: string): UserInfo {
  const user = `system:serviceaccount:${namespace}:${name}`;
  return { name: user, groups: [...accountGroups(user), authenticatedGroup] };
}

/** The groups that a service account is in (apiserver pkg/authentication/serviceaccount/util.go). */
function accountGroups(name: string): string[] {
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)?.[1];
  return namespace === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}
