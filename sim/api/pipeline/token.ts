/**
 * POST serviceaccounts/NAME/token: a token for a service account (Kubernetes 1.32,
 * pkg/registry/core/serviceaccount/storage/token.go and pkg/serviceaccount/claims.go).
 * Left out: binding to an object; the signature is a digest, since nothing here could check a real one.
 * Invariant: the same account, audiences and moment give the same token.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { identityOf, managedDifference, updated, withManagers } from "../fields/field-owners.ts";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import { base64UrlOfBytes, base64UrlOfText, utf8Bytes } from "../schema/base64.ts";
import { decode } from "../schema/decode.ts";
import { invalidError } from "../status-error.ts";
import { secondsOf } from "../tables/rfc3339.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { invalid } from "../validation/field-error.ts";
import { bodyObject } from "./body.ts";
import { answer, type Handling, Refusal } from "./handling.ts";
import type { Outcome } from "./outcome.ts";
import { storedObject } from "./update.ts";

const ISSUER = "https://kubernetes.default.svc.cluster.local";
const SECONDS_MIN = 600;
const SECONDS_MAX = 2 ** 32;
const SECONDS_USUAL = 3600;
const GROUP = "authentication.k8s.io";

function checkSeconds(seconds: number): void {
  const refuse = (why: string) => {
    const error = invalid("spec.expirationSeconds", seconds, why);
    throw new Refusal(invalidError(GROUP, "TokenRequest", "", [error]));
  };
  if (seconds < SECONDS_MIN) refuse("may not specify a duration less than 10 minutes");
  if (seconds > SECONDS_MAX) refuse("may not specify a duration larger than 2^32 seconds");
}

function tokenText({ metadata }: KubeObject, audiences: readonly string[], issued: number, seconds: number): string {
  const { name, namespace, uid } = metadata;
  const claims = {
    aud: audiences,
    exp: issued + seconds,
    iat: issued,
    iss: ISSUER,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const signed = `${base64UrlOfText('{"alg":"RS256","kid":"simulated"}')}.${base64UrlOfText(JSON.stringify(claims))}`;
  return `${signed}.${base64UrlOfBytes([...sha256(Uint8Array.from(utf8Bytes(signed)))])}`;
}

/** Answers with a token and when it ends. */
export function createToken(handling: Handling): Outcome {
  const { context, request, kind } = handling;
  const { object } = decode(KUBE_SCHEMA, "TokenRequest", bodyObject(handling));
  const spec = object.spec as JsonObject & { audiences: readonly string[] | null; expirationSeconds?: number };
  const seconds = spec.expirationSeconds ?? SECONDS_USUAL;
  checkSeconds(seconds);
  const account = storedObject(handling).value;
  const audiences = spec.audiences?.length ? spec.audiences : [ISSUER];
  const issued = secondsOf(context.wallTime(context.now)) ?? 0;
  const { name, namespace } = account.metadata;
  const creationTimestamp = context.wallTime(context.now);
  const asked: KubeObject = {
    kind: "TokenRequest",
    apiVersion: `${GROUP}/v1`,
    ...({ spec: { ...spec, audiences, expirationSeconds: seconds } } as object),
    metadata: { name, ...(namespace && { namespace }), creationTimestamp },
  };
  const body = {
    ...(context.tracksFields ? tracked(handling, asked) : asked),
    status: {
      token: tokenText(account, audiences, issued, seconds),
      expirationTimestamp: context.wallTime(context.now + seconds * 1_000_000),
    },
  };
  handling.stages.push({ stage: "store", plugin: kind.resource, verdict: `token for ${request.name}` });
  return answer(handling, { code: 201, body });
}

function tracked({ kind, request, context }: Handling, asked: KubeObject): KubeObject {
  const own = {
    ...kind,
    group: GROUP,
    kind: "TokenRequest",
    struct: "TokenRequest",
    subresources: ["status"] as const,
  };
  const empty = decode(KUBE_SCHEMA, "TokenRequest", {}).object;
  const change = managedDifference(KUBE_SCHEMA, own, "token", empty, asked);
  return withManagers(asked, updated([], identityOf(own, "Update", request), change, context.wallTime(context.now)));
}
