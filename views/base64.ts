/** Base64 of text as UTF-8 (RFC 4648, section 4), written here because no host's own function may be used in this room. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** UTF-8 bytes of `text` (RFC 3629); a lone surrogate becomes U+FFFD as encoders of the web do. */
function utf8Bytes(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

/** Base64 with padding and no line breaks, fit for a data URI. */
export function base64(text: string): string {
  const bytes = utf8Bytes(text);
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const present = Math.min(3, bytes.length - i);
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const quads = [word >> 18, (word >> 12) & 63, (word >> 6) & 63, word & 63];
    parts.push(quads.map((six, at) => (at <= present ? ALPHABET[six]! : "=")).join(""));
  }
  return parts.join("");
}
