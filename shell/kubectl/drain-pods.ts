import type { KubeObject } from "../../sim/api/types.ts";
import { reasonOf } from "./api.ts";
import { KubectlError } from "./failure.ts";
import { listAt, objectAt, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt, messageOf } from "./manifest.ts";
import type { Call } from "./verb.ts";
import { waitUntil } from "./waiting.ts";

const POD = BUILT_IN_KINDS.find((kind) => kind.kind === "Pod")!;
const DAEMON_SET = BUILT_IN_KINDS.find((kind) => kind.kind === "DaemonSet")!;
const RETRY_US = 5_000_000;

/** What a filter of `drain` says about one pod (staging/src/k8s.io/kubectl/pkg/drain/filters.go). */
interface Verdict {
  readonly evict: boolean;
  readonly warning?: string;
  readonly refusal?: string;
}

/** The pods of a node that must go, and the warnings about some; refuses with what stands in the way. */
export function podsToDrain(
  call: Call,
  node: string,
): { readonly pods: readonly KubeObject[]; readonly warnings: string } {
  const all = call.api.list(POD, { fieldSelector: `spec.nodeName=${node}` }).items;
  const pods: KubeObject[] = [];
  const warnings = new Map<string, string[]>();
  const refusals = new Map<string, string[]>();
  const note = (notes: Map<string, string[]>, text: string | undefined, pod: KubeObject) => {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (text !== undefined) notes.set(text, [...(notes.get(text) ?? []), name]);
  };
  for (const pod of all) {
    const verdict = judge(call, pod);
    note(warnings, verdict.warning, pod);
    note(refusals, verdict.refusal, pod);
    if (verdict.evict) pods.push(pod);
  }
  if (refusals.size > 0) {
    const failures = [...refusals].map(([text, names]) => ({
      kind: "plain" as const,
      message: `cannot delete ${text}: ${names.join(", ")}`,
    }));
    throw new KubectlError({ kind: "several", failures });
  }
  return { pods, warnings: [...warnings].map(([text, names]) => `${text}: ${names.join(", ")}`).join("; ") };
}

function judge(call: Call, pod: KubeObject): Verdict {
  if (Object.hasOwn(pod.metadata.annotations ?? {}, "kubernetes.io/config.mirror")) return { evict: false };
  const finished = ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase"));
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller);
  if (owner?.kind === "DaemonSet" && !finished) {
    const orphan = attempt(() => call.api.find(DAEMON_SET, pod.metadata.namespace ?? "", owner.name)) === undefined;
    if (!orphan || !call.on("force")) {
      if (!call.on("ignore-daemonsets")) {
        return { evict: false, refusal: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
      }
      return { evict: false, warning: "ignoring DaemonSet-managed Pods" };
    }
  }
  const local = listAt(pod, "spec", "volumes").some((volume) => Object.hasOwn(objectAt(volume), "emptyDir"));
  if (local && !finished && !call.on("delete-emptydir-data")) {
    return { evict: false, refusal: "Pods with local storage (use --delete-emptydir-data to override)" };
  }
  if (owner === undefined && !finished) {
    if (call.on("force")) return { evict: true, warning: "deleting Pods that declare no controller" };
    return { evict: false, refusal: "cannot delete Pods that declare no controller (use --force to override)" };
  }
  return { evict: true };
}

/** What was still there when a drain ended early. */
interface Leftover {
  readonly pods: readonly KubeObject[];
  readonly error: KubectlError;
}

/** Evicts pods and waits until each is gone; what a disruption budget forbids is tried again every five seconds. Answers what is left at the time-out. */
export function drainPods(call: Call, pods: readonly KubeObject[]): Leftover | undefined {
  const end = call.client.now + (call.durationUs("timeout") || Number.POSITIVE_INFINITY);
  // The real tool starts a goroutine for each pod, of which Go runs the newest first and the others in turn.
  const inTurn = [...pods.slice(-1), ...pods.slice(0, -1)];
  const left = new Map(inTurn.map((pod) => [pod, { retryAt: call.client.now, evicted: false }]));
  let failure: Leftover | undefined;
  const done = (): boolean => {
    for (const [pod, state] of left) {
      if (!state.evicted && call.client.now >= state.retryAt) {
        call.out(`evicting pod ${pod.metadata.namespace}/${pod.metadata.name}\n`);
        const refused = attempt(() => evict(call, pod));
        if (!(refused instanceof KubectlError) || reasonOf(refused) === "NotFound") state.evicted = true;
        else if (reasonOf(refused) === "TooManyRequests") {
          call.err(`error when evicting ${named(pod)} (will retry after 5s): ${messageOf(refused)}\n`);
          state.retryAt = call.client.now + RETRY_US;
        } else failure = { pods: [...left.keys()], error: worded(pod, messageOf(refused)) };
      }
    }
    for (const [pod, state] of left) {
      if (!state.evicted || !isGone(call, pod)) continue;
      call.out(`pod/${pod.metadata.name} ${call.on("disable-eviction") ? "deleted" : "evicted"}\n`);
      left.delete(pod);
    }
    return left.size === 0 || failure !== undefined;
  };
  const ended = waitUntil(call, end === Number.POSITIVE_INFINITY ? 0 : end - call.client.now, done);
  if (failure !== undefined || ended === undefined) return failure;
  if (ended === "timeout") return timedOut(call, left);
  const [first] = left.keys();
  return { pods: [...left.keys()], error: worded(first!, "nothing more will happen in the cluster") };
}

/** Whoever waits to try again only then sees that the time is over, after having said that it tries. */
function timedOut(call: Call, left: ReadonlyMap<KubeObject, { readonly retryAt: number; readonly evicted: boolean }>) {
  const waiting = [...left].filter(([, { evicted }]) => !evicted).sort(([, a], [, b]) => a.retryAt - b.retryAt);
  for (const [pod, { retryAt }] of waiting) {
    if (retryAt > call.client.now) call.client.advance(retryAt - call.client.now);
    call.out(`evicting pod ${pod.metadata.namespace}/${pod.metadata.name}\n`);
  }
  const reason = `global timeout reached: ${call.text("timeout")}`;
  const failures = [...left.keys()].map((pod) => worded(pod, reason).failure);
  const error = failures.length === 1 ? { ...failures[0]! } : ({ kind: "several", failures } as const);
  return { pods: [...left.keys()], error: new KubectlError(error) };
}

function named(pod: KubeObject): string {
  return `pods/"${pod.metadata.name}" -n "${pod.metadata.namespace}"`;
}

function worded(pod: KubeObject, message: string): KubectlError {
  return new KubectlError({ kind: "plain", message: `error when evicting ${named(pod)}: ${message}` });
}

function evict(call: Call, pod: KubeObject): void {
  const { name, namespace = "" } = pod.metadata;
  const grace = call.int("grace-period", -1);
  const deleteOptions = grace >= 0 ? { gracePeriodSeconds: grace } : {};
  if (call.on("disable-eviction")) {
    call.api.delete(POD, namespace, name, deleteOptions);
    return;
  }
  const metadata = { creationTimestamp: null, name, namespace };
  call.api.evict(POD, namespace, name, { apiVersion: "policy/v1", deleteOptions, kind: "Eviction", metadata });
}

function isGone(call: Call, pod: KubeObject): boolean {
  const found = call.api.find(POD, pod.metadata.namespace ?? "", pod.metadata.name);
  return found === undefined || found.metadata.uid !== pod.metadata.uid;
}
