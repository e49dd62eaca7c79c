/**
 * The door of the simulation: what shells, views, lessons and notebook kernels may use.
 * Models no upstream code.
 * Invariant: nothing here needs Node.js or a browser.
 */

export { Causes } from "./cluster/causes.ts";
export type { Limit } from "./cluster/limits.ts";
export type { SentHttp } from "./cluster/network/http.ts";
export type { CommandOutput } from "./cluster/network/operate.ts";
export type { TraceOptions } from "./cluster/network/trace-options.ts";
export type { Operation } from "./cluster/operations.ts";
export { journalLine, StepReport } from "./cluster/step-report.ts";
export type { ClusterOptions } from "./cluster/topology.ts";
export type { UserAnswer } from "./cluster/user.ts";
export { Cluster, type Outcome } from "./cluster.ts";
export type { HttpAnswer } from "./kubelet/http-answer.ts";
export type { ChainSnapshot, InterfaceSnapshot, JournalEntry, NamespaceSnapshot, Snapshot } from "./snapshot.ts";
export type { RecordedOperation } from "./time/history.ts";
export { InterruptedError, watchInterruptFlag } from "./time/interrupt.ts";
export type { HeaderFields, Hop, HopVerdict, Leg, RuleHit, Trace, TraceOutcome } from "./trace.ts";
