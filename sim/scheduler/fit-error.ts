/**
 * The sentence that tells why a pod fits nowhere, as it appears in FailedScheduling events and in `kubectl describe`.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`FitError.Error`).
 * Left out: nothing.
 * Invariant: reasons are counted over all nodes and sorted as text, count first, so "10 x" comes before "2 x".
 */
import type { NodeStatuses } from "./framework.ts";

/** What to add to the count of reasons: the words of PreFilter (instead of it) and of PostFilter (after it). */
export interface FitErrorParts {
  readonly preFilterMessage?: string;
  readonly postFilterMessage?: string;
}

/** Upstream's text for the verdicts on `nodeCount` nodes. */
export function fitErrorMessage(nodeCount: number, statuses: NodeStatuses, parts: FitErrorParts = {}): string {
  let text = `0/${nodeCount} nodes are available:`;
  if (parts.preFilterMessage) text += ` ${parts.preFilterMessage}.`;
  else {
    const reasons = histogram(nodeCount, statuses);
    if (reasons.length > 0) text += ` ${reasons.join(", ")}.`;
  }
  return parts.postFilterMessage ? `${text} ${parts.postFilterMessage}` : text;
}

function histogram(nodeCount: number, { byNode, absent }: NodeStatuses): readonly string[] {
  const counts = new Map<string, number>();
  const count = (reasons: readonly string[], times: number): void => {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  for (const { reasons } of byNode.values()) count(reasons, 1);
  if (byNode.size < nodeCount) count(absent.reasons, nodeCount - byNode.size);
  return [...counts].map(([reason, times]) => `${times} ${reason}`).sort();
}
