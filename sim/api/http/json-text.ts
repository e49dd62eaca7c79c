/**
 * What Go's JSON decoders say about a text: the first error of syntax, and fields that occur twice
 * (Go 1.23 encoding/json scanner.go; sigs.k8s.io/json UnmarshalStrict for the duplicates).
 * Left out: nesting between 1,000 and 10,000 levels is refused already; JSON.parse has read the text where this finds no error.
 * Invariant: a text is scanned once, left to right; the first error ends it.
 */

class SyntaxMistake extends Error {}

/** A text under way. */
interface Scan {
  readonly text: string;
  at: number;
  depth: number;
  readonly duplicates: string[];
}

/** How deep objects and lists may stand in each other; Go's limit is 10,000, which would need a stack of its own here. */
const DEPTH_MAX = 1_000;

function enter(scan: Scan): void {
  scan.depth += 1;
  if (scan.depth > DEPTH_MAX) throw new SyntaxMistake("exceeded max depth");
}

function quoted(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const code = character.codePointAt(0)!;
  return code < 32 ? `'\\x${code.toString(16).padStart(2, "0")}'` : `'${character}'`;
}

/** Ends the scan with Go's sentence about the character at hand. */
function mistake(scan: Scan, where: string): never {
  const code = scan.text.codePointAt(scan.at);
  if (code === undefined) throw new SyntaxMistake("unexpected end of JSON input");
  throw new SyntaxMistake(`invalid character ${quoted(String.fromCodePoint(code))} ${where}`);
}

function skipBlanks(scan: Scan): void {
  while (" \t\r\n".includes(scan.text[scan.at] ?? "x")) scan.at++;
}

function scanString(scan: Scan): string {
  const from = scan.at++;
  for (;;) {
    const character = scan.text[scan.at];
    if (character === '"') break;
    if (character === undefined || character < " ") mistake(scan, "in string literal");
    if (character === "\\") {
      scan.at++;
      const code = scan.text[scan.at];
      if (code === undefined || !'"\\/bfnrtu'.includes(code)) mistake(scan, "in string escape code");
      if (code === "u") scanHex(scan);
    }
    scan.at++;
  }
  scan.at++;
  return JSON.parse(scan.text.slice(from, scan.at)) as string;
}

function scanHex(scan: Scan): void {
  for (let digit = 0; digit < 4; digit++) {
    scan.at++;
    if (!/[0-9a-fA-F]/.test(scan.text[scan.at] ?? "")) mistake(scan, "in \\u hexadecimal character escape");
  }
}

function scanWord(scan: Scan, word: string): void {
  for (let index = 1; index < word.length; index++) {
    scan.at++;
    if (scan.text[scan.at] !== word[index]) mistake(scan, `in literal ${word} (expecting ${quoted(word[index]!)})`);
  }
  scan.at++;
}

function scanDigits(scan: Scan, where: string): void {
  if (!/\d/.test(scan.text[scan.at] ?? "")) mistake(scan, where);
  while (/\d/.test(scan.text[scan.at] ?? "")) scan.at++;
}

function scanNumber(scan: Scan): void {
  if (scan.text[scan.at] === "-") scan.at++;
  if (scan.text[scan.at] === "0") scan.at++;
  else scanDigits(scan, "in numeric literal");
  if (scan.text[scan.at] === ".") {
    scan.at++;
    scanDigits(scan, "after decimal point in numeric literal");
  }
  if (/[eE]/.test(scan.text[scan.at] ?? "")) {
    scan.at++;
    if (/[+-]/.test(scan.text[scan.at] ?? "")) scan.at++;
    scanDigits(scan, "in exponent of numeric literal");
  }
}

function scanObject(scan: Scan, path: string): void {
  const seen = new Set<string>();
  scan.at++;
  skipBlanks(scan);
  if (scan.text[scan.at] === "}") return void scan.at++;
  for (;;) {
    skipBlanks(scan);
    if (scan.text[scan.at] !== '"') mistake(scan, "looking for beginning of object key string");
    const key = scanString(scan);
    const at = path === "" ? key : `${path}.${key}`;
    if (seen.has(key) && !scan.duplicates.includes(at)) scan.duplicates.push(at);
    seen.add(key);
    skipBlanks(scan);
    if (scan.text[scan.at] !== ":") mistake(scan, "after object key");
    scan.at++;
    scanValue(scan, at);
    skipBlanks(scan);
    if (scan.text[scan.at] === "}") return void scan.at++;
    if (scan.text[scan.at] !== ",") mistake(scan, "after object key:value pair");
    scan.at++;
  }
}

function scanArray(scan: Scan, path: string): void {
  scan.at++;
  skipBlanks(scan);
  if (scan.text[scan.at] === "]") return void scan.at++;
  for (let index = 0; ; index++) {
    scanValue(scan, `${path}[${index}]`);
    skipBlanks(scan);
    if (scan.text[scan.at] === "]") return void scan.at++;
    if (scan.text[scan.at] !== ",") mistake(scan, "after array element");
    scan.at++;
  }
}

const WORDS: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

function scanValue(scan: Scan, path: string): void {
  skipBlanks(scan);
  const character = scan.text[scan.at] ?? "";
  if (character === "{" || character === "[") {
    enter(scan);
    if (character === "{") scanObject(scan, path);
    else scanArray(scan, path);
    scan.depth -= 1;
  } else if (character === '"') scanString(scan);
  else if (WORDS[character] !== undefined) scanWord(scan, WORDS[character]);
  else if (character === "-" || (character >= "0" && character <= "9")) scanNumber(scan);
  else mistake(scan, "looking for beginning of value");
}

/** What a text holds: a value and the paths of fields that occur twice in it, or Go's sentence about its first mistake. */
export type JsonText =
  | { readonly value: unknown; readonly duplicates: readonly string[] }
  | { readonly mistake: string };

/** Reads a JSON text as Go would. */
export function readJson(text: string): JsonText {
  const scan: Scan = { text, at: 0, depth: 0, duplicates: [] };
  try {
    scanValue(scan, "");
    skipBlanks(scan);
    if (scan.at < text.length) mistake(scan, "after top-level value");
  } catch (error) {
    if (error instanceof SyntaxMistake) return { mistake: error.message };
    throw error;
  }
  return { value: JSON.parse(text), duplicates: scan.duplicates };
}
