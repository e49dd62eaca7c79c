/**
 * Label selectors as they stand in URLs and on command lines: `a=b,c in (d,e),!f`, with upstream's parse errors
 * (Kubernetes 1.32, apimachinery pkg/labels/selector.go).
 * Left out: nothing.
 * Invariant: a parsed selector is plain data; requirements are sorted by key, as upstream prints them.
 */
import { aggregate, type FieldError, goStrings, invalid } from "../validation/field-error.ts";
import { labelValue, qualifiedName } from "../validation/names.ts";

/** How a requirement tests a label. */
export type LabelOperator = "in" | "notin" | "=" | "==" | "!=" | "exists" | "!" | "gt" | "lt";

/** One test of one label. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** All requirements must hold; none at all matches everything. */
export type LabelRequirements = readonly LabelRequirement[];

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>> | undefined;

/** Thrown for text that is no selector; the message is upstream's, for a 400. */
export class SelectorError extends Error {}

type TokenKind =
  | "identifier"
  | "in"
  | "notin"
  | "end"
  | "error"
  | "!"
  | "("
  | ")"
  | ","
  | "="
  | "=="
  | "!="
  | ">"
  | "<";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const SYMBOLS = new Map<string, TokenKind>(
  ([")", ",", "!", "==", "=", "!=", "(", ">", "<"] as const).map((symbol) => [symbol, symbol]),
);
const isSymbol = (character: string) => "=!(),><".includes(character);
const isBlank = (character: string) => " \t\r\n".includes(character);

/** Words and symbols of the text, then an end token. The longest run of symbol characters that is a symbol wins. */
function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    const character = text[at]!;
    if (isBlank(character)) {
      at++;
    } else if (isSymbol(character)) {
      at = symbolEnd(text, start);
      const symbol = text.slice(start, at);
      tokens.push({ kind: SYMBOLS.get(symbol) ?? "error", text: symbol });
    } else {
      while (at < text.length && !isBlank(text[at]!) && !isSymbol(text[at]!)) at++;
      const word = text.slice(start, at);
      tokens.push({ kind: word === "in" || word === "notin" ? word : "identifier", text: word });
    }
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

function symbolEnd(text: string, start: number): number {
  let end = start + 1;
  let longest = start + 1;
  while (end <= text.length && isSymbol(text[end - 1]!)) {
    if (SYMBOLS.has(text.slice(start, end))) longest = end;
    else break;
    end++;
  }
  return longest;
}

/** Reads tokens left to right; `values` position turns the words "in" and "notin" into plain identifiers. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  #look(asValue: boolean): Token {
    const token = this.#tokens[this.#at]!;
    return asValue && (token.kind === "in" || token.kind === "notin") ? { ...token, kind: "identifier" } : token;
  }

  #take(asValue: boolean): Token {
    const token = this.#look(asValue);
    if (this.#at < this.#tokens.length - 1) this.#at++;
    return token;
  }

  requirements(): LabelRequirement[] {
    const found: LabelRequirement[] = [];
    for (;;) {
      const { kind, text } = this.#look(true);
      if (kind === "end") return found;
      if (kind !== "identifier" && kind !== "!") {
        throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`);
      }
      try {
        found.push(this.#requirement());
      } catch (error) {
        if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
        throw error;
      }
      const next = this.#take(false);
      if (next.kind === "end") return found;
      if (next.kind !== ",") throw new SelectorError(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.#look(true);
      if (after.kind !== "identifier" && after.kind !== "!") {
        throw new SelectorError(`found '${after.text}', expected: identifier after ','`);
      }
    }
  }

  #requirement(): LabelRequirement {
    let negated = false;
    if (this.#look(true).kind === "!") {
      this.#take(true);
      negated = true;
    }
    const key = this.#take(true);
    if (key.kind !== "identifier") throw new SelectorError(`found '${key.text}', expected: identifier`);
    validateKey(key.text);
    const next = this.#look(false).kind;
    if (negated || next === "end" || next === ",") {
      return { key: key.text, operator: negated ? "!" : "exists", values: [] };
    }
    const operator = this.#operator();
    const values = operator === "in" || operator === "notin" ? this.#list() : [this.#exactValue()];
    return checked({
      key: key.text,
      operator,
      values: operator === "in" || operator === "notin" ? sortedSet(values) : values,
    });
  }

  #operator(): LabelOperator {
    const { kind, text } = this.#take(false);
    if (kind === "in" || kind === "notin" || kind === "=" || kind === "==" || kind === "!=") return kind;
    if (kind === ">") return "gt";
    if (kind === "<") return "lt";
    throw new SelectorError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #exactValue(): string {
    const { kind } = this.#look(true);
    if (kind === "end" || kind === ",") return "";
    const token = this.#take(true);
    if (token.kind === "identifier") return token.text;
    throw new SelectorError(`found '${token.text}', expected: identifier`);
  }

  #list(): string[] {
    const open = this.#take(true);
    if (open.kind !== "(") throw new SelectorError(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    const first = this.#look(true);
    if (first.kind !== "identifier" && first.kind !== ",") {
      if (first.kind === ")") {
        this.#take(true);
        return [""];
      }
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    for (;;) {
      const token = this.#take(true);
      if (token.kind === "identifier") {
        values.push(token.text);
        const next = this.#look(true);
        if (next.kind !== "," && next.kind !== ")")
          throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
      } else if (token.kind === ",") {
        if (values.length === 0) values.push("");
        const next = this.#look(true);
        if (next.kind === ")") values.push("");
        else if (next.kind === ",") values.push("");
      } else if (token.kind === ")") {
        return values;
      } else {
        throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function validateKey(key: string): void {
  const sentences = qualifiedName(key);
  if (sentences.length > 0) throw new SelectorError(aggregate([invalid("key", key, sentences.join("; "))]));
}

/** The requirement if its values fit its operator; throws what upstream says otherwise. */
function checked(requirement: LabelRequirement): LabelRequirement {
  const { key, operator, values } = requirement;
  const errors: FieldError[] = [];
  if ((operator === "in" || operator === "notin") && values.length === 0) {
    errors.push(invalid("values", goStrings(values), "for 'in', 'notin' operators, values set can't be empty"));
  }
  if (operator === "gt" || operator === "lt") {
    if (!/^[+-]?\d+$/.test(values[0] ?? "")) {
      errors.push(invalid("values[0]", values[0], "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
  }
  values.forEach((value, index) => {
    const sentences = labelValue(value);
    if (sentences.length > 0) errors.push(invalid(`values[${index}][${key}]`, value, sentences.join("; ")));
  });
  if (errors.length > 0) throw new SelectorError(aggregate(errors));
  return requirement;
}

/** Parses a selector; throws {@link SelectorError} with upstream's words. */
export function parseLabelSelector(text: string): LabelRequirements {
  return new Parser(text).requirements().sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function holds({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = labels?.[key];
  switch (operator) {
    case "in":
    case "=":
    case "==":
      return value !== undefined && values.includes(value);
    case "notin":
    case "!=":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
      return isWhole(value) && Number(value) > Number(values[0]);
    case "lt":
      return isWhole(value) && Number(value) < Number(values[0]);
  }
}

function isWhole(text: string | undefined): text is string {
  return text !== undefined && /^[+-]?\d+$/.test(text);
}

/** Whether labels satisfy every requirement. */
export function matchesLabels(requirements: LabelRequirements, labels: Labels): boolean {
  for (const requirement of requirements) if (!holds(requirement, labels)) return false;
  return true;
}

/** The selector as upstream prints it, e.g. in a Scale's status: `a=b,c in (d,e),!f`. */
export function labelSelectorText(requirements: LabelRequirements): string {
  return requirements.map(requirementText).join(",");
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "!":
      return `!${key}`;
    case "exists":
      return key;
    case "in":
    case "notin":
      return `${key} ${operator} (${[...values].sort().join(",")})`;
    case "gt":
      return `${key}>${values[0]}`;
    case "lt":
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}
