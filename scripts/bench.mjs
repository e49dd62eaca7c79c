/**
 * `npm run bench [-- NAME…]`: the benchmarks, each in a process of its own.
 *
 * A benchmark is a file `test/bench/NAME.bench.ts`. Its default export is a function, async or not, that returns an object
 * of named figures (numbers; the unit stands last in the name: `bootMs`, `rssMb`). It may export `budgets`, an object of the
 * same names with the budget in words ("≤ 25"). `gc()` can be called.
 */
import { requireNode } from "./setup/node-version.mjs";

requireNode();
const { runMain } = await import("./setup/refusal.mjs");
const { bench } = await import("./setup/run-benches.mjs");
await runMain(bench);
