/**
 * Continue tokens: base64 of `{"v":"meta.k8s.io/v1","rv":N,"start":"relative key"}`
 * (Kubernetes 1.32, apiserver pkg/storage/continue.go).
 * Left out: nothing.
 * Invariant: a token never leaves the key range of the list that it continues.
 */
import { base64UrlOfText, bytesOfBase64Url } from "../schema/base64.ts";

/** Where a list goes on; revision −1 means "at whatever is newest", which may be inconsistent. */
export interface ContinuePoint {
  readonly revision: number;
  readonly startKey: string;
}

/** A token that continues at `startKey`, which begins with `prefix`; keys are ASCII. */
export function encodeContinue(revision: number, startKey: string, prefix: string): string {
  const json = JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: startKey.slice(prefix.length) });
  return base64UrlOfText(json);
}

function quotedByte(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 32 && code < 127) return `'${character}'`;
  return `'\\u${code.toString(16).padStart(4, "0")}'`;
}

/** Reads a token; a string result is upstream's sentence about what is wrong with it. */
export function continueKey(token: string, prefix: string): ContinuePoint | string {
  const text = bytesOfBase64Url(token);
  if (text === undefined)
    return "invalid continue token: continue key is not valid: illegal base64 data at input byte 0";
  let fields: { v?: string; rv?: number; start?: string };
  try {
    fields = JSON.parse(text);
  } catch {
    return `invalid continue token: continue key is not valid: invalid character ${quotedByte(text[0] ?? "")} looking for beginning of value`;
  }
  if (fields.v !== "meta.k8s.io/v1") {
    return `invalid continue token: continue key is not valid: server does not recognize this encoded version ${JSON.stringify(fields.v ?? "")}`;
  }
  if (!fields.rv)
    return "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)";
  if (!fields.start)
    return "invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)";
  if (fields.start.split("/").includes("..")) {
    return `invalid continue token: continue key is not valid: ${fields.start}`;
  }
  return { revision: fields.rv, startKey: prefix + fields.start };
}
