/**
 * Inter-pod affinity terms with their selectors compiled and their namespaces resolved.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`AffinityTerm`, `newAffinityTerm`).
 * Left out: `matchLabelKeys` and `mismatchLabelKeys`, which the API server merges into the selector at creation.
 * Invariant: a term without namespaces and without a namespace selector looks into its own pod's namespace only.
 */
import type { PodAffinity, PodAffinityTerm } from "../api/kinds/pod-spec.ts";
import {
  compileSelector,
  isEmptySelector,
  type Selector,
  selects,
  selectsNothing,
} from "../api/selectors/compiled-selector.ts";
import type { Labels } from "./objects.ts";

/** One compiled term; `weight` is 0 for required terms. */
export interface AffinityTerm {
  readonly namespaces: readonly string[];
  readonly selector: Selector;
  readonly namespaceSelector: Selector;
  readonly topologyKey: string;
  readonly weight: number;
}

/** What a term is matched against: a pod's namespace and labels. */
interface Candidate {
  readonly namespace: string;
  readonly labels: Labels;
}

const noTerms: readonly AffinityTerm[] = [];

function compileTerm(term: PodAffinityTerm, namespace: string, weight: number): AffinityTerm {
  const own = (term.namespaces ?? []).length === 0 && (term.namespaceSelector ?? null) === null;
  return {
    namespaces: own ? [namespace] : (term.namespaces ?? []),
    selector: compileSelector(term.labelSelector),
    namespaceSelector: compileSelector(term.namespaceSelector),
    topologyKey: term.topologyKey,
    weight,
  };
}

/** The terms that must hold. */
export function requiredTerms(affinity: PodAffinity | undefined, namespace: string): readonly AffinityTerm[] {
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return terms === undefined ? noTerms : terms.map((term) => compileTerm(term, namespace, 0));
}

/** The terms that score. */
export function weightedTerms(affinity: PodAffinity | undefined, namespace: string): readonly AffinityTerm[] {
  const terms = affinity?.preferredDuringSchedulingIgnoredDuringExecution;
  return terms === undefined
    ? noTerms
    : terms.map(({ podAffinityTerm, weight }) => compileTerm(podAffinityTerm, namespace, weight));
}

/** Whether the term means this pod; `namespaceLabels` are those of the pod's namespace. */
export function termMatches(term: AffinityTerm, pod: Candidate, namespaceLabels: Labels): boolean {
  if (!term.namespaces.includes(pod.namespace) && !selects(term.namespaceSelector, namespaceLabels)) return false;
  return selects(term.selector, pod.labels);
}

/** Whether all terms mean this pod; false when there are none. Namespaces must have been resolved. */
export function allTermsMatch(terms: readonly AffinityTerm[], pod: Candidate): boolean {
  if (terms.length === 0) return false;
  for (const term of terms) if (!termMatches(term, pod, {})) return false;
  return true;
}

/**
 * Lists the namespaces that each term's selector means now, so that matching many pods needs no namespace labels.
 * The selector that selects every namespace stays as it is.
 */
export function resolveNamespaces(
  terms: readonly AffinityTerm[],
  namespacesOf: (selector: Selector) => readonly string[],
): readonly AffinityTerm[] {
  return terms.map((term) => {
    if (isEmptySelector(term.namespaceSelector) || term.namespaceSelector.nothing) return term;
    const namespaces = [...term.namespaces, ...namespacesOf(term.namespaceSelector)];
    return { ...term, namespaces, namespaceSelector: selectsNothing };
  });
}
