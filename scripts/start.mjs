/** `npm start`: from a fresh clone to a JupyterLab on the first lesson. Imports nothing that is not in Node.js or beside it. */
import { requireNode } from "./setup/node-version.mjs";

requireNode();
const { runMain } = await import("./setup/refusal.mjs");
const { start } = await import("./setup/start-lab.mjs");
await runMain(start);
