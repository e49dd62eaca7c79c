/**
 * Widths of text without a browser: how wide a line is at most, and how to make it fit.
 * The widths are the larger of two common sans-serif families (one wide, one narrow), measured at 100 pixels, so that a text
 * that fits here fits with any usual font. Characters outside ASCII count as wide as they ever are.
 */

// Characters 32 to 126, hundredths of the font size.
// biome-ignore format: rows of 19
const REGULAR = [
  32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64,
  64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67,
  62, 78, 76, 30, 50, 67, 56, 87, 75, 79, 67, 79, 73, 67, 62, 74, 69, 99, 69,
  67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58,
  28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
];
// biome-ignore format: rows of 19
const BOLD = [
  35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70,
  70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 62, 100, 78, 77, 74, 84, 69,
  69, 83, 84, 38, 56, 78, 64, 100, 84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78,
  73, 73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67,
  35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
];
/** The narrowest of all characters, hundredths of the font size. */
const NARROWEST = 28;
const NARROW_PUNCTUATION = new Set("·‘’");
const MEDIUM_PUNCTUATION = new Set("–“”é");

/** Font size in pixels and weight. */
interface Font {
  readonly size: number;
  readonly bold?: boolean;
}

/** Width of `text` in pixels, never less than what a browser draws with a usual sans-serif font. */
export function textWidth(text: string, font: Font): number {
  const table = font.bold ? BOLD : REGULAR;
  let hundredths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 32;
    const known = table[code - 32];
    if (known !== undefined) hundredths += known;
    else if (NARROW_PUNCTUATION.has(character)) hundredths += 40;
    else if (MEDIUM_PUNCTUATION.has(character)) hundredths += 70;
    else hundredths += code > 0x1f000 ? 140 : 102;
  }
  return (hundredths * font.size) / 100;
}

/** More characters than can stand in `max` pixels, so that long texts cost no more than short ones. */
const mostIn = (max: number, { size }: Font): number => Math.max(0, Math.ceil((max * 100) / (NARROWEST * size))) + 1;

/** The longest beginning of `text` that fits into `max` pixels, ended by an ellipsis when something was cut. */
export function fitText(text: string, max: number, font: Font): string {
  const most = mostIn(max, font);
  if (text.length <= 2 * most && textWidth(text, font) <= max) return text;
  const characters = [...text.slice(0, 2 * most)].slice(0, most);
  while (characters.length > 0 && textWidth(`${characters.join("").trimEnd()}…`, font) > max) characters.pop();
  return characters.length > 0 ? `${characters.join("").trimEnd()}…` : "";
}

/**
 * As `fitText`, but cuts in the middle and keeps the end, because the names of pods of one workload differ there.
 * The end kept is what follows the last hyphen, with at most eight characters.
 */
export function fitName(name: string, max: number, font: Font): string {
  const most = mostIn(max, font);
  if (name.length <= 2 * most && textWidth(name, font) <= max) return name;
  const tail = name.slice(Math.max(name.lastIndexOf("-"), name.length - 8));
  for (let keep = Math.min(2 * most, name.length - tail.length - 1); keep > 0; keep--) {
    const candidate = `${name.slice(0, keep).replace(/-$/, "")}…${tail.replace(/^-/, "")}`;
    if (textWidth(candidate, font) <= max) return candidate;
  }
  const end = tail.replace(/^-/, "");
  for (let keep = Math.min(most, end.length); keep > 1; keep--) {
    const candidate = `…${end.slice(-keep)}`;
    if (textWidth(candidate, font) <= max) return candidate;
  }
  return fitText(name, max, font);
}

/** Breaks `text` at spaces into at most `lines` lines of `max` pixels; the last one ends in an ellipsis when cut. */
export function wrapText(text: string, max: number, lines: number, font: Font): readonly string[] {
  const result: string[] = [];
  let rest = text.trim();
  while (rest !== "" && result.length < lines) {
    if (result.length === lines - 1 || textWidth(rest, font) <= max) {
      result.push(fitText(rest, max, font));
      break;
    }
    const words = rest.split(" ");
    let taken = 1;
    while (taken < words.length && textWidth(words.slice(0, taken + 1).join(" "), font) <= max) taken++;
    result.push(fitText(words.slice(0, taken).join(" "), max, font));
    rest = words.slice(taken).join(" ");
  }
  return result;
}

const NAME_LINES = 3;

/** A component's name in at most three lines of `max` pixels, broken after its hyphens only. */
export function nameLines(name: string, max: number, font: Font): readonly string[] {
  const lines: string[] = [];
  for (const part of name.split(/(?<=-)/)) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last + part, font) <= max) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  if (lines.length <= NAME_LINES) return lines;
  return [...lines.slice(0, NAME_LINES - 1), fitText(lines.slice(NAME_LINES - 1).join(""), max, font)];
}
