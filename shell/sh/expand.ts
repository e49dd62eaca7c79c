import type { Environment } from "../command.ts";
import type { Word } from "./token.ts";

/** Runs a script and answers what it wrote, for `$(…)`. */
type Substitute = (script: string) => string;

/** The words that a word becomes: variables and commands put in, split at blanks where they were not quoted. */
export function expandWord(word: Word, environment: Environment, substitute: Substitute): readonly string[] {
  const words: string[] = [];
  let current: string | undefined;
  for (const segment of word) {
    const text = segmentText(segment, environment, substitute);
    if (segment.quoted || segment.kind === "text") {
      current = (current ?? "") + text;
      continue;
    }
    const parts = text.split(/[ \t\n]+/);
    parts.forEach((part, i) => {
      if (i > 0) {
        if (current !== undefined) words.push(current);
        current = undefined;
      }
      if (part !== "") current = (current ?? "") + part;
    });
  }
  if (current !== undefined) words.push(current);
  return words;
}

/** The one text that a word becomes where it is not split: in assignments and as the target of a redirection. */
export function expandText(word: Word, environment: Environment, substitute: Substitute): string {
  return word.map((segment) => segmentText(segment, environment, substitute)).join("");
}

function segmentText(segment: Word[number], environment: Environment, substitute: Substitute): string {
  switch (segment.kind) {
    case "text":
      return segment.text;
    case "variable":
      return environment.variables.get(segment.name) || defaultOf(segment.name) || segment.fallback;
    case "command":
      return substitute(segment.script).replace(/\n+$/, "");
    case "sum":
      return String(sum(segment.text, environment));
  }
}

function defaultOf(name: string): string {
  return { "?": "0", $: "1", "#": "0" }[name] ?? "";
}

/** Whole numbers with + - * / % and brackets, as `$((…))` has them; 0 for what is none. */
function sum(text: string, environment: Environment): number {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|[-+*/%()]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++] ?? "0";
    if (token === "(") {
      const value = terms();
      at++;
      return value;
    }
    if (token === "-") return -atom();
    return Number(/^\d/.test(token) ? token : environment.variables.get(token) || "0");
  };
  const factors = (): number => {
    let value = atom();
    while (/^[*/%]$/.test(tokens[at] ?? "")) {
      const operator = tokens[at++];
      const other = atom();
      value =
        operator === "*"
          ? value * other
          : other === 0
            ? 0
            : operator === "/"
              ? Math.trunc(value / other)
              : value % other;
    }
    return value;
  };
  const terms = (): number => {
    let value = factors();
    while (/^[-+]$/.test(tokens[at] ?? "")) value = tokens[at++] === "+" ? value + factors() : value - factors();
    return value;
  };
  return terms();
}
