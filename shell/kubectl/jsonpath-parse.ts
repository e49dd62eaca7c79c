import type { Json } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";

/** One step of a path expression. A `slice` with only a start is an index. */
type PathStep =
  | { readonly kind: "root" | "current" | "all" | "descend" }
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "slice"; readonly start?: number; readonly end?: number; readonly by?: number }
  | { readonly kind: "union"; readonly paths: readonly Path[] }
  | { readonly kind: "filter"; readonly left: Path; readonly operator: string; readonly right?: Path };

/** A path expression, from left to right. */
export type Path = readonly PathStep[];

/** One part of a template: text between braces, a path, or a range with what it repeats. */
export type PathNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "range"; readonly over: Path; readonly body: readonly PathNode[] };

/** Parses a template of client-go's util/jsonpath: `{.a.b[0]}`, `{range .items[*]}…{end}`, `{"\n"}`, `{..name}`, filters. */
export function parseTemplate(template: string): readonly PathNode[] {
  const source = template;
  const pieces = cutPieces(template);
  let next = 0;
  const read = (inRange: boolean): PathNode[] => {
    const nodes: PathNode[] = [];
    while (next < pieces.length) {
      const piece = pieces[next++]!;
      if (piece.kind === "text") nodes.push({ kind: "text", text: piece.text });
      else if (piece.text.trim() === "end") {
        if (inRange) return nodes;
        fail(`error parsing jsonpath ${source}, not in range, nothing to end`);
      } else if (/^\s*range\s/.test(piece.text)) {
        const over = parsePath(piece.text.replace(/^\s*range\s+/, ""), source);
        nodes.push({ kind: "range", over, body: read(true) });
      } else nodes.push({ kind: "path", path: parsePath(piece.text, source) });
    }
    if (inRange) fail(`error parsing jsonpath ${source}, unexpected EOF`);
    return nodes;
  };
  return read(false);
}

interface Piece {
  readonly kind: "text" | "action";
  readonly text: string;
}

function cutPieces(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let i = 0;
  while (i < template.length) {
    const open = template.indexOf("{", i);
    if (open < 0) {
      pieces.push({ kind: "text", text: template.slice(i) });
      break;
    }
    if (open > i) pieces.push({ kind: "text", text: template.slice(i, open) });
    const close = actionEnd(template, open);
    pieces.push({ kind: "action", text: template.slice(open + 1, close) });
    i = close + 1;
  }
  return pieces.flatMap((piece) => (piece.kind === "action" ? quotedAsText(piece) : [piece])) as Piece[];
}

function quotedAsText(piece: Piece): readonly Piece[] {
  const quoted = /^\s*(["'])(.*)\1\s*$/s.exec(piece.text);
  return quoted === null ? [piece] : [{ kind: "text", text: unescaped(quoted[2]!) }];
}

function actionEnd(template: string, open: number): number {
  let quote = "";
  let brackets = 0;
  for (let i = open + 1; i < template.length; i++) {
    const c = template[i]!;
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === "[") brackets++;
    else if (c === "]") brackets--;
    else if (c === "}" && brackets <= 0) return i;
  }
  const why = brackets > 0 ? "unterminated array" : quote !== "" ? "unterminated quoted string" : "unclosed action";
  fail(`error parsing jsonpath ${template}, ${why}`);
}

function unescaped(text: string): string {
  const known: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "'": "'", "\\": "\\" };
  return text.replace(/\\(.)/g, (whole, c: string) => known[c] ?? whole);
}

function parsePath(text: string, source: string): Path {
  const steps: PathStep[] = [];
  let rest = text.trim();
  const literal = /^(?:(["'])(.*)\1|(-?\d+(?:\.\d+)?)|(true|false))$/s.exec(rest);
  if (literal !== null) return [{ kind: "literal", value: literalValue(literal) }];
  while (rest !== "") {
    const taken = takeStep(rest, source, steps);
    rest = rest.slice(taken);
  }
  return steps;
}

function literalValue(match: RegExpExecArray): Json {
  if (match[2] !== undefined) return unescaped(match[2]);
  return match[3] === undefined ? match[4] === "true" : Number(match[3]);
}

function takeStep(rest: string, source: string, steps: PathStep[]): number {
  if (rest[0] === "$") steps.push({ kind: "root" });
  else if (rest[0] === "@") steps.push({ kind: "current" });
  else if (rest[0] === "*") steps.push({ kind: "all" });
  else if (rest[0] === "[") {
    const end = bracketEnd(rest, source);
    steps.push(...bracketStep(rest.slice(1, end).trim(), source));
    return end + 1;
  } else if (rest.startsWith("..")) {
    steps.push({ kind: "descend" });
    return /^\.\.[^.[]/.test(rest) ? 1 : 2;
  } else if (rest[0] === ".") {
    if (rest[1] === "*") {
      steps.push({ kind: "all" });
      return 2;
    }
    const name = /^((?:\\.|[^.[\]\s{}'"()$@|,?*\\])*)/.exec(rest.slice(1))![1]!;
    if (name !== "") steps.push({ kind: "field", name: name.replace(/\\(.)/g, "$1") });
    return 1 + name.length;
  } else {
    const name = /^[\w-]+/.exec(rest)?.[0];
    if (name === undefined)
      fail(`error parsing jsonpath ${source}, unrecognized character in action: ${hex(rest[0]!)}`);
    if (steps.length > 0) return takeStep(`.${rest}`, source, steps) - 1;
    fail(`error parsing jsonpath ${source}, unrecognized identifier ${name}`);
  }
  return 1;
}

function hex(c: string): string {
  return `U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")} '${c}'`;
}

function bracketEnd(rest: string, source: string): number {
  let depth = 0;
  let quote = "";
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i]!;
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === "[") depth++;
    else if (c === "]" && --depth === 0) return i;
  }
  fail(`error parsing jsonpath ${source}, unterminated array`);
}

function bracketStep(inside: string, source: string): readonly PathStep[] {
  if (inside === "*") return [{ kind: "all" }];
  const filter = /^\?\((.*)\)$/s.exec(inside);
  if (filter !== null) return [filterStep(filter[1]!, source)];
  const quoted = /^(["'])([^"']*)\1$/.exec(inside);
  if (quoted !== null) return [{ kind: "field", name: quoted[2]! }];
  if (inside.includes(",")) {
    return [{ kind: "union", paths: inside.split(",").map((part) => bracketStep(part.trim(), source)) }];
  }
  const parts = inside.split(":");
  if (parts.length > 3 || parts.some((part) => !/^\s*(-?\d+)?\s*$/.test(part)) || inside === "") {
    fail(`error parsing jsonpath ${source}, invalid array index ${inside}`);
  }
  const number = (part: string | undefined) => (part === undefined || part.trim() === "" ? undefined : Number(part));
  const [start, end, by] = [number(parts[0]) ?? 0, number(parts[1]), number(parts[2])];
  if (parts.length === 1) return [{ kind: "slice", start }];
  return [{ kind: "slice", start, end: end ?? Number.MAX_SAFE_INTEGER, ...(by === undefined ? {} : { by }) }];
}

function filterStep(text: string, source: string): PathStep {
  const match = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text);
  if (match === null) return { kind: "filter", left: parsePath(text, source), operator: "exists" };
  const left = parsePath(match[1]!, source);
  return { kind: "filter", left, operator: match[2]!, right: parsePath(match[3]!, source) };
}
