import { fail } from "./failure.ts";
import type { Call } from "./verb.ts";

/** How many events a waiting command runs at most before it gives up: a runaway cluster must not hold the terminal for ever. */
const STEPS_MAX = 200_000;

/** Why a wait ended without what it waited for. */
type WaitEnd = "timeout" | "idle" | "budget";

/**
 * Lets the simulation run, one event at a time, until `done` says so. `timeoutUs` is simulated time, 0 for none.
 * Answers undefined once done; "idle" when nothing is left that could change anything.
 */
export function waitUntil(call: Call, timeoutUs: number, done: () => boolean): WaitEnd | undefined {
  const end = timeoutUs > 0 ? call.client.now + timeoutUs : Number.POSITIVE_INFINITY;
  for (let steps = 0; ; steps++) {
    if (done()) return undefined;
    if (call.client.now >= end) return "timeout";
    if (steps >= STEPS_MAX) return "budget";
    if (!call.client.step()) return end === Number.POSITIVE_INFINITY ? "idle" : "timeout";
  }
}

/** Ends a command that waited in vain: as the real tool's time-out, or where that would wait for ever, by saying so. */
export function failWaiting(end: WaitEnd, timeoutMessage: string): never {
  if (end === "timeout") fail(timeoutMessage);
  if (end === "idle") fail("nothing more will happen in the cluster, so this would wait for ever; stopped waiting");
  fail(`still not done after ${STEPS_MAX} events; stopped waiting`);
}
