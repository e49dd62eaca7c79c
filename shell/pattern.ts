import { RE2JS } from "re2js";

/** Where a pattern was found in a text: from `start` up to `end`, with what its brackets took. */
interface Found {
  readonly start: number;
  readonly end: number;
  /** The text of each pair of brackets, from the first on; "" where it took no part. */
  readonly groups: readonly string[];
}

/** A regular expression that takes time in proportion to the text, whatever somebody has typed. */
export interface Pattern {
  test(text: string): boolean;
  /** Every place where it is found, one after the other. */
  all(text: string): readonly Found[];
}

/** How a pattern is meant. */
export interface PatternChoice {
  /** `-E`: `+ ? | ( ) { }` are special as they stand. */
  readonly isExtended?: boolean;
  /** `-P`: Perl's own syntax, as far as it can be matched in linear time. */
  readonly isPerl?: boolean;
  readonly ignoresCase?: boolean;
  /** Only whole words, or whole lines. */
  readonly whole?: "word" | "line";
}

/** How long a pattern may be, in characters. */
const PATTERN_MAX = 1_000;

/**
 * Reads a regular expression of POSIX (IEEE 1003.1, 9 Regular Expressions), leftmost and longest; undefined for what is none.
 * Left out: back-references, which can't be matched in linear time.
 */
export function readPattern(text: string, choice: PatternChoice = {}): Pattern | undefined {
  if (text.length > PATTERN_MAX) return undefined;
  const { isExtended = false, isPerl = false, ignoresCase = false, whole } = choice;
  const body = isPerl ? text : linearSyntax(text, isExtended);
  const framed = whole === "word" ? `\\b(?:${body})\\b` : whole === "line" ? `^(?:${body})$` : body;
  return compiled(framed, (isPerl ? 0 : RE2JS.LONGEST_MATCH) | (ignoresCase ? RE2JS.CASE_INSENSITIVE : 0));
}

/** A shell's pattern, with `*`, `?` and `[…]`, at the beginning (`#`) or the end (`%`) of a text: the length that it takes. */
export function affixLength(glob: string, text: string, side: "#" | "%", isLongest: boolean): number {
  if (glob.length > PATTERN_MAX) return 0;
  const star = isLongest === (side === "#") ? ".*" : ".*?";
  const body = glob.replace(/\\.|\[[^\]]*\]|[^\\[]/gs, (part) => {
    if (part === "*") return side === "#" ? (isLongest ? ".*" : ".*?") : ".*";
    if (part === "?") return ".";
    if (part.startsWith("[") && part.length > 2) return part.replace(/^\[!/, "[^");
    return RE2JS.quote(part.startsWith("\\") ? part.slice(1) : part);
  });
  const pattern = compiled(side === "#" ? `^(${body})` : `^(?:${isLongest ? ".*?" : star})(${body})$`, RE2JS.DOTALL);
  return pattern?.all(text)[0]?.groups[0]?.length ?? 0;
}

function compiled(syntax: string, flags: number): Pattern | undefined {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(syntax, flags);
  } catch {
    return undefined;
  }
  return {
    test: (text) => expression.test(text),
    all(text) {
      const matcher = expression.matcher(text);
      const found: Found[] = [];
      while (matcher.find()) {
        const groups: string[] = [];
        for (let i = 1; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? "");
        found.push({ start: matcher.start(), end: matcher.end(), groups });
      }
      return found;
    },
  };
}

const BACK_REFERENCE = "\\1";

/** The same pattern in the syntax of the library: in a basic one `+ ? | ( ) { }` are plain and their escaped forms are not. */
function linearSyntax(pattern: string, isExtended: boolean): string {
  let syntax = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    const isFirst = syntax === "" || /(?:^|[^\\])[(|^]$/.test(syntax);
    if (c === "[") {
      const end = bracketEnd(pattern, i);
      if (end < 0) return "[";
      syntax += pattern
        .slice(i, end)
        .replace(/\\/g, "\\\\")
        .replace(/^(\[\^?)\]/, "$1\\]");
      i = end - 1;
    } else if (c === "\\") syntax += escaped(pattern[++i] ?? "", isExtended);
    else if (c === "*" && isFirst) syntax += "\\*";
    else if (c === "*" && syntax.endsWith("*") && !syntax.endsWith("\\*")) syntax += "";
    else if ("+?|(){}".includes(c) && !isExtended) syntax += `\\${c}`;
    else if (c === "^" && !isExtended && !isFirst) syntax += "\\^";
    else if (c === "$" && !isExtended && !/^(?:$|\\[)|])/.test(pattern.slice(i + 1))) syntax += "\\$";
    else syntax += c;
  }
  return syntax;
}

function escaped(c: string, isExtended: boolean): string {
  if ("+?|(){}".includes(c)) return c === "" ? "\\" : isExtended ? `\\${c}` : c;
  if (c === "<" || c === ">") return "\\b";
  if (/[1-9]/.test(c)) return BACK_REFERENCE;
  return /[A-Za-z]/.test(c) && !"bBwWsSnt".includes(c) ? c : `\\${c}`;
}

/** Where `[…]` ends: a `]` right at its beginning, and those of `[:alpha:]`, belong to it. */
function bracketEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === "^") i++;
  if (pattern[i] === "]") i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === "]") return i + 1;
    if (pattern.startsWith("[:", i)) i = Math.max(i, pattern.indexOf(":]", i) + 1);
  }
  return -1;
}
