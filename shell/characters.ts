/** Ranges of characters that take two columns on a screen: what East Asia writes (Unicode TR 11, as terminals of version 6 have it). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x2fffd],
  [0x30000, 0x3fffd],
];

/** Characters that belong to the one before them: accents, joiners, variants, skin tones, tags. */
const JOINED = /[\p{M}\u200b-\u200f\u2060-\u2064\ufeff]/u;
const TONES = /[\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const JOINER = "\u200d";

/** How many columns of a screen a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code < 0x300) columns += 1;
    else if (!JOINED.test(c)) columns += WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
  }
  return columns;
}

/** Where the character before a place begins: what a reader takes for one, e.g. an emoji with its skin tone. */
export function characterBefore(text: string, at: number): number {
  let start = at;
  for (;;) {
    const c = codePointBefore(text, start);
    start -= c.length;
    if (start <= 0) return Math.max(0, start);
    if (!JOINED.test(c) && !TONES.test(c) && text[start - 1] !== JOINER) return start;
  }
}

/** Where the character after a place ends. */
export function characterAfter(text: string, at: number): number {
  let end = at;
  for (;;) {
    end += String.fromCodePoint(text.codePointAt(end) ?? 0).length;
    if (end >= text.length) return text.length;
    const next = String.fromCodePoint(text.codePointAt(end)!);
    if (!JOINED.test(next) && !TONES.test(next) && text[end - 1] !== JOINER) return end;
  }
}

function codePointBefore(text: string, at: number): string {
  const isPair = /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(Math.max(0, at - 2), at));
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at);
}
