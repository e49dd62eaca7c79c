/**
 * NodeResourcesBalancedAllocation: prefers nodes whose CPU and memory would be used in like proportion.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go.
 * Left out: resources other than CPU and memory (plugin arguments), so the deviation is always of two fractions.
 * Invariant: the same double operations in the same order as upstream, so the whole numbers come out equal.
 */
import { maxNodeScore, type ScorePlugin } from "../framework.ts";

function fraction(requested: number, allocatable: number): number {
  const share = requested / allocatable;
  return share > 1 ? 1 : share;
}

/** The plugin under upstream's name. */
export const NodeResourcesBalancedAllocation: ScorePlugin = {
  name: "NodeResourcesBalancedAllocation",
  score(_context, _state, { requests }, { allocatable, requested }) {
    let deviation = 0;
    if (allocatable.milliCpu !== 0 && allocatable.memory !== 0) {
      const cpu = fraction(requested.milliCpu + requests.milliCpu, allocatable.milliCpu);
      const memory = fraction(requested.memory + requests.memory, allocatable.memory);
      deviation = Math.abs((cpu - memory) / 2);
    }
    return Math.trunc((1 - deviation) * maxNodeScore);
  },
};
