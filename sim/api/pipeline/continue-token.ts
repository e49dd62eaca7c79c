/**
 * Continue tokens: base64 of `{"v":"meta.k8s.io/v1","rv":N,"start":"relative key"}`
 * (Kubernetes 1.32, apiserver pkg/storage/continue.go).
 * Left out: nothing.
 * Invariant: a token never leaves the key range of the list that it continues.
 */

/** Where a list goes on; revision −1 means "at whatever is newest", which may be inconsistent. */
export interface ContinuePoint {
  readonly revision: number;
  readonly startKey: string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function toBase64(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]];
    text += ALPHABET[a >> 2]! + ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    if (b !== undefined) text += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    if (c !== undefined) text += ALPHABET[c & 63]!;
  }
  return text;
}

/** The bytes as one character each; undefined where the text is no base64. */
function fromBase64(text: string): string | undefined {
  let bits = 0;
  let held = 0;
  let bytes = "";
  for (const character of text.replace(/=+$/, "")) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += String.fromCharCode((held >> bits) & 255);
    }
  }
  return bytes;
}

/** A token that continues at `startKey`, which begins with `prefix`; keys are ASCII. */
export function encodeContinue(revision: number, startKey: string, prefix: string): string {
  const json = JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: startKey.slice(prefix.length) });
  return toBase64([...json].map((character) => character.charCodeAt(0)));
}

function quotedByte(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 32 && code < 127) return `'${character}'`;
  return `'\\u${code.toString(16).padStart(4, "0")}'`;
}

/** Reads a token; a string result is upstream's sentence about what is wrong with it. */
export function continueKey(token: string, prefix: string): ContinuePoint | string {
  const text = fromBase64(token);
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
