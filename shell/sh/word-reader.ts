import { SyntaxComplaint } from "./complaint.ts";
import type { Segment, Word } from "./word.ts";

const ENDS_WORD = " \t\r\n;&|()<>";
const QUOTE_OPEN = "syntax error: unterminated quoted string";
/** `${NAME`, with what stands between the name and its word. */
const BRACED = /^\$\{(#?)([A-Za-z_]\w*|[?#@*$!-]|\d+)(:?[-=+?]|%%?|##?)?/;

/** Reads one word of a script from a place on: quotes, backslashes, and what a dollar begins. */
export class WordReader {
  at: number;
  private readonly text: string;
  private readonly segments: Segment[] = [];

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  /** The word up to one of the characters that end it; those that end one between blanks by default. */
  read(enders = ENDS_WORD): Word {
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || enders.includes(c)) return this.segments;
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
    if (end < 0) throw new SyntaxComplaint(QUOTE_OPEN, true);
    this.push(this.text.slice(this.at + 1, end), true);
    this.at = end + 1;
  }

  private double(): void {
    // "$@" of nothing is no word at all; every other pair of quotes is one.
    if (!this.text.startsWith('"$@"', this.at)) this.push("", true);
    this.at++;
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) throw new SyntaxComplaint(QUOTE_OPEN, true);
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
    const { text, at } = this;
    if (text[at] === "`") {
      const end = text.indexOf("`", at + 1);
      if (end < 0) throw new SyntaxComplaint("syntax error: EOF in backquote substitution", true);
      this.segments.push({ kind: "command", script: text.slice(at + 1, end), quoted });
      this.at = end + 1;
    } else if (text.startsWith("$(", at)) this.bracketed(quoted);
    else if (text.startsWith("${", at)) this.braced(quoted);
    else {
      const name = /^\$([A-Za-z_]\w*|[?#@*$!\d-])/.exec(text.slice(at, at + 256))?.[1];
      if (name === undefined) this.push("$", quoted);
      else this.segments.push({ kind: "variable", name, operator: "", word: [], quoted });
      this.at += 1 + (name?.length ?? 0);
    }
  }

  private braced(quoted: boolean): void {
    const match = BRACED.exec(this.text.slice(this.at));
    const close = closing(this.text, this.at + 2, "}");
    const [head = "", hash = "", name = "", operator = ""] = match ?? [];
    if (match === null || (hash !== "" && operator !== "")) throw new SyntaxComplaint("syntax error: bad substitution");
    const inner = new WordReader(this.text, this.at + head.length);
    const word = operator === "" ? [] : inner.read("}");
    if (operator === "" && this.at + head.length !== close) throw new SyntaxComplaint("syntax error: bad substitution");
    this.segments.push({ kind: "variable", name, operator: hash === "" ? operator : "length", word, quoted });
    this.at = close + 1;
  }

  private bracketed(quoted: boolean): void {
    const { text, at } = this;
    const end = closing(text, at + 2, ")");
    const inner = text.slice(at + 2, end);
    if (inner.startsWith("(") && inner.endsWith(")")) {
      this.segments.push({ kind: "sum", word: new WordReader(inner.slice(1, -1), 0).read(""), quoted });
    } else this.segments.push({ kind: "command", script: inner, quoted });
    this.at = end + 1;
  }
}

/** Where the bracket that was opened before `from` is closed; those within quotes do not count. */
function closing(text: string, from: number, close: ")" | "}"): number {
  const open: string[] = [close];
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    const inside = open[open.length - 1]!;
    const isQuoted = inside === '"';
    if (c === "\\") i++;
    else if (c === inside) {
      open.pop();
      if (open.length === 0) return i;
    } else if (c === '"') open.push('"');
    else if (c === "'" && !isQuoted) {
      i = text.indexOf("'", i + 1);
      if (i < 0) throw new SyntaxComplaint(QUOTE_OPEN, true);
    } else if (c === "$" && (text[i + 1] === "(" || text[i + 1] === "{")) open.push(text[++i] === "(" ? ")" : "}");
    else if (c === "(" && inside === ")") open.push(")");
  }
  const isQuote = open[open.length - 1] === '"';
  throw new SyntaxComplaint(isQuote ? QUOTE_OPEN : `syntax error: unexpected end of file (expecting "${close}")`, true);
}
