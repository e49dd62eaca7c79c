/**
 * The door of the simulation: what shells, views, lessons and notebook kernels may use.
 * Models no upstream code.
 * Invariant: nothing here needs Node.js or a browser.
 */

export { forbiddenHttp } from "./api/http/forbidden.ts";
export { readHttp } from "./api/http/read-http.ts";
export type {
  AnswerShape,
  HttpReading,
  HttpRequest,
  HttpResponse,
  WatchEvent,
  WatchRequest,
} from "./api/http/types.ts";
export {
  bookmarkEvent,
  expiredWatchEvent,
  refuseWatch,
  type TableClock,
  writeWatchEvent,
} from "./api/http/watch-events.ts";
export { writeHttp } from "./api/http/write-http.ts";
export type { Descriptions, StructDescription } from "./api/openapi/definitions.ts";
export { openapiDocument, openapiIndex } from "./api/openapi/document.ts";
export { decodeProtobuf } from "./api/protobuf/decode-protobuf.ts";
export { WireError } from "./api/protobuf/wire.ts";
export { milli, quantityError, value } from "./api/quantity.ts";
export type { ApiRequest, JsonObject } from "./api/types.ts";
export { Causes } from "./cluster/causes.ts";
export type { Limit } from "./cluster/limits.ts";
export type { SentHttp } from "./cluster/network/http.ts";
export type { CommandOutput } from "./cluster/network/operate.ts";
export type { TraceOptions } from "./cluster/network/trace-options.ts";
export type { Operation } from "./cluster/operations.ts";
export { journalLine, StepReport } from "./cluster/step-report.ts";
export type { ClusterOptions } from "./cluster/topology.ts";
export type { UserAnswer } from "./cluster/user.ts";
export type { Feed, Watched, WatchedChange } from "./cluster/watch-feed.ts";
export { Cluster, type Outcome } from "./cluster.ts";
export type { HttpAnswer } from "./kubelet/http-answer.ts";
export type { ChainSnapshot, InterfaceSnapshot, JournalEntry, NamespaceSnapshot, Snapshot } from "./snapshot.ts";
export type { RecordedOperation } from "./time/history.ts";
export { epochMs, formatInstant, parseDuration, parseRfc3339, rfc3339 } from "./time/instant.ts";
export { InterruptedError, watchInterruptFlag } from "./time/interrupt.ts";
export type { HeaderFields, Hop, HopVerdict, Leg, RuleHit, Trace, TraceOutcome } from "./trace.ts";
