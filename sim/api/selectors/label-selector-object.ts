/**
 * Label selectors as objects: `matchLabels` and `matchExpressions` (Kubernetes 1.32, apimachinery
 * pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector).
 * Left out: nothing.
 * Invariant: an absent selector matches nothing, an empty one everything.
 */
import type { LabelSelector } from "../kinds/pod-spec.ts";
import {
  type LabelRequirement,
  type LabelRequirements,
  type Labels,
  labelSelectorText,
  matchesLabels,
} from "./label-selector.ts";

const OPERATORS = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" } as const;
const compiled = new WeakMap<LabelSelector, LabelRequirements>();

/** The requirements of a selector, sorted by key; remembered by identity. */
function requirementsOf(selector: LabelSelector): LabelRequirements {
  const known = compiled.get(selector);
  if (known) return known;
  const requirements: LabelRequirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: "=", values: [value] });
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    requirements.push({ key, operator: OPERATORS[operator], values: values ?? [] });
  }
  requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  compiled.set(selector, requirements);
  return requirements;
}

/** Whether the selector selects an object with these labels. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  return selector !== undefined && matchesLabels(requirementsOf(selector), labels);
}

/** The selector in URL form, as tables and scales show it; `<none>` for an empty one is the printer's affair. */
export function selectorText(selector: LabelSelector | undefined): string {
  return selector === undefined ? "" : labelSelectorText(requirementsOf(selector));
}
