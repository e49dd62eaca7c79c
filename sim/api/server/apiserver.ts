/**
 * kube-apiserver: takes requests, runs them through the pipeline, has etcd commit what they write, answers, and tells
 * everybody who watches.
 * Source: Kubernetes 1.32, cmd/kube-apiserver and staging/src/k8s.io/apiserver. Left out: aggregation, several instances
 * behind a balancer, priority and fairness.
 * Invariant: a client is answered only after etcd has confirmed; watchers hear of a change after that too. A write that
 * finds its object changed is planned again, as GuaranteedUpdate does.
 */
import type { CommittedBody, ProposeBody } from "../../etcd/member.ts";
import type { LiveVersion } from "../../etcd/version.ts";
import type { Component, Io, LostBody, Message } from "../../time/component.ts";
import { rfc3339 } from "../../time/instant.ts";
import { randomHex } from "../../time/random.ts";
import type { Body } from "../../time/timeline.ts";
import { complete } from "../pipeline/complete.ts";
import type { Outcome, PipelineContext, Reader, Stage, StoredObject, WritePlan } from "../pipeline/outcome.ts";
import { prepare } from "../pipeline/prepare.ts";
import { rbacAuthorizer } from "../pipeline/rbac-authorizer.ts";
import { timeoutError } from "../status-error.ts";
import type { ApiRequest, ApiResponse, KubeObject } from "../types.ts";
import { renewed } from "./heartbeat.ts";
import { allInflight, type InflightRow, keepInflight, nextToken, requestLimitUs, takeInflight } from "./inflight.ts";
import { armMaintenance, maintain, startMaintenance } from "./maintenance.ts";
import { type RecordBody, type RequestBody, type ResponseBody, requestTimeoutUs, type WatchBody } from "./protocol.ts";
import { allRelayed, type NodeAnswerBody, relay, relayAnswered, relayLost } from "./relay.ts";
import { prefixEnd, resourceOfKey, storeOf } from "./storage.ts";
import { closeWatches, deliveryLost, fanOut, openWatch, retryStalled } from "./watches.ts";

interface TimeoutBody extends Body {
  readonly kind: "request timeout";
  readonly token: number;
}

const retriesMax = 5;

/** The kube-apiserver process of a control-plane machine. */
export const kubeApiserver: Component = {
  name: "kube-apiserver",
  start(io) {
    io.note("start", "", "", "serving securely on [::]:6443");
    // What etcd committed while no server ran goes into the indices; nobody watches yet.
    fanOut(io, () => io.step);
    startMaintenance(io);
    io.after(0, { kind: "bootstrap" });
  },
  handle,
  disturbed(io) {
    retryEtcd(io);
    retryStalled(io);
    if (!io.reachable(etcdOf(io))) return;
    const { step } = io;
    fanOut(io, () => step);
    io.because(step);
    if (systemNamespaces.some((name) => isMissing(io, name))) io.after(0, { kind: "bootstrap" });
  },
  closed(io) {
    closeWatches(io);
    for (const { token, client, clientEpoch, body } of [...allInflight(io), ...allRelayed(io)]) {
      takeInflight(io, token);
      const lost = {
        kind: "lost",
        body,
        peer: io.self,
        why: "refused",
        tellWhenLost: "receiver",
        timeoutUs: requestTimeoutUs,
      };
      io.reply(client, clientEpoch, lost as Message);
    }
  },
};

function handle(body: Body, io: Io): void {
  switch (body.kind) {
    case "request":
      return request(io, body as RequestBody);
    case "record":
      return record(io, body as RecordBody);
    case "watch":
      return openWatch(io, body as WatchBody);
    case "committed":
      return committed(io, body as CommittedBody);
    case "request timeout":
      return timedOut(io, (body as TimeoutBody).token);
    case "bootstrap":
      return bootstrap(io);
    case "maintain":
      return maintain(io);
    case "node answer":
      return relayAnswered(io, body as NodeAnswerBody, respond);
    case "lost":
      if ((body as LostBody).body.kind === "deliver") return deliveryLost(io, body as LostBody);
      return relayLost(io, body as LostBody, respond);
    default:
      throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
  }
}

function etcdOf(io: Io): string {
  return `etcd/${io.machine}`;
}

function request(io: Io, body: RequestBody): void {
  const token = nextToken(io);
  const client = { client: io.from, clientEpoch: io.epochOf(io.from) };
  const row: InflightRow = { token, ...client, body, plan: undefined, step: io.step, tries: 0, etcdEpoch: -1 };
  if (io.reachable(etcdOf(io))) proceed(io, row);
  else wait(io, row);
}

/** etcd can't be reached: the request waits for it, up to its time limit. */
function wait(io: Io, row: InflightRow): void {
  keepInflight(io, row);
  io.note("wait for etcd", objectOf(row.body.request), "", `${row.body.request.verb} waits: etcd does not answer`);
  const timeout: TimeoutBody = { kind: "request timeout", token: row.token };
  io.after(requestLimitUs, timeout);
}

/** Runs the pipeline and answers, or proposes the write. */
function proceed(io: Io, row: InflightRow): void {
  const outcome = prepare(row.body.request, new StoreReader(io), contextOf(io));
  note(io, row.body.request, outcome);
  if (outcome.kind === "answer") return respond(io, row, outcome.response);
  if (outcome.kind === "relay") return relay(io, row, outcome);
  keepInflight(io, { ...row, plan: outcome.plan, tries: row.tries + 1, etcdEpoch: io.epochOf(etcdOf(io)) });
  propose(io, row.token, outcome.plan);
}

function propose(io: Io, token: number, plan: WritePlan): void {
  const { key, expectModRevision, value, also } = plan;
  const body: ProposeBody = {
    kind: "propose",
    proposal: { token, compares: [[key, expectModRevision]], writes: [{ key, value }] },
  };
  io.call(etcdOf(io), body);
  if (also !== undefined)
    for (const write of also) propose(io, 0, { ...write, answer: { form: "success", code: 200 } });
}

/** The namespaces that an API server makes for itself (pkg/controlplane/controller/systemnamespaces). */
const systemNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];
const bootstrapRetryUs = 1_000_000;

function isMissing(io: Io, namespace: string): boolean {
  return storeOf(io).version(`/registry/namespaces/${namespace}`) === undefined;
}

function bootstrap(io: Io): void {
  if (!io.reachable(etcdOf(io))) return io.after(bootstrapRetryUs, { kind: "bootstrap" });
  const user = { name: "system:apiserver", groups: ["system:masters"] };
  for (const name of systemNamespaces) {
    if (!isMissing(io, name)) continue;
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    const single = {
      group: "",
      version: "v1",
      resource: "namespaces",
      verb: "create",
      body,
      user,
      userAgent: "kube-apiserver",
    } as const;
    const outcome = prepare(single, new StoreReader(io), contextOf(io));
    note(io, single, outcome);
    if (outcome.kind === "write") propose(io, 0, outcome.plan);
  }
}

/** Kubernetes Events that clients post without waiting. */
function record(io: Io, body: RecordBody): void {
  if (!io.reachable(etcdOf(io))) return;
  for (const single of body.requests) {
    const outcome = prepare(single, new StoreReader(io), contextOf(io));
    if (outcome.kind === "write") propose(io, 0, outcome.plan);
  }
}

function committed(io: Io, body: CommittedBody): void {
  const commit = io.step;
  const causes = new Map<number, number>();
  for (const { token, revision, succeeded } of body.results) {
    const row = token === 0 ? undefined : takeInflight(io, token);
    if (row === undefined) continue;
    causes.set(revision, row.step);
    io.because(row.step);
    if (succeeded) respond(io, row, complete(row.plan as WritePlan, { revision }));
    else if (io.epochOf(row.client) !== row.clientEpoch) continue;
    else if (row.tries < retriesMax) proceed(io, row);
    else respond(io, row, timeoutError("too many conflicts"));
  }
  fanOut(io, (revision) => causes.get(revision) ?? commit);
  io.because(commit);
  armMaintenance(io);
}

function respond(io: Io, row: InflightRow, response: ApiResponse): void {
  const { context } = row.body;
  const body: ResponseBody = {
    kind: "response",
    response,
    context,
    tellWhenLost: "receiver",
    timeoutUs: requestTimeoutUs,
  };
  io.reply(row.client, row.clientEpoch, body);
}

function timedOut(io: Io, token: number): void {
  const row = takeInflight(io, token);
  if (row === undefined) return;
  const message = "request did not complete within requested timeout - context deadline exceeded";
  respond(io, row, timeoutError(message));
}

/** etcd may be gone, or back: proposals that a former incarnation had are made again, or wait. */
function retryEtcd(io: Io): void {
  const etcd = etcdOf(io);
  const reachable = io.reachable(etcd);
  const epoch = io.epochOf(etcd);
  for (const row of allInflight(io)) {
    if (reachable && row.etcdEpoch === epoch) continue;
    takeInflight(io, row.token);
    // A client that has ended has taken its request with it.
    if (io.epochOf(row.client) !== row.clientEpoch) continue;
    if (reachable) proceed(io, row);
    else if (row.etcdEpoch < 0) keepInflight(io, row);
    else wait(io, { ...row, etcdEpoch: -1 });
  }
}

/** `kind/namespace/name` of what a request is about, as the journal writes it. */
function objectOf({ resource, namespace = "", name, body }: ApiRequest): string {
  const singular = resource.endsWith("s") ? resource.slice(0, -1) : resource;
  const metadata = (
    body as { readonly metadata?: { readonly name?: string; readonly generateName?: string } } | undefined
  )?.metadata;
  return `${singular}/${namespace}/${name ?? metadata?.name ?? metadata?.generateName ?? ""}`;
}

function note(io: Io, request: ApiRequest, outcome: Outcome): void {
  const written = outcome.kind === "write" ? outcome.plan.key : "";
  const resource = written === "" ? undefined : resourceOfKey(written);
  const object =
    resource === undefined
      ? objectOf(request)
      : `${resource.replace(/s$/, "")}/${request.namespace ?? ""}/${written.slice(written.lastIndexOf("/") + 1)}`;
  const what = request.subresource === undefined ? request.verb : `${request.verb} ${request.subresource}`;
  io.note(what, object, "", stagesText(outcome.stages), outcome.stages);
}

function stagesText(stages: readonly Stage[]): string {
  return stages.map(({ stage, verdict }) => `${stage}: ${verdict}`).join(" → ");
}

/** The pipeline's view of the store: as etcd has committed it now. */
class StoreReader implements Reader {
  readonly #io: Io;
  readonly revision: number;

  constructor(io: Io) {
    this.#io = io;
    this.revision = storeOf(io).revision;
  }

  get(key: string) {
    const version = storeOf(this.#io).version(key);
    return version && this.#read(version);
  }

  list(prefix: string) {
    return storeOf(this.#io)
      .list(prefix, prefixEnd(prefix))
      .map((version) => this.#read(version));
  }

  #read(version: LiveVersion<KubeObject>): StoredObject {
    const value = renewed(this.#io, version.key, version.value);
    return value === version.value ? version : { ...version, value };
  }

  at(revision: number): Reader | undefined {
    const store = storeOf(this.#io);
    if (store.refuses(revision) !== undefined) return undefined;
    return {
      revision,
      get: (key) => store.version(key, revision),
      list: (prefix) => store.list(prefix, prefixEnd(prefix), revision),
    };
  }
}

const letters = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;

/** Table that holds the server's --service-cluster-ip-range, where it differs from kubeadm's. */
const serviceNetworks = "service network";

const authorizers = [rbacAuthorizer];

/** Table that says whether fields are tracked. */
const fieldTracking = "field tracking";

function contextOf(io: Io): PipelineContext {
  const serviceNetwork = io.table<string>(serviceNetworks).get("");
  const tracksFields = io.table<boolean>(fieldTracking).get("") === true;
  return {
    now: io.now,
    ...(serviceNetwork !== undefined && { serviceNetwork }),
    ...(tracksFields && { tracksFields }),
    ...(io.table<boolean>("effect warnings").get("") === true && { tellsEffects: true }),
    authorizers,
    wallTime: rfc3339,
    uid() {
      const { random } = io;
      const hex = randomHex(random, 4);
      const variant = "89ab"[random.below(4)];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    suffix() {
      const { random } = io;
      let text = "";
      for (let index = 0; index < suffixLength; index++) text += letters[random.below(letters.length)];
      return text;
    },
  };
}
