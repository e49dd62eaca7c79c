/**
 * The swarm: seeds × random operations and faults × invariants, then repair, then the demand that everything comes to
 * rest in order. `ORRERY_SEED=n` runs one seed only; a failure names the seed, the step and what is wrong.
 */
import { describe, expect, it } from "vitest";
import { storeOf } from "../../sim/api/server/storage.ts";
import { stateHash } from "../../sim/time/state-hash.ts";
import { Draw } from "./draw.ts";
import { Lab } from "./lab.ts";
import { type Plan, planOf } from "./plan.ts";
import { runSeed } from "./run.ts";

const chosen = process.env.ORRERY_SEED;
const seeds = (from: number, count: number) =>
  chosen === undefined ? Array.from({ length: count }, (_, index) => from + index) : [Number(chosen)];

/** The plan of a seed with acts at instants only, so that runs with more or fewer steps do the same. */
function timedPlan(seed: number): Plan {
  const plan = planOf(seed);
  return { ...plan, acts: plan.acts.map((timed) => ({ ...timed, steps: 0 })) };
}

function hashes({ world }: Lab): string {
  return `${world.rollingHash} ${stateHash(world)}`;
}

describe("swarm", () => {
  it.each(seeds(1, 40))("seed %i keeps the invariants and comes to rest", (seed) => void runSeed(seed));

  it.each(seeds(101, 6))("seed %i gives the same bytes twice, after going to random steps, and in a fork", (seed) => {
    const lab = new Lab(planOf(seed)).boot();
    const half = planOf(seed).acts.length >> 1;
    lab.runPlan(0, half);
    const fork = lab.history.fork();
    const before = hashes(lab);
    fork.operate({ kind: "stop machine", machine: "master-1" });
    fork.operate({ kind: "start machine", machine: "master-1" });
    for (let step = 0; step < 300; step++) fork.step();
    expect(hashes(lab), "a fork changed its origin").toBe(before);
    lab.runPlan(half);
    const again = new Lab(planOf(seed)).boot();
    again.runPlan();
    expect(hashes(again), `seed ${seed} ran twice`).toBe(hashes(lab));
    const end = lab.world.steps;
    const last = hashes(lab);
    const draw = new Draw(seed);
    for (let visit = 0; visit < 12; visit++) {
      const step = draw.below(end);
      lab.history.goto(step);
      again.history.goto(step);
      expect(hashes(again), `seed ${seed}, step ${step}`).toBe(hashes(lab));
      if (visit % 3 === 0) again.history.goto(draw.below(end));
    }
    lab.history.goto(end);
    expect(hashes(lab), `seed ${seed}, there and back`).toBe(last);
  });

  it.each(seeds(201, 8))("seed %i decides the same whether periodic work runs as events or not", (seed) => {
    const run = (eager: boolean) => {
      const lab = new Lab(timedPlan(seed), { eager }).boot();
      lab.runPlan();
      lab.heal();
      lab.runTo(lab.world.now + 120_000_000);
      return lab;
    };
    const [lazy, eager] = [run(false), run(true)];
    const decided = (lab: Lab) =>
      lab.world.journal
        .between(0)
        .filter(({ actor }) => /^kube-(scheduler|controller-manager)/.test(actor))
        .map(({ at, verb, object, reason, message }) => `${at} ${verb} ${object} ${reason} ${message}`);
    expect(decided(eager), `seed ${seed}`).toEqual(decided(lazy));
    expect(storeOf(eager.io).hash(), `seed ${seed}`).toBe(storeOf(lazy.io).hash());
  });
});
