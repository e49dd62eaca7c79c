/**
 * The door of the simulation: what shells, views, lessons and notebook kernels may use.
 * Invariant: nothing here needs Node.js or a browser.
 */
export { type ClusterOptions } from "./cluster/topology.ts";
export { Causes } from "./cluster/causes.ts";
export type { Operation } from "./cluster/operations.ts";
export { journalLine, StepReport } from "./cluster/step-report.ts";
export type { UserAnswer } from "./cluster/user.ts";
export type { Snapshot } from "./snapshot.ts";
export { Cluster, type Outcome } from "./cluster.ts";
export { InterruptedError, watchInterruptFlag } from "./time/interrupt.ts";
