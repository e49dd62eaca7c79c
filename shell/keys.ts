/** What a terminal sends before and after a text that was pasted. */
export const PASTE_BEGINS = "\u001b[200~";
/** See `PASTE_BEGINS`. */
export const PASTE_ENDS = "\u001b[201~";

const ESCAPE = "\u001b";
/** How long a sequence may be that has no end yet: what is longer is none. */
const SEQUENCE_MAX = 4_096;
/** CSI, SS3 and Alt with a key (ECMA-48, 5.4). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const SEQUENCE = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O[A-Za-z]|[^[O\]PX^_\u001b])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const BEGUN = /^\u001b(?:\[[0-?]*[ -/]*|O)?$/;
/** OSC, DCS, SOS, PM and APC, which end at BEL or ST. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const STRING_BEGINS = /^\u001b[\]PX^_]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const STRING_ENDS = /\u0007|\u001b\\/;

/** What the first key of a text is: an escape sequence, a control character, or a run of plain text; undefined while unfinished. */
export function firstKey(text: string): string | undefined {
  const first = text[0]!;
  if (first === ESCAPE) return sequence(text);
  if (text.startsWith("\r\n")) return "\r\n";
  if (first < " " || first === "\u007f") return first;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain text ends at a control character
  return /^[^\u0000-\u001f\u007f]+/.exec(text)![0];
}

function sequence(text: string): string | undefined {
  if (STRING_BEGINS.test(text)) {
    const end = STRING_ENDS.exec(text);
    if (end !== null) return text.slice(0, end.index + end[0].length);
    return text.length > SEQUENCE_MAX ? text : undefined;
  }
  const whole = SEQUENCE.exec(text)?.[0];
  if (whole !== undefined) return whole;
  if (BEGUN.test(text) && text.length < SEQUENCE_MAX) return undefined;
  // No sequence after all: its beginning goes, what follows stays.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  return /^\u001b(?:\[[0-?]*[ -/]*|O)?/.exec(text)![0];
}

/** A key that was pressed alone and only looks like the beginning of a sequence: Escape, when nothing that goes on with it follows. */
export function isLoneEscape(pending: string, next: string): boolean {
  return pending === ESCAPE && !/^[[O\]PX^_]/.test(next);
}
