import { SyntaxComplaint } from "./complaint.ts";
import { type Token, tokenize } from "./token.ts";
import type { Word } from "./word.ts";

/** Where a stream of a command goes: `> file`, `2>&1`, `< file`. */
export interface Redirect {
  readonly operator: string;
  readonly target: Word;
}

/** A script as a tree. */
export type Script =
  | {
      readonly kind: "command";
      readonly assignments: readonly (readonly [string, Word])[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: "pipe"; readonly parts: readonly Script[]; readonly isNegated: boolean }
  | { readonly kind: "chain"; readonly first: Script; readonly rest: readonly (readonly ["&&" | "||", Script])[] }
  | { readonly kind: "list"; readonly parts: readonly Script[] }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[]; readonly body: Script }
  | { readonly kind: "while"; readonly isUntil: boolean; readonly test: Script; readonly body: Script }
  | {
      readonly kind: "if";
      readonly arms: readonly (readonly [Script, Script])[];
      readonly otherwise: Script | undefined;
    }
  | {
      readonly kind: "group";
      readonly body: Script;
      readonly redirects: readonly Redirect[];
      /** `( )`: what it changes stays in it. */
      readonly isSubshell: boolean;
    };

/**
 * Reads a script of the small shell: lists, pipes, `&&`, `||`, `!`, redirections, `for`, `while`, `until`, `if`, `{ }`
 * and `( )` (IEEE 1003.1, 2.9). Left out: functions, `case`, here-documents. Throws a SyntaxComplaint.
 */
export function parseScript(text: string): Script {
  const parser = new Parser(tokenize(text));
  const script = parser.list([]);
  parser.end();
  return script;
}

const RESERVED = ["for", "in", "do", "done", "while", "until", "if", "then", "elif", "else", "fi", "{", "}", "!"];
const NO_TARGET = ["2>&1", "1>&2", ">&2"];
const REDIRECTS = [">", ">>", "1>", "2>", "2>>", "<", "&>", ...NO_TARGET];

const DEPTH_MAX = 60;
/** What a `for` without `in` goes through: "$@". */
const PARAMETERS: Word = [{ kind: "variable", name: "@", operator: "", word: [], quoted: true }];

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  end(): void {
    if (this.at < this.tokens.length) this.unexpected();
  }

  /** Commands up to one of the words that close a block. */
  list(closers: readonly string[]): Script {
    const parts: Script[] = [];
    for (;;) {
      while (this.isOperator(";") || this.isOperator("\n") || this.isOperator("&")) this.at++;
      const closer = this.keyword();
      if (this.peek() === undefined || this.isOperator(")") || (closer !== undefined && closers.includes(closer))) {
        return parts.length === 1 ? parts[0]! : { kind: "list", parts };
      }
      parts.push(this.chain());
      if (this.peek() !== undefined && !this.isOperator(";") && !this.isOperator("\n") && !this.isOperator("&")) {
        const next = this.keyword();
        if (!this.isOperator(")") && (next === undefined || !closers.includes(next))) this.unexpected();
      }
    }
  }

  private chain(): Script {
    const first = this.pipe();
    const rest: (readonly ["&&" | "||", Script])[] = [];
    while (this.isOperator("&&") || this.isOperator("||")) {
      const operator = this.operator() as "&&" | "||";
      this.skipLines();
      rest.push([operator, this.pipe()]);
    }
    return rest.length === 0 ? first : { kind: "chain", first, rest };
  }

  private pipe(): Script {
    const isNegated = this.keyword() === "!";
    if (isNegated) this.at++;
    const parts = [this.command()];
    while (this.isOperator("|")) {
      this.at++;
      this.skipLines();
      parts.push(this.command());
    }
    return parts.length === 1 && !isNegated ? parts[0]! : { kind: "pipe", parts, isNegated };
  }

  private command(): Script {
    const keyword = this.keyword();
    const isSubshell = this.isOperator("(");
    if (!isSubshell && (keyword === undefined || keyword === "in")) return this.simple();
    if (++this.depth > DEPTH_MAX) throw new SyntaxComplaint("syntax error: too deeply nested");
    const body = this.compound(keyword);
    this.depth--;
    const redirects = this.redirects();
    return redirects.length === 0 && !isSubshell ? body : { kind: "group", body, redirects, isSubshell };
  }

  private compound(keyword: string | undefined): Script {
    if (keyword === "for") return this.forLoop();
    if (keyword === "while" || keyword === "until") return this.whileLoop(keyword === "until");
    if (keyword === "if") return this.condition();
    if (keyword !== "{" && keyword !== undefined) this.unexpected();
    this.at++;
    const body = this.list(keyword === "{" ? ["}"] : []);
    if (keyword === "{") this.expect("}");
    else if (this.isOperator(")")) this.at++;
    else this.unexpected(")");
    return body;
  }

  private simple(): Script {
    const assignments: (readonly [string, Word])[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      redirects.push(...this.redirects());
      const token = this.peek();
      if (token?.kind !== "word") break;
      this.at++;
      const assignment = words.length === 0 ? assignmentOf(token.word) : undefined;
      if (assignment === undefined) words.push(token.word);
      else assignments.push(assignment);
    }
    if (words.length + assignments.length + redirects.length === 0) this.unexpected();
    return { kind: "command", assignments, words, redirects };
  }

  private redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (;;) {
      const token = this.peek();
      if (token?.kind !== "operator" || !REDIRECTS.includes(token.text)) return found;
      this.at++;
      const target = NO_TARGET.includes(token.text) ? [] : this.word();
      found.push({ operator: token.text, target });
    }
  }

  private forLoop(): Script {
    this.at++;
    const name = literal(this.word()) ?? "";
    const words: Word[] = [];
    this.skipLines();
    if (this.keyword() !== "in") words.push(PARAMETERS);
    else {
      this.at++;
      while (this.peek()?.kind === "word") words.push(this.word());
    }
    return { kind: "for", name, words, body: this.loopBody() };
  }

  private whileLoop(isUntil: boolean): Script {
    this.at++;
    const test = this.list(["do"]);
    return { kind: "while", isUntil, test, body: this.loopBody() };
  }

  private loopBody(): Script {
    while (this.isOperator(";") || this.isOperator("\n")) this.at++;
    this.expect("do");
    const body = this.list(["done"]);
    this.expect("done");
    return body;
  }

  private condition(): Script {
    const arms: (readonly [Script, Script])[] = [];
    let otherwise: Script | undefined;
    do {
      this.at++;
      const test = this.list(["then"]);
      this.expect("then");
      arms.push([test, this.list(["elif", "else", "fi"])]);
    } while (this.keyword() === "elif");
    if (this.keyword() === "else") {
      this.at++;
      otherwise = this.list(["fi"]);
    }
    this.expect("fi");
    return { kind: "if", arms, otherwise };
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private operator(): string {
    const token = this.tokens[this.at++];
    return token?.kind === "operator" ? token.text : "";
  }

  private isOperator(text: string): boolean {
    const token = this.peek();
    return token?.kind === "operator" && token.text === text;
  }

  private word(): Word {
    const token = this.peek();
    if (token?.kind !== "word") this.unexpected();
    this.at++;
    return token.word;
  }

  private skipLines(): void {
    while (this.isOperator("\n")) this.at++;
  }

  private keyword(): string | undefined {
    const token = this.peek();
    const text = token?.kind === "word" ? literal(token.word) : undefined;
    return text !== undefined && RESERVED.includes(text) ? text : undefined;
  }

  private expect(keyword: string): void {
    if (this.keyword() !== keyword) this.unexpected(keyword);
    this.at++;
  }

  private unexpected(wanted = ""): never {
    const token = this.peek();
    const hint = wanted === "" ? "" : ` (expecting "${wanted}")`;
    if (token === undefined) throw new SyntaxComplaint(`syntax error: unexpected end of file${hint}`, true);
    const shown = token.kind === "word" ? (literal(token.word) ?? "word") : token.text;
    throw new SyntaxComplaint(`syntax error: unexpected ${shown === "\n" ? "newline" : `"${shown}"`}${hint}`);
  }
}

function literal(word: Word): string | undefined {
  const [only] = word;
  return word.length === 1 && only?.kind === "text" && !only.quoted ? only.text : undefined;
}

function assignmentOf(word: Word): readonly [string, Word] | undefined {
  const [first, ...rest] = word;
  const match = first?.kind === "text" && !first.quoted ? /^([A-Za-z_]\w*)=/.exec(first.text) : null;
  if (match === null || first?.kind !== "text") return undefined;
  return [match[1]!, [{ ...first, text: first.text.slice(match[0].length) }, ...rest]];
}
