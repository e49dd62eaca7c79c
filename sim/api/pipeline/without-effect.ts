/**
 * Kinds that are validated, stored and shown, and that nothing in this simulation acts on yet: their creation says so, in a
 * Warning header as the API server sends them (Kubernetes 1.32, apiserver pkg/warning).
 * Left out: nothing of upstream, where each of these kinds has its effect.
 * Invariant: a table of data; a kind leaves it with the change that gives it its effect.
 */
import type { Kind } from "../kinds/kind.ts";

/** By kind: what does not follow from an object of it. */
const missing: ReadonlyMap<string, string> = new Map([
  ["CronJob", "no Jobs are made of it"],
  ["HorizontalPodAutoscaler", "nothing is scaled by it"],
  ["Ingress", "no controller serves it"],
  ["LimitRange", "nothing is limited or defaulted by it"],
  ["NetworkPolicy", "no traffic is held back by it"],
  ["ResourceQuota", "nothing is counted or refused by it"],
]);

/** The sentence for a kind that has no effect yet; undefined for the others. */
export function effectWarning({ kind }: Kind): string | undefined {
  const what = missing.get(kind);
  return what && `the simulation stores this ${kind} and it has no effect yet: ${what}`;
}
