import type { Environment } from "../command.ts";
import { affixLength } from "../pattern.ts";
import { sum } from "./arithmetic.ts";
import { SyntaxComplaint } from "./complaint.ts";
import type { Segment, VariableSegment, Word } from "./word.ts";

/** Runs a script and answers what it wrote, for `$(…)`. */
type Substitute = (script: string) => string;

/** How long a text may become, in characters. */
const TEXT_MAX = 1_000_000;

/** The words that a word becomes: variables and commands put in, split at blanks where they were not quoted. */
export function expandWord(word: Word, environment: Environment, substitute: Substitute): readonly string[] {
  const words: string[] = [];
  let current: string | undefined;
  const add = (parts: readonly string[], keepsEmpty: boolean) => {
    parts.forEach((part, i) => {
      if (i > 0) {
        if (current !== undefined) words.push(current);
        current = undefined;
      }
      if (part !== "" || keepsEmpty) current = (current ?? "") + part;
    });
  };
  for (const segment of fromHome(word, environment)) {
    if (segment.kind === "variable" && segment.name === "@" && segment.quoted && segment.operator === "") {
      add(parametersOf(environment), true);
      continue;
    }
    const text = segmentText(segment, environment, substitute);
    if (isWhole(segment)) add([text], true);
    else add(text.split(/[ \t\n]+/), false);
  }
  if (current !== undefined) words.push(current);
  return words;
}

/** `~` and `~/…` begin at home. */
function fromHome(word: Word, { variables }: Environment): Word {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.quoted || !/^~(?:\/|$)/.test(first.text)) return word;
  if (first.text === "~" && rest.length > 0) return word;
  return [{ ...first, text: (variables.get("HOME") ?? "~") + first.text.slice(1) }, ...rest];
}

/** Whether a segment's text is not split: it was quoted, or what stands in for it was. */
function isWhole(segment: Segment): boolean {
  if (segment.quoted || segment.kind === "text") return true;
  return segment.kind === "variable" && segment.word.some((part) => part.quoted);
}

/** The one text that a word becomes where it is not split: in assignments and as the target of a redirection. */
export function expandText(word: Word, environment: Environment, substitute: Substitute): string {
  return bounded(
    fromHome(word, environment)
      .map((segment) => segmentText(segment, environment, substitute))
      .join(""),
  );
}

/** The words after a script's name: `$1`, `$2`, … */
function parametersOf({ variables }: Environment): readonly string[] {
  const count = Number(variables.get("#") ?? 0);
  return Array.from({ length: count }, (_none, i) => variables.get(String(i + 1)) ?? "");
}

function segmentText(segment: Segment, environment: Environment, substitute: Substitute): string {
  switch (segment.kind) {
    case "text":
      return segment.text;
    case "variable":
      return bounded(variableText(segment, environment, substitute));
    case "command":
      return withoutLineEnds(bounded(substitute(segment.script)));
    case "sum":
      return String(sum(expandText(segment.word, environment, substitute), environment));
  }
}

function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

function bounded(text: string): string {
  if (text.length > TEXT_MAX) throw new RangeError("out of memory");
  return text;
}

function parameter(name: string, environment: Environment): string | undefined {
  if (name === "@" || name === "*") {
    const words = parametersOf(environment);
    return words.length === 0 ? undefined : words.join(" ");
  }
  const value = environment.variables.get(name);
  if (value !== undefined) return value;
  return name === "?" || name === "#" ? "0" : name === "$" ? "1" : name === "-" ? "" : undefined;
}

function variableText({ name, operator, word }: VariableSegment, environment: Environment, run: Substitute): string {
  const value = parameter(name, environment);
  if (operator === "") return value ?? "";
  if (operator === "length") return String((value ?? "").length);
  const other = () => expandText(word, environment, run);
  if (operator.startsWith("#") || operator.startsWith("%")) {
    const length = affixLength(globOf(word, environment, run), value ?? "", operator[0] as "#", operator.length === 2);
    return operator.startsWith("#")
      ? (value ?? "").slice(length)
      : (value ?? "").slice(0, (value ?? "").length - length);
  }
  const isThere = value !== undefined && (value !== "" || !operator.startsWith(":"));
  switch (operator.at(-1)) {
    case "+":
      return isThere ? other() : "";
    case "=":
      if (!isThere) environment.variables.set(name, other());
      return environment.variables.get(name) ?? "";
    case "?":
      if (!isThere) throw new SyntaxComplaint(`${name}: ${other() || "parameter not set"}`);
      return value;
    default:
      return isThere ? value : other();
  }
}

/** A pattern: what was quoted in it stands for itself. */
function globOf(word: Word, environment: Environment, run: Substitute): string {
  const texts = word.map((segment) => {
    const text = segmentText(segment, environment, run);
    return segment.quoted ? text.replace(/[\\*?[]/g, "\\$&") : text;
  });
  return texts.join("");
}
