/** A part of a word of the small shell. What is quoted is not split at blanks after it was expanded. */
export type Segment =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  /** `$NAME`, `${NAME}`, `${NAME:-fallback}`, `$?`. */
  | { readonly kind: "variable"; readonly name: string; readonly fallback: string; readonly quoted: boolean }
  /** `$(script)` or `` `script` ``. */
  | { readonly kind: "command"; readonly script: string; readonly quoted: boolean }
  /** `$((expression))`. */
  | { readonly kind: "sum"; readonly text: string; readonly quoted: boolean };

/** A word before it is expanded. */
export type Word = readonly Segment[];

/** What a script is made of: words and operators. */
export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly text: string };

/** The shell's complaint about a text that is no script; `isUnfinished` when more lines could make it one. */
export class SyntaxComplaint extends Error {
  readonly isUnfinished: boolean;

  constructor(message: string, isUnfinished = false) {
    super(message);
    this.isUnfinished = isUnfinished;
  }
}

const OPERATORS = [
  "&&",
  "||",
  ";;",
  "2>&1",
  "1>&2",
  ">&2",
  "&>",
  "2>>",
  "2>",
  ">>",
  "1>",
  ">",
  "<",
  ";",
  "&",
  "|",
  "(",
  ")",
  "\n",
];

/** Splits a script into tokens (IEEE 1003.1, 2.3 Token Recognition). Throws a SyntaxComplaint for an open quote. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at]!;
    if (c === " " || c === "\t" || c === "\r") at++;
    else if (c === "\\" && text[at + 1] === "\n") at += 2;
    else if (c === "#") while (at < text.length && text[at] !== "\n") at++;
    else {
      const operator = OPERATORS.find((one) => text.startsWith(one, at));
      if (operator !== undefined) {
        tokens.push({ kind: "operator", text: operator });
        at += operator.length;
      } else {
        const reader = new WordReader(text, at);
        tokens.push({ kind: "word", word: reader.read() });
        at = reader.at;
      }
    }
  }
  return tokens;
}

const ENDS_WORD = " \t\r\n;&|()<>";

class WordReader {
  at: number;
  private readonly text: string;
  private readonly segments: Segment[] = [];

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  read(): Word {
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || ENDS_WORD.includes(c)) return this.segments;
      if (c === "'") this.single();
      else if (c === '"') this.double();
      else if (c === "\\") {
        if (this.text[this.at + 1] !== "\n") this.push(this.text[this.at + 1] ?? "\\", true);
        this.at += 2;
      } else if (c === "$" || c === "`") this.dollar(false);
      else {
        this.push(c, false);
        this.at++;
      }
    }
  }

  private push(text: string, quoted: boolean): void {
    const last = this.segments[this.segments.length - 1];
    if (last?.kind === "text" && last.quoted === quoted) {
      this.segments[this.segments.length - 1] = { ...last, text: last.text + text };
    } else this.segments.push({ kind: "text", text, quoted });
  }

  private single(): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) throw new SyntaxComplaint("syntax error: unterminated quoted string", true);
    this.push(this.text.slice(this.at + 1, end), true);
    this.at = end + 1;
  }

  private double(): void {
    this.push("", true);
    this.at++;
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) throw new SyntaxComplaint("syntax error: unterminated quoted string", true);
      if (c === '"') {
        this.at++;
        return;
      }
      if (c === "$" || c === "`") this.dollar(true);
      else if (c === "\\" && '"\\$`\n'.includes(this.text[this.at + 1] ?? " ")) {
        if (this.text[this.at + 1] !== "\n") this.push(this.text[this.at + 1]!, true);
        this.at += 2;
      } else {
        this.push(c, true);
        this.at++;
      }
    }
  }

  /** `$…` or a back-quoted script. */
  private dollar(quoted: boolean): void {
    const rest = this.text.slice(this.at);
    if (rest.startsWith("`")) {
      const end = rest.indexOf("`", 1);
      if (end < 0) throw new SyntaxComplaint("syntax error: EOF in backquote substitution", true);
      this.segments.push({ kind: "command", script: rest.slice(1, end), quoted });
      this.at += end + 1;
      return;
    }
    if (rest.startsWith("$((")) return this.bracketed("$((", "))", quoted);
    if (rest.startsWith("$(")) return this.bracketed("$(", ")", quoted);
    const braced = /^\$\{([A-Za-z_]\w*|[?#@*$\d])(?::?-([^}]*))?\}/.exec(rest);
    const plain = braced ?? /^\$([A-Za-z_]\w*|[?#@*$!\d])/.exec(rest);
    if (plain === null) {
      this.push("$", quoted);
      this.at++;
      return;
    }
    this.segments.push({ kind: "variable", name: plain[1]!, fallback: plain[2] ?? "", quoted });
    this.at += plain[0].length;
  }

  private bracketed(open: "$((" | "$(", close: string, quoted: boolean): void {
    let depth = 0;
    for (let i = this.at + 1; i < this.text.length; i++) {
      if (this.text[i] === "(") depth++;
      if (this.text[i] === ")" && --depth === 0) {
        const inner = this.text.slice(this.at + open.length, i - close.length + 1);
        this.segments.push(
          open === "$(" ? { kind: "command", script: inner, quoted } : { kind: "sum", text: inner, quoted },
        );
        this.at = i + 1;
        return;
      }
    }
    throw new SyntaxComplaint('syntax error: unexpected end of file (expecting ")")', true);
  }
}
