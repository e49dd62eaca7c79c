/**
 * The token in the first cell of a student's notebook: whose it is and which seed it has, signed with the course's key.
 * It is no secret and keeps none; it tells a release apart from one that somebody made up or took from somebody else.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { bytesOfBase64Url, textToBase64Url, toBase64Url } from "./base64-url.ts";

/** What a token says. */
export interface Release {
  readonly lesson: string;
  readonly version: string;
  readonly student: string;
  /** The release's seed, 64 hexadecimal digits. */
  readonly seed: string;
}

/** A token that can't be one, or that this key did not sign; the message says which and what to do. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}

/** Longest token that is looked at, in characters. */
const LENGTH_MAX = 2_000;

/** Signs a release. */
export function releaseToken({ lesson, version, student, seed }: Release, key: string): string {
  const body = textToBase64Url(JSON.stringify({ lesson, version, student, seed }));
  return `${body}.${signatureOf(body, key)}`;
}

/**
 * Reads a token and, where the course's key is at hand, verifies it; without a key nothing in it is proven. Throws a
 * TokenError for what is no token and for a wrong signature.
 */
export function readToken(token: string, key?: string): Release {
  const [body = "", signature = "", ...more] = token.length > LENGTH_MAX ? [] : token.split(".");
  const release = more.length === 0 ? releaseOf(body) : undefined;
  if (release === undefined || signature === "")
    throw new TokenError("this is no release token: take the first cell from the notebook as it was handed out");
  if (key !== undefined && !isSame(signature, signatureOf(body, key)))
    throw new TokenError(
      `the release token of ${release.student || "nobody"} was not signed with this course's key: take the first cell from the notebook as it was handed out`,
    );
  return release;
}

function signatureOf(body: string, key: string): string {
  return toBase64Url(hmac(sha256, utf8ToBytes(key), utf8ToBytes(body)));
}

/** Compares without telling by its duration how much was right. */
function isSame(a: string, b: string): boolean {
  let differing = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) differing |= a.charCodeAt(at) ^ b.charCodeAt(at % b.length);
  return differing === 0;
}

function releaseOf(body: string): Release | undefined {
  const bytes = bytesOfBase64Url(body);
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(textOfUtf8(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const field = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined);
  const [lesson, version, student, seed] = ["lesson", "version", "student", "seed"].map(field);
  if (typeof lesson !== "string" || typeof version !== "string" || typeof student !== "string") return undefined;
  if (typeof seed !== "string" || !/^[0-9a-f]{64}$/.test(seed)) return undefined;
  return { lesson, version, student, seed };
}

/** Decodes UTF-8; throws a URIError for bytes that are none. */
function textOfUtf8(bytes: Uint8Array): string {
  let escaped = "";
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, "0")}`;
  return decodeURIComponent(escaped);
}
