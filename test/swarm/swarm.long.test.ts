/** The swarm over thousands of seeds; `ORRERY_SEEDS=from-to` chooses them. */
import { describe, expect, it } from "vitest";
import { runSeed } from "./run.ts";

const [from = 1, to = 4000] = (process.env.ORRERY_SEEDS ?? "")
  .split("-")
  .filter((part) => part !== "")
  .map(Number);
const block = 100;
const blocks = Array.from({ length: Math.ceil((to - from + 1) / block) }, (_, index) => from + index * block);

describe("swarm, long", () => {
  it.each(blocks)("seeds from %i on", (first) => {
    const failures: string[] = [];
    for (let seed = first; seed < first + block && seed <= to; seed++) {
      try {
        runSeed(seed);
      } catch (error) {
        failures.push(String(error));
      }
    }
    expect(failures).toEqual([]);
  });
});
