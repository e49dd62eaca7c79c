/**
 * The table of pods, with the words of its STATUS column (Kubernetes 1.32, pkg/printers/internalversion/printers.go printPod).
 * Left out: nothing.
 * Invariant: STATUS is derived from phase, conditions and container states only.
 */
import type { Container } from "../kinds/container.ts";
import type { Printer } from "../kinds/kind.ts";
import type { Pod } from "../kinds/pod.ts";
import type { ContainerStatus } from "../kinds/pod-status.ts";
import { AGE, NAME, NONE, text, wide } from "./columns.ts";
import { ageOf, humanDuration } from "./duration.ts";
import { secondsOf } from "./rfc3339.ts";

/** What the containers add up to. */
interface Tally {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestartSeconds: number | undefined;
}

function terminatedWord({
  reason,
  signal,
  exitCode,
}: NonNullable<NonNullable<ContainerStatus["state"]>["terminated"]>): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  return other !== undefined && (one === undefined || other > one) ? other : one;
}

function lastEnd({ lastState }: ContainerStatus): number | undefined {
  return secondsOf(lastState?.terminated?.finishedAt);
}

/** An init container with restartPolicy Always is a sidecar: it counts as ready with the others. */
function sidecars(containers: readonly Container[] | undefined): ReadonlySet<string> {
  return new Set((containers ?? []).filter((one) => one.restartPolicy === "Always").map((one) => one.name));
}

/** While init containers run, STATUS says which; undefined when all are through. */
function initTally({ spec, status }: Pod, reason: string): Tally & { readonly initializing: boolean } {
  const inits = sidecars(spec.initContainers);
  let tally = { reason, ready: 0, restarts: 0, lastRestartSeconds: undefined as number | undefined };
  const statuses = status?.initContainerStatuses ?? [];
  for (let index = 0; index < statuses.length; index++) {
    const one = statuses[index]!;
    const { terminated, waiting } = one.state ?? {};
    const sidecar = inits.has(one.name);
    tally = {
      ...tally,
      restarts: tally.restarts + one.restartCount,
      lastRestartSeconds: later(tally.lastRestartSeconds, lastEnd(one)),
    };
    if (terminated?.exitCode === 0) continue;
    if (sidecar && one.started) {
      if (one.ready) tally = { ...tally, ready: tally.ready + 1 };
      continue;
    }
    const word = terminated
      ? `Init:${terminatedWord(terminated)}`
      : waiting?.reason && waiting.reason !== "PodInitializing"
        ? `Init:${waiting.reason}`
        : `Init:${index}/${spec.initContainers?.length ?? 0}`;
    return { ...tally, reason: word, initializing: true };
  }
  return { ...tally, initializing: false };
}

function isInitialized({ status }: Pod): boolean {
  return status?.conditions?.some((one) => one.type === "Initialized" && one.status === "True") ?? false;
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
}

/** The app containers' word: the first one that is not simply running wins, as upstream walks them backwards. */
function appTally(pod: Pod, init: Tally): Tally {
  const statuses = pod.status?.containerStatuses ?? [];
  const hasInits = init.lastRestartSeconds;
  let { reason, ready } = init;
  let restarts = statuses.length > 0 ? sidecarRestarts(pod) : init.restarts;
  let lastRestartSeconds = statuses.length > 0 ? undefined : hasInits;
  let running = false;
  for (let index = statuses.length - 1; index >= 0; index--) {
    const one = statuses[index]!;
    const { waiting, terminated, running: runs } = one.state ?? {};
    restarts += one.restartCount;
    lastRestartSeconds = later(lastRestartSeconds, lastEnd(one));
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = terminatedWord(terminated);
    else if (one.ready && runs) {
      running = true;
      ready++;
    }
  }
  if (reason === "Completed" && running) reason = isReady(pod) ? "Running" : "NotReady";
  return { reason, ready, restarts, lastRestartSeconds };
}

/** Restarts of sidecars count together with those of the app containers. */
function sidecarRestarts({ spec, status }: Pod): number {
  const inits = sidecars(spec.initContainers);
  let restarts = 0;
  for (const one of status?.initContainerStatuses ?? []) if (inits.has(one.name)) restarts += one.restartCount;
  return restarts;
}

function tallyOf(pod: Pod): Tally {
  const { status, metadata } = pod;
  let reason = status?.reason || (status?.phase ?? "");
  const gated = status?.conditions?.some((one) => one.type === "PodScheduled" && one.reason === "SchedulingGated");
  if (gated) reason = "SchedulingGated";
  const init = initTally(pod, reason);
  const tally = !init.initializing || isInitialized(pod) ? appTally(pod, init) : init;
  if (!metadata.deletionTimestamp) return tally;
  if (status?.reason === "NodeLost") return { ...tally, reason: "Unknown" };
  const over = status?.phase === "Succeeded" || status?.phase === "Failed";
  return over ? tally : { ...tally, reason: "Terminating" };
}

function restartsText({ restarts, lastRestartSeconds }: Tally, nowSeconds: number): string {
  if (restarts === 0 || lastRestartSeconds === undefined) return String(restarts);
  return `${restarts} (${humanDuration(nowSeconds - lastRestartSeconds)} ago)`;
}

function gatesText({ spec, status }: Pod): string {
  const gates = spec.readinessGates;
  if (!gates?.length) return NONE;
  const met = gates.filter((gate) =>
    status?.conditions?.some((one) => one.type === gate.conditionType && one.status === "True"),
  );
  return `${met.length}/${gates.length}`;
}

/** Readiness, status word, restarts; addresses and nodes in wide output. */
export const podPrinter: Printer<Pod> = {
  columns: [
    NAME,
    text("Ready", "Ready containers over all containers."),
    text("Status", "What the pod is doing, in one word."),
    text("Restarts", "How often its containers have been restarted, and when last."),
    AGE,
    wide(text("IP", "The pod's address.")),
    wide(text("Node", "The node that it runs on.")),
    wide(text("Nominated Node", "The node that others are being removed from to make room.")),
    wide(text("Readiness Gates", "Conditions that must hold beside ready containers.")),
  ],
  cells(pod, nowSeconds) {
    const { metadata, spec, status } = pod;
    const tally = tallyOf(pod);
    const total = (spec.containers?.length ?? 0) + sidecars(spec.initContainers).size;
    return [
      metadata.name,
      `${tally.ready}/${total}`,
      tally.reason,
      restartsText(tally, nowSeconds),
      ageOf(metadata.creationTimestamp, nowSeconds),
      status?.podIPs?.[0]?.ip || status?.podIP || NONE,
      spec.nodeName || NONE,
      status?.nominatedNodeName || NONE,
      gatesText(pod),
    ];
  },
};
