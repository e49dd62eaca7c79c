import { describe, expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { commandLine } from "../support/command-line.ts";
import { runOnce } from "./run.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** What a run decided: where pods went, what was evicted, and what the store holds in the end. */
function decisions(scenario: Scenario, eager: boolean) {
  const cluster = Cluster.create({ ...scenario.options, eager });
  scenario.run(cluster, commandLine(cluster));
  const decided = cluster
    .snapshot(cluster.steps)
    .journal.filter(({ actor }) => actor.startsWith("kube-scheduler") || actor.startsWith("kube-controller-manager"))
    .map(({ at, verb, object, reason, message }) => `${at} ${verb} ${object} ${reason} ${message}`);
  return { decided, store: cluster.storeHash(), revision: cluster.revision, steps: cluster.steps };
}

describe.each(scenarios)("$name", (scenario) => {
  it("runs twice alike, step for step", () => {
    const first = runOnce(scenario);
    const second = runOnce(scenario);
    const differs = first.hashes.findIndex((hash, step) => hash !== second.hashes[step]);
    expect(differs, `the runs differ from step ${differs} on`).toBe(-1);
    expect(second).toEqual(first);
    expect(first.hashes.length).toBeGreaterThan(300);
  });

  it("decides the same whether periodic work runs as events or not", () => {
    const lazy = decisions(scenario, false);
    const eager = decisions(scenario, true);
    expect(eager.decided).toEqual(lazy.decided);
    expect(eager.store).toBe(lazy.store);
    expect(eager.revision).toBe(lazy.revision);
    expect(eager.steps).toBeGreaterThan(lazy.steps);
  });
});

describe("going back and forward", () => {
  it("gives the same state at 1,000 random steps, every component included", () => {
    let visited = 0;
    for (const scenario of scenarios) {
      const cluster = Cluster.create(scenario.options);
      scenario.run(cluster, commandLine(cluster));
      const straight = cluster.fork();
      const end = cluster.steps;
      const states = new Map<number, string>();
      const picks = Array.from({ length: 200 }, (_, n) => ((n + 1) * 7919 * (scenario.options.seed ?? 1)) % end);
      for (const step of [...picks].sort((a, b) => a - b)) {
        straight.goto(step);
        states.set(step, `${straight.hash} ${straight.stateHash()}`);
      }
      for (const step of picks) {
        cluster.goto(step);
        expect(`${cluster.hash} ${cluster.stateHash()}`, `${scenario.name}, step ${step}`).toBe(states.get(step));
        visited += 1;
      }
    }
    expect(visited).toBe(1000);
  });
});
