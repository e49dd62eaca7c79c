/**
 * Field selectors: `spec.nodeName=a,status.phase!=Running`, over the fields that a kind offers, with upstream's refusals
 * (Kubernetes 1.32, apimachinery pkg/fields/selector.go and each kind's label conversion function).
 * Left out: nothing.
 * Invariant: every field of a parsed selector is one that the kind knows.
 */
import type { Kind } from "../kinds/kind.ts";
import type { KubeObject } from "../types.ts";
import { SelectorError } from "./label-selector.ts";

/** One test of one field. */
export interface FieldRequirement {
  readonly field: string;
  readonly equals: boolean;
  readonly value: string;
}

/** Splits at commas that are not escaped with a backslash. */
function terms(text: string): string[] {
  const found: string[] = [];
  let term = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "\\" && at + 1 < text.length) term += character + text[++at]!;
    else if (character === ",") {
      found.push(term);
      term = "";
    } else term += character;
  }
  found.push(term);
  return found.filter((one) => one !== "");
}

function unescaped(value: string): string {
  return value.replace(/\\([\\,=])/g, "$1");
}

function parseTerm(term: string): FieldRequirement {
  const match = /^((?:[^\\=!]|\\.|!(?!=))*)(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw new SelectorError(`invalid selector: '${term}'; can't understand '${term}'`);
  return { field: match[1]!, equals: match[2] !== "!=", value: unescaped(match[3]!) };
}

const METADATA: Readonly<Record<string, (object: KubeObject) => string>> = {
  "metadata.name": (object) => object.metadata.name,
  "metadata.namespace": (object) => object.metadata.namespace ?? "",
};

function reader(kind: Kind, field: string): ((object: KubeObject) => string) | undefined {
  const own = kind.fieldLabels;
  return (
    (own && Object.hasOwn(own, field) ? own[field] : undefined) ??
    (Object.hasOwn(METADATA, field) ? METADATA[field] : undefined)
  );
}

/** Kinds without own fields list what they do support; the others name only the field that they do not. */
function refuse(kind: Kind, field: string): never {
  if (kind.fieldLabels === undefined) {
    throw new SelectorError(
      `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  throw new SelectorError(`field label not supported: ${field}`);
}

/** Parses a selector for a kind; throws {@link SelectorError} for text it cannot read and fields the kind does not offer. */
export function parseFieldSelector(kind: Kind, text: string): readonly FieldRequirement[] {
  return terms(text).map((term) => {
    const requirement = parseTerm(term);
    if (!reader(kind, requirement.field)) refuse(kind, requirement.field);
    return requirement;
  });
}

/** Whether an object satisfies every requirement. */
export function matchesFields(kind: Kind, requirements: readonly FieldRequirement[], object: KubeObject): boolean {
  for (const { field, equals, value } of requirements) {
    if ((reader(kind, field)!(object) === value) !== equals) return false;
  }
  return true;
}
