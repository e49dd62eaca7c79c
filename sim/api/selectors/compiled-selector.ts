/**
 * Label selectors and node selector requirements in one compiled form.
 * Source: Kubernetes 1.32, apimachinery pkg/labels/selector.go and pkg/apis/meta/v1/helpers.go.
 * Left out: the text form of selectors.
 * Invariant: a selector is plain data; an absent label selector selects nothing and an empty one everything.
 */
import type { LabelSelector, NodeSelectorRequirement } from "../kinds/pod-spec.ts";

type Labels = Readonly<Record<string, string>>;

/** One condition on a set of labels. */
export interface Requirement {
  readonly key: string;
  readonly operator: NodeSelectorRequirement["operator"];
  readonly values: readonly string[];
}

/** Requirements that must all hold; `nothing` marks the selector that selects nothing. `text` identifies it. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly nothing: boolean;
  readonly text: string;
}

function selector(requirements: readonly Requirement[], nothing = false): Selector {
  return { requirements, nothing, text: nothing ? "nothing" : JSON.stringify(requirements) };
}

/** Selects no labels at all (`labels.Nothing`). */
export const selectsNothing: Selector = selector([], true);

/** A selector of labels that must be equal (`labels.SelectorFromSet`), in the order of keys. */
export function compileMap(labels: Labels): Selector {
  return selector(mapRequirements(labels));
}

function mapRequirements(labels: Labels | undefined): Requirement[] {
  return Object.keys(labels ?? {})
    .sort()
    .map((key) => ({ key, operator: "In", values: [labels![key]!] }));
}

/** `metav1.LabelSelectorAsSelector`. */
export function compileSelector(source: LabelSelector | undefined | null): Selector {
  if (source === undefined || source === null) return selectsNothing;
  const expressions = (source.matchExpressions ?? []).map(({ key, operator, values }) => ({
    key,
    operator,
    values: values ?? [],
  }));
  return selector([...mapRequirements(source.matchLabels), ...expressions]);
}

/** Both selectors at once: what `matchLabelKeys` and a default constraint's owners come to. */
export function andSelector(left: Selector, right: Selector): Selector {
  if (left.nothing || right.nothing) return selectsNothing;
  return selector([...left.requirements, ...right.requirements]);
}

/** Whether the selector makes no condition (`Selector.Empty`). The one that selects nothing is not empty. */
export function isEmptySelector(candidate: Selector): boolean {
  return !candidate.nothing && candidate.requirements.length === 0;
}

/** Whether the labels satisfy every requirement. */
export function selects(candidate: Selector, labels: Labels): boolean {
  if (candidate.nothing) return false;
  for (const requirement of candidate.requirements) {
    const { operator, values } = requirement;
    if (operator === "In" && values.length === 1) {
      if (labels[requirement.key] !== values[0]) return false;
    } else if (!satisfies(requirement, labels)) return false;
  }
  return true;
}

/** Whether the labels satisfy one requirement; an absent label satisfies NotIn and DoesNotExist only. */
export function satisfies(requirement: Requirement, labels: Labels): boolean {
  const label = labels[requirement.key];
  switch (requirement.operator) {
    case "In":
      return label !== undefined && requirement.values.includes(label);
    case "NotIn":
      return label === undefined || !requirement.values.includes(label);
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    case "Gt":
    case "Lt": {
      const bound = readInteger(requirement.values[0]);
      const actual = readInteger(label);
      if (bound === undefined || actual === undefined) return false;
      return requirement.operator === "Gt" ? actual > bound : actual < bound;
    }
  }
}

function readInteger(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[-+]?[0-9]+$/.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;
}
