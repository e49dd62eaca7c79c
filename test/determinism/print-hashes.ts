/** Prints the rolling hashes of all scenarios as JSON: run it on two versions of Node.js and compare. */
import { runOnce } from "./run.ts";
import { scenarios } from "./scenarios.ts";

process.stdout.write(`${JSON.stringify(scenarios.map(runOnce))}\n`);
