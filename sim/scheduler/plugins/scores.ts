/**
 * Arithmetic that several score plugins share.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/helper/normalize_score.go.
 * Left out: nothing.
 * Invariant: whole numbers in, whole numbers from 0 to 100 out.
 */
import { maxNodeScore } from "../framework.ts";

/** Stretches scores so that the greatest becomes 100, in place; `reverse` turns them round, as for taints not tolerated. */
export function defaultNormalizeScore(scores: number[], reverse: boolean): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  for (let i = 0; i < scores.length; i++) {
    const share = max === 0 ? 0 : Math.floor((maxNodeScore * scores[i]!) / max);
    scores[i] = reverse ? maxNodeScore - share : share;
  }
}
