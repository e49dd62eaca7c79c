/** How a test says that it could not run here, so that a missing tool is told in the sum and never looks like a pass. */
import { appendFileSync } from "node:fs";
import type { TestContext } from "vitest";

/**
 * Ends the running test as "not run, because `reason`"; `npm test` adds up the reasons.
 * In CI (the variable `CI` is set) what is missing is a failure: the test fails with the reason.
 */
export function notRun({ skip, task }: Pick<TestContext, "skip" | "task">, reason: string): never {
  if (process.env.CI) throw new Error(`not run, because ${reason}; in CI that is a failure`);
  return leftOut({ skip, task }, reason);
}

/** As `notRun`, for what no machine of this kind could run: no failure in CI either, but told in the sum. */
export function leftOut({ skip, task }: Pick<TestContext, "skip" | "task">, reason: string): never {
  const path = process.env.ORRERY_NOT_RUN;
  if (path !== undefined) appendFileSync(path, `${JSON.stringify({ test: task.name, reason })}\n`);
  return skip(reason);
}
