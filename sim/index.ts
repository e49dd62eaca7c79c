/**
 * The door of the simulation: what shells, views, lessons and notebook kernels may use.
 * Models no upstream code.
 * Invariant: nothing here needs Node.js or a browser.
 */

export { Causes } from "./cluster/causes.ts";
export type { Operation } from "./cluster/operations.ts";
export { journalLine, StepReport } from "./cluster/step-report.ts";
export type { ClusterOptions } from "./cluster/topology.ts";
export type { UserAnswer } from "./cluster/user.ts";
export { Cluster, type Outcome } from "./cluster.ts";
export type { Snapshot } from "./snapshot.ts";
export { InterruptedError, watchInterruptFlag } from "./time/interrupt.ts";
