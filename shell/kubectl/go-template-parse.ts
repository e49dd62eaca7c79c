import { fail } from "./failure.ts";

/** A term of a pipeline: a constant, a variable or `.` with fields, a function's name, or a pipeline in brackets. */
export type Term =
  | { readonly kind: "constant"; readonly value: string | number | boolean | null }
  | { readonly kind: "field"; readonly variable?: string; readonly path: readonly string[] }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "brackets"; readonly pipeline: Pipeline; readonly path: readonly string[] };

/** Commands, each fed the one before as its last argument; `set` names the variables that take the result. */
export interface Pipeline {
  readonly set: readonly string[];
  readonly commands: readonly (readonly Term[])[];
}

/** A part of a template. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly pipeline: Pipeline }
  | {
      readonly kind: "if" | "range" | "with";
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

type Token = { readonly text: string } | { readonly action: string };

/** Reads a Go text/template (Go 1.23, text/template/parse). Left out: define, template, block, break, continue. */
export function parseGoTemplate(text: string): readonly TemplateNode[] {
  const tokens = tokensOf(text);
  const reader = new Reader(tokens);
  const { nodes, end } = reader.nodes();
  if (end !== "") fail(`error parsing template ${text}, template: output:1: unexpected {{${end}}}`);
  return nodes;
}

/** Text and actions in turn; `{{-` and `-}}` take the blanks beside them away. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trims = false;
  const push = (part: string) => {
    const kept = trims ? part.trimStart() : part;
    if (kept !== "") tokens.push({ text: kept });
  };
  for (const found of text.matchAll(/\{\{(-(?=\s))?((?:"(?:\\.|[^"\\])*"|`[^`]*`|[^}"`]|\}(?!\}))*)\}\}/g)) {
    const [all, left, inner = ""] = found;
    const before = text.slice(at, found.index);
    push(left === undefined ? before : before.trimEnd());
    const right = /\s-$/.test(inner);
    const action = (right ? inner.slice(0, -1) : inner).trim();
    if (!action.startsWith("/*")) tokens.push({ action });
    trims = right;
    at = found.index + all.length;
  }
  const rest = text.slice(at);
  if (rest.includes("{{")) fail(`error parsing template ${text}, template: output:1: unclosed action`);
  push(rest);
  return tokens;
}

class Reader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** Nodes up to an action that ends them: `end`, `else …`, or "" at the template's own end. */
  nodes(): { readonly nodes: readonly TemplateNode[]; readonly end: string } {
    const nodes: TemplateNode[] = [];
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at++]!;
      if ("text" in token) nodes.push({ kind: "text", text: token.text });
      else if (/^(end|else)\b/.test(token.action)) return { nodes, end: token.action };
      else nodes.push(this.action(token.action));
    }
    return { nodes, end: "" };
  }

  private action(action: string): TemplateNode {
    const block = /^(if|range|with)\s+(.*)$/s.exec(action);
    if (block === null) return { kind: "print", pipeline: pipelineOf(action) };
    return this.block(block[1] as "if", block[2]!);
  }

  private block(kind: "if" | "range" | "with", condition: string): TemplateNode {
    const pipeline = pipelineOf(condition);
    const body = this.nodes();
    if (body.end === "end") return { kind, pipeline, body: body.nodes, otherwise: [] };
    const chained = /^else\s+(if|with)\s+(.*)$/s.exec(body.end);
    if (chained !== null) {
      const next = this.block(chained[1] as "if", chained[2]!);
      return { kind, pipeline, body: body.nodes, otherwise: [next] };
    }
    const otherwise = body.end === "else" ? this.nodes() : body;
    if (otherwise.end !== "end") fail("error parsing template: unexpected EOF");
    return { kind, pipeline, body: body.nodes, otherwise: otherwise.nodes };
  }
}

function pipelineOf(text: string): Pipeline {
  const set = /^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:?=\s*(.*)$/s.exec(text);
  const names = set === null ? [] : [set[1]!, set[2]].filter((name) => name !== undefined);
  const words = wordsOf(set?.[3] ?? text);
  const commands: Term[][] = [[]];
  for (const word of words) {
    if (word === "|") commands.push([]);
    else commands.at(-1)!.push(termOf(word));
  }
  if (commands.some((command) => command.length === 0))
    fail(`error parsing template: missing value for command: ${text}`);
  return { set: names, commands };
}

/** Words apart by blanks; quoted texts and brackets stay whole. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) at++;
    else {
      const end = wordEnd(text, at);
      words.push(text.slice(at, end));
      at = end;
    }
  }
  return words;
}

function wordEnd(text: string, start: number): number {
  if (text[start] === "|") return start + 1;
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const c = text[at]!;
    if (c === '"' || c === "`") {
      at++;
      while (at < text.length && text[at] !== c) at += c === '"' && text[at] === "\\" ? 2 : 1;
    } else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (depth === 0 && (/\s/.test(c) || c === "|")) break;
    at++;
  }
  if (depth !== 0) fail("error parsing template: unclosed left paren");
  return at;
}

function termOf(word: string): Term {
  if (word.startsWith('"')) return { kind: "constant", value: unquoted(word) };
  if (word.startsWith("`")) return { kind: "constant", value: word.slice(1, -1) };
  if (/^[-+]?\d+(\.\d+)?$/.test(word)) return { kind: "constant", value: Number(word) };
  if (word === "true" || word === "false") return { kind: "constant", value: word === "true" };
  if (word === "nil") return { kind: "constant", value: null };
  const brackets = /^\((.*)\)((?:\.\w+)*)$/s.exec(word);
  if (brackets !== null) {
    return { kind: "brackets", pipeline: pipelineOf(brackets[1]!), path: namesOf(brackets[2]!) };
  }
  if (word.startsWith(".")) return { kind: "field", path: namesOf(word) };
  const variable = /^(\$\w*)((?:\.\w+)*)$/.exec(word);
  if (variable !== null) return { kind: "field", variable: variable[1]!, path: namesOf(variable[2]!) };
  if (/^\w+$/.test(word)) return { kind: "function", name: word };
  return fail(`error parsing template: unexpected "${word}" in operand`);
}

function unquoted(word: string): string {
  try {
    return JSON.parse(word) as string;
  } catch {
    return fail(`error parsing template: malformed text ${word}`);
  }
}

function namesOf(path: string): readonly string[] {
  return path.split(".").filter((name) => name !== "");
}
