/**
 * kube-proxy: watches Services, EndpointSlices and its own Node, and brings its node's rules up to date.
 * Source: Kubernetes 1.32, cmd/kube-proxy/app/server.go, pkg/proxy/iptables/proxier.go (syncProxyRules),
 * pkg/util/async/bounded_frequency_runner.go. Left out: modes but iptables, the hourly full sync and the check for flushed
 * tables (nothing else writes these rules), conntrack clean-up.
 * Events in: deliveries, its own timers. Events out: none; a sync writes one row (see proxy-state.ts).
 * Invariant: a sync that follows another one waits for its turn: at most two at once, then one a second.
 */
import type { EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import { SERVICE_NAME_LABEL } from "../api/kinds/endpoint-slice.ts";
import type { Service } from "../api/kinds/service.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { DeliverBody, ResponseBody } from "../api/server/protocol.ts";
import type { KubeObject } from "../api/types.ts";
import {
  allSynced,
  type Change,
  dropInformers,
  informerEvent,
  onDisturbed,
  startInformer,
  takeDelivery,
} from "../client/informer.ts";
import { listAll, listIndexed, lookUp } from "../client/lister.ts";
import { lostContext, sendRequest, succeeded } from "../client/requests.ts";
import { forgetRulesIn } from "../net/memory.ts";
import type { Component, Io, LostBody, PeriodicBody } from "../time/component.ts";
import { second } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";
import { madeOnce } from "./memory.ts";
import { isForKubeProxy } from "./proxied.ts";
import { cursorsOn, pinRow, proxyRows, type RunnerRow, runners, type SeenRevisions, unpinRow } from "./proxy-state.ts";

const resources = ["services", "endpointslices", "nodes"];
/** --iptables-min-sync-period, and how many syncs may be saved up. */
const minSyncPeriod = 1 * second;
const burst = 2;
/** The waiting for the Node doubles this often, from one second on. */
const askStepsMax = 5;
/** Most Services that one sync names in the journal. */
const namedMax = 8;

/** The kube-proxy process of a node. */
export const kubeProxy: Component = {
  name: "kube-proxy",
  start(io) {
    pinRow(io, io.machine);
    runners(io).set(io.machine, {
      epoch: io.epoch,
      running: undefined,
      changed: [],
      needsFull: true,
      syncs: 0,
      saved: burst * minSyncPeriod,
      savedAt: io.now,
      lastRun: -1,
      due: -1,
    });
    askForNode(io, 0);
  },
  handle,
  disturbed: onDisturbed,
  closed(io, silent) {
    if (silent) forgetRules(io);
    else leaveRules(io);
    runners(io).delete(io.machine);
    dropInformers(io);
  },
};

function handle(body: Body, io: Io): void {
  if (informerEvent(io, body)) return;
  switch (body.kind) {
    case "deliver":
      return deliver(io, body as DeliverBody);
    case "proxy sync due":
      if (rowOf(io).due === io.now) {
        set(io, { due: -1 });
        tryRun(io);
      }
      return;
    case "proxy synced":
      return synced(io);
    case "ask for node":
      return askForNode(io, (body as AskBody).tries);
    case "response": {
      const { context, response } = body as ResponseBody;
      return succeeded(response) ? watch(io) : askLater(io, context as number);
    }
    case "lost": {
      const tries = lostContext(body as LostBody);
      return tries === undefined ? undefined : askLater(io, tries as number);
    }
    default:
      throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
  }
}

interface AskBody extends PeriodicBody {
  readonly kind: "ask for node";
  readonly tries: number;
}

/** Without its Node a kube-proxy does not know its own address: it asks until there is one (GetNodeHostIPs). */
function askForNode(io: Io, tries: number): void {
  sendRequest(io, { group: "", version: "v1", resource: "nodes", verb: "get", name: io.machine }, tries);
}

function askLater(io: Io, tries: number): void {
  const body: AskBody = { kind: "ask for node", tries: Math.min(tries + 1, askStepsMax) };
  io.after(1 * second * 2 ** tries, tries < askStepsMax ? body : { ...body, periodic: true });
}

function watch(io: Io): void {
  startInformer(io, "services");
  startInformer(io, "endpointslices");
  startInformer(io, "nodes", ["metadata.name", io.machine]);
}

/** The machine has lost power: the tables of its Linux kernel are gone. */
function forgetRules(io: Io): void {
  proxyRows(io).delete(io.machine);
  unpinRow(io, io.machine);
}

/** The process ends: its rules stay as they are, for as long as nobody writes others. */
function leaveRules(io: Io): void {
  const row = proxyRows(io).get(io.machine);
  if (row === undefined) return;
  const { running, changed } = rowOf(io);
  const seen = cursorsOn(io, io.machine);
  const isUpToDate = running === undefined && changed.length === 0 && !rowOf(io).needsFull;
  if (isUpToDate && seen !== undefined) proxyRows(io).set(io.machine, { ...row, ...seen });
  pinRow(io, io.machine);
}

function rowOf(io: Io): RunnerRow {
  return runners(io).get(io.machine) as RunnerRow;
}

function set(io: Io, change: Partial<RunnerRow>): void {
  runners(io).set(io.machine, { ...rowOf(io), ...change });
}

function deliver(io: Io, body: DeliverBody): void {
  const wasReady = allSynced(io, resources);
  const changes = takeDelivery(io, body);
  if (!allSynced(io, resources)) return;
  if (!wasReady) return run(io);
  const row = rowOf(io);
  const keys = new Set(row.changed);
  let { needsFull } = row;
  for (const change of changes) {
    if (change.resource === "nodes") needsFull ||= hasOtherLabels(change);
    else if (concernsRules(change)) keys.add(serviceKey(change));
  }
  if (keys.size === row.changed.length && needsFull === row.needsFull) return;
  set(io, { changed: [...keys], needsFull });
  pinRow(io, io.machine);
  tryRun(io);
}

function hasOtherLabels({ object, previous }: Change): boolean {
  return !equalJson(object.metadata.labels ?? {}, previous?.metadata.labels ?? {});
}

/** Whether a change can change any rule: other metadata does not. */
function concernsRules({ type, resource, object, previous }: Change): boolean {
  const counts = isForKubeProxy(object);
  if (type !== "MODIFIED" || previous === undefined) return counts;
  if (counts !== isForKubeProxy(previous)) return true;
  if (resource === "endpointslices") return counts && object.metadata.generation !== previous.metadata.generation;
  const [now, before] = [object as Service, previous as Service];
  return counts && !(equalJson(now.spec, before.spec) && equalJson(now.status ?? {}, before.status ?? {}));
}

function serviceKey({ resource, object }: Change): string {
  const { namespace, name, labels } = object.metadata;
  return `${namespace}/${resource === "services" ? name : labels?.[SERVICE_NAME_LABEL]}`;
}

/** Syncs now if the budget allows it; else at the first moment at which it does. */
function tryRun(io: Io): void {
  const row = rowOf(io);
  if (row.running !== undefined || row.due >= 0) return;
  const saved = Math.min(burst * minSyncPeriod, row.saved + (io.now - row.savedAt));
  if (saved >= minSyncPeriod) {
    set(io, { saved: saved - minSyncPeriod, savedAt: io.now });
    return run(io);
  }
  const delay = Math.max(minSyncPeriod - saved, row.lastRun + minSyncPeriod - io.now);
  set(io, { due: io.now + delay });
  io.after(delay, { kind: "proxy sync due" });
}

/** Begins a sync of all that has been seen by now. */
function run(io: Io): void {
  const { needsFull, changed } = rowOf(io);
  const seen = cursorsOn(io, io.machine) as SeenRevisions;
  set(io, { running: { ...seen, full: needsFull, changed }, changed: [], needsFull: false });
  io.after(io.latency("sync proxy rules"), { kind: "proxy synced" });
}

/** Chains that every sync writes anew; those of single Services are left alone while these do not change. */
const sharedChains: ReadonlySet<string> = new Set([
  "KUBE-SERVICES",
  "KUBE-EXTERNAL-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-POSTROUTING",
  "KUBE-MARK-MASQ",
  "KUBE-FORWARD",
  "KUBE-FIREWALL",
  "KUBE-PROXY-FIREWALL",
]);

const isOwnChain = (chain: string) => chain.startsWith("KUBE-");

function synced(io: Io): void {
  const row = rowOf(io);
  if (row.running === undefined) return;
  const { full, changed, ...seen } = row.running;
  const syncs = row.syncs + 1;
  proxyRows(io).set(io.machine, { ...seen, syncs, at: io.now, fullSync: full });
  forgetRulesIn(io, io.machine, full ? isOwnChain : (chain) => sharedChains.has(chain));
  set(io, { running: undefined, syncs, lastRun: io.now });
  if (full)
    io.note("sync rules", "", "", syncs === 1 ? "first sync: all rules written" : "full sync: all rules written");
  for (const key of changed.slice(0, namedMax)) noteService(io, key);
  if (changed.length > namedMax) io.note("sync rules", "", "", `and ${changed.length - namedMax} Services more`);
  if (row.changed.length > 0 || row.needsFull) {
    pinRow(io, io.machine);
    tryRun(io);
  } else unpinRow(io, io.machine);
}

function noteService(io: Io, key: string): void {
  const [namespace = "", name = ""] = key.split("/");
  const service = lookUp<Service>(io, "services", namespace, name);
  const object = `service/${key}`;
  if (service === undefined) return io.note("sync rules", object, "", `${key} is gone: its rules are removed`);
  const count = slicesOf(io, service).reduce((sum, slice) => sum + readyIn(slice), 0);
  io.note("sync rules", object, "", `${key} has ${count} ${count === 1 ? "endpoint" : "endpoints"}`);
}

/** The slices of a Service: its own, or where it has none those that somebody has made by hand. */
function slicesOf(io: Io, { metadata }: Service): readonly EndpointSlice[] {
  const { name, namespace = "", uid = "" } = metadata;
  const own = listIndexed<EndpointSlice>(io, "endpointslices", "owner", uid);
  if (own.length > 0) return own;
  const all = listAll<EndpointSlice>(io, "endpointslices", namespace);
  return all.filter(({ metadata: { labels } }) => labels?.[SERVICE_NAME_LABEL] === name);
}

const readyCounts = new WeakMap<KubeObject, number>();

function readyIn(slice: EndpointSlice): number {
  return madeOnce(
    readyCounts,
    slice,
    () => (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length,
  );
}
