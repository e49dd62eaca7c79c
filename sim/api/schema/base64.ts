/**
 * Base64 of bytes and of UTF-8 text, standard and for URLs (RFC 4648; Go's encoding/base64 as the API server uses it).
 * Left out: line breaks within encoded text.
 * Invariant: text that decodes without an error encodes to itself.
 */

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`;

function encode(bytes: readonly number[], alphabet: string, pad: string): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]];
    text += alphabet[a >> 2]! + alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    text += b === undefined ? pad : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    text += c === undefined ? pad : alphabet[c & 63]!;
  }
  return text;
}

/** The UTF-8 bytes of a text; half a surrogate pair becomes the replacement character. */
export function utf8Bytes(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return bytes;
}

/** Standard base64 of a text, padded: what `data` of a Secret holds for an entry of `stringData`. */
export function base64OfText(text: string): string {
  return base64OfBytes(utf8Bytes(text));
}

/** Standard base64 of bytes, padded. */
export function base64OfBytes(bytes: readonly number[]): string {
  return encode(bytes, STANDARD, "=");
}

/** Base64 of bytes for URLs, unpadded. */
export function base64UrlOfBytes(bytes: readonly number[]): string {
  return encode(bytes, URL_SAFE, "");
}

/** Base64 for URLs, unpadded: continue tokens. */
export function base64UrlOfText(text: string): string {
  return base64UrlOfBytes(utf8Bytes(text));
}

/** How many bytes a padded standard base64 text stands for. */
export function base64ByteLength(text: string): number {
  return Math.floor((text.replace(/=+$/, "").length * 3) / 4);
}

/** Where a text stops being padded standard base64, as Go's decoder counts; undefined for good text. */
export function base64ErrorAt(text: string): number | undefined {
  const digits = /^[A-Za-z0-9+/]*/.exec(text)![0].length;
  const padding = text.slice(digits);
  const wanted = [0, -1, 2, 1][digits % 4]!;
  if (wanted >= 0 && padding === "=".repeat(wanted)) return undefined;
  if (padding === "" || (wanted > 0 && padding === "=")) return padding === "" ? digits : text.length;
  return digits % 4 === 0 || wanted < 0 || padding[0] !== "=" ? digits : digits + wanted;
}

/** The bytes of base64 in URL letters as one character each; undefined where a letter is no base64. */
export function bytesOfBase64Url(text: string): string | undefined {
  let bits = 0;
  let held = 0;
  let bytes = "";
  for (const character of text.replace(/=+$/, "")) {
    const value = URL_SAFE.indexOf(character);
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
