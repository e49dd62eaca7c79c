/** A cluster's clock: where it stands, and how a front end moves it. */
import type { Cluster } from "../../sim/index.ts";
import { caption, timeWords } from "../../views/caption.ts";
import { type ClockState, type Move, RequestError } from "./protocol.ts";

/** Where the clock of a cluster stands. */
export function clockOf(cluster: Cluster): ClockState {
  const { branch } = cluster;
  return {
    step: cluster.steps,
    tip: Math.max(branch.tip.step, cluster.steps),
    branch: branch.id,
    since: branch.parent?.step ?? 0,
    time: timeWords(cluster.now),
    caption: caption(cluster.snapshot()),
  };
}

/** Moves a cluster. Throws a RequestError where there is nowhere to go. */
export function moveCluster(cluster: Cluster, move: Move): void {
  const { steps } = cluster;
  if (move.kind === "goto") {
    const { tip } = clockOf(cluster);
    if (move.step > tip) throw new RequestError(`there is no step ${move.step} yet; the last one is ${tip}`);
    cluster.goto(move.step);
  } else if (move.kind === "back") {
    if (steps === 0) throw new RequestError("this is the first moment: there is nothing to go back to");
    cluster.back(Math.min(move.count, steps));
  } else if (cluster.step(move.count).steps === 0) throw new RequestError("nothing is left to happen in this cluster");
}

/** Changes whenever the cluster may look different: a step, a way back, an operation, time that passed. */
export function stampOf(cluster: Cluster): string {
  return `${cluster.branch.id}/${cluster.steps}/${cluster.operations.length}/${cluster.now}`;
}
