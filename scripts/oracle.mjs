/**
 * `npm run --silent oracle -- KIND FILE…`: replays recorded cases of real software on ours.
 *
 * A kind is a module `test/oracles/kinds/KIND.ts`, which exports one of
 *   replay(recorded)      one recorded line in, one verdict out; each line stands for itself
 *   replayAll(recorded[]) all lines of a file in, an iterable with one verdict a case out; for lines that share a cluster
 * A verdict is `{ actual, agree, expected?, case? }`, `actual` in the recorded form. `agree` is true, false, or null when the
 * recording holds nothing to compare with, as when its expected fields were removed. Either function may be async.
 */
import { requireNode } from "./setup/node-version.mjs";

requireNode();
const { runMain } = await import("./setup/refusal.mjs");
const { oracle } = await import("./setup/replay-cases.mjs");
await runMain(oracle);
