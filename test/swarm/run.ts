/** One whole swarm run: boot, do the plan, repair everything, and demand that the cluster comes to rest in order. */
import { complaints } from "./convergence.ts";
import { Invariants } from "./invariants.ts";
import { Lab } from "./lab.ts";
import { planOf } from "./plan.ts";

const minute = 60_000_000;
/** How long after the repair the cluster may take; image back-offs, evictions and request time-outs all end before. */
const patience = 30 * minute;
const settleBudget = 400_000;

/** Runs a seed and returns the lab at rest. Throws an error that names the seed and what is wrong. */
export function runSeed(seed: number): Lab {
  const lab = new Lab(planOf(seed));
  new Invariants().attach(lab);
  try {
    lab.boot();
    lab.runPlan();
    lab.heal();
    const limit = lab.world.now + patience;
    let wrong: readonly string[] = ["nothing was looked at"];
    while (wrong.length > 0 && lab.world.now < limit) {
      lab.runTo(lab.world.now + 1 * minute);
      wrong = complaints(lab);
    }
    if (wrong.length > 0)
      throw new Error(`${patience / minute} minutes after the repair:\n  ${wrong.slice(0, 12).join("\n  ")}`);
    if (!lab.settle(lab.world.now + patience, settleBudget)) throw new Error(`it does not settle: ${pending(lab)}`);
  } catch (error) {
    const at = `step ${lab.world.steps}, ${(lab.world.now / 1e6).toFixed(3)} s`;
    throw new Error(`seed ${seed}, ${at}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  }
  return lab;
}

function pending(lab: Lab): string {
  const counts = new Map<string, number>();
  for (const { body, to } of lab.world.timeline.pending()) {
    if ((body as { periodic?: true }).periodic === true) continue;
    const name = `${body.kind} at ${to}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(", ");
}
