/** `npm test`: from a fresh clone, sets up what is missing and runs every check and test; ends with their counts. */
import { requireNode } from "./setup/node-version.mjs";

requireNode();
const { runMain } = await import("./setup/refusal.mjs");
const { test } = await import("./setup/run-tests.mjs");
await runMain(test);
