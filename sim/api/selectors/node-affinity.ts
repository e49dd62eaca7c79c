/**
 * Which nodes a pod's node selector and node affinity allow.
 * Source: Kubernetes 1.32, component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.
 * Left out: collecting parse errors; a term that cannot be read matches no node, as upstream decides too.
 * Invariant: terms are alternatives, the requirements inside one all hold, and an empty term matches nothing.
 */
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from "../kinds/pod-spec.ts";

type Labels = Readonly<Record<string, string>>;

import { type Requirement, satisfies } from "./compiled-selector.ts";

/** One compiled alternative. */
export interface CompiledTerm {
  readonly labels: readonly Requirement[];
  readonly fields: readonly Requirement[];
  readonly weight: number;
}

/** What a node must satisfy: equal labels and one of the terms. `terms` is undefined when there is no required affinity. */
export interface RequiredNodeAffinity {
  readonly labels: Labels | undefined;
  readonly terms: readonly CompiledTerm[] | undefined;
}

/** The name and labels of a node: all that affinity reads. */
interface Place {
  readonly name: string;
  readonly labels: Labels;
}

const anyNode: RequiredNodeAffinity = { labels: undefined, terms: undefined };

function compile(requirements: readonly NodeSelectorRequirement[] | undefined): readonly Requirement[] {
  return (requirements ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }));
}

function compileTerm(term: NodeSelectorTerm, weight: number): CompiledTerm {
  return { labels: compile(term.matchExpressions), fields: compile(term.matchFields), weight };
}

function isEmptyTerm(term: CompiledTerm): boolean {
  return term.labels.length === 0 && term.fields.length === 0;
}

/** `nodeaffinity.GetRequiredNodeAffinity`. */
export function requiredNodeAffinity(spec: PodSpec): RequiredNodeAffinity {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined && spec.nodeSelector === undefined) return anyNode;
  const terms = required?.nodeSelectorTerms?.map((term) => compileTerm(term, 0));
  return { labels: spec.nodeSelector, terms: required === undefined ? undefined : (terms ?? []) };
}

/** `nodeaffinity.NewPreferredSchedulingTerms`: the terms that can add to a score. */
export function preferredTerms(spec: PodSpec): readonly CompiledTerm[] | undefined {
  return spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution
    ?.map(({ preference, weight }) => compileTerm(preference, weight))
    .filter((term) => term.weight !== 0 && !isEmptyTerm(term));
}

/** Whether the node satisfies the required selector and affinity. */
export function allowsNode(affinity: RequiredNodeAffinity, place: Place): boolean {
  const { labels, terms } = affinity;
  if (labels !== undefined) {
    for (const key of Object.keys(labels)) if (place.labels[key] !== labels[key]) return false;
  }
  return terms === undefined || terms.some((term) => matchesTerm(term, place));
}

/** Whether the node satisfies one term; `metadata.name` is the only field there is. */
export function matchesTerm(term: CompiledTerm, place: Place): boolean {
  if (isEmptyTerm(term)) return false;
  for (const requirement of term.labels) if (!satisfies(requirement, place.labels)) return false;
  for (const requirement of term.fields) {
    if (requirement.key !== "metadata.name" || requirement.values.length !== 1) return false;
    if (!satisfies(requirement, { "metadata.name": place.name })) return false;
  }
  return true;
}
