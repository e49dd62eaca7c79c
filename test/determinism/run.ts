/**
 * Runs a scenario and keeps the rolling hash after each step. As a program it prints the hashes of all scenarios as
 * JSON, so that runs on different versions of Node.js can be compared.
 */
import { Cluster } from "../../sim/index.ts";
import { commandLine } from "../support/command-line.ts";
import type { Scenario } from "./scenarios.ts";

export interface Run {
  readonly name: string;
  readonly hashes: readonly string[];
  readonly state: string;
}

/** One run: the rolling hash after each step, and the hash of the whole state at the end. */
export function runOnce(scenario: Scenario): Run {
  const cluster = Cluster.create(scenario.options);
  scenario.run(cluster, commandLine(cluster));
  const state = cluster.stateHash();
  const hashes = cluster.frames(cluster.steps).map((snapshot) => snapshot.hash);
  return { name: scenario.name, hashes, state };
}
