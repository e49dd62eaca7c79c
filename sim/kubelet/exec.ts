/**
 * The kubelet's server on port 10250, as far as logs, exec and attach go: looks at the container and answers the API server.
 * Source: Kubernetes 1.32, pkg/kubelet/server/server.go and pkg/kubelet/kubelet_pods.go (GetKubeletContainerLogs, GetExec).
 * Left out: authentication, the streams: an exec answers with the container that the command may
 * run in, the variables that its spec asks for and the files of its volumes.
 * Invariant: only reads; refusals are the kubelet's own sentences.
 */
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { StreamPlace } from "../api/pipeline/outcome.ts";
import type { NodeAnswerBody, NodeStreamBody } from "../api/server/relay.ts";
import { badRequestError, internalError, notFoundError } from "../api/status-error.ts";
import type { ApiResponse, JsonObject } from "../api/types.ts";
import type { Io } from "../time/component.ts";
import { rfc3339 } from "../time/instant.ts";
import { mountedFiles, processVariables, variablesOf } from "./container-files.ts";
import { type ContainerRow, containerOf, runtimeOf, sandboxOf } from "./cri.ts";
import { logLines } from "./logs.ts";
import { podStatus } from "./pod-status.ts";
import { podOf, workerKey, workers } from "./worker-rows.ts";

/** Answers a question that the API server has relayed. */
export function serveStream(io: Io, body: NodeStreamBody): void {
  const { token, what, about } = body;
  const row = workers(io).get(workerKey(io, about.pod));
  const pod = row && podOf(io, row);
  const response = pod === undefined ? podUnknown(about) : what === "log" ? log(io, pod, body) : exec(io, pod, body);
  io.note(what, `pod/${about.namespace}/${about.name}`, "", `${about.container}: ${response.code}`);
  const answer: NodeAnswerBody = {
    kind: "node answer",
    token,
    response,
    tellWhenLost: "receiver",
    timeoutUs: 30_000_000,
  };
  io.reply(io.from, io.epochOf(io.from), answer);
}

function podUnknown({ namespace, name }: StreamPlace): ApiResponse {
  return notFoundError({ group: "", resource: "pods" }, `${namespace}/${name}`);
}

function specOf(pod: Pod, name: string): Container | undefined {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])].find(
    (container) => container.name === name,
  );
}

/** Why a container is not running, as its status says: "ContainerCreating", "ImagePullBackOff" … */
function waitingReason(io: Io, pod: Pod, name: string): string {
  const row = workers(io).get(workerKey(io, pod.metadata.uid ?? ""));
  const status = row && podStatus(io, pod, row, pod.status);
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  return all.find((one) => one.name === name)?.state?.waiting?.reason ?? "ContainerCreating";
}

function log(io: Io, pod: Pod, { about, query }: NodeStreamBody): ApiResponse {
  const { name } = pod.metadata;
  const container = specOf(pod, about.container);
  if (container === undefined) {
    return badRequestError(`container "${about.container}" in pod "${name}" is not available`);
  }
  const now = containerOf(io, about.pod, about.container);
  const last = workers(io).get(workerKey(io, about.pod))?.restarts[about.container]?.last;
  const shown = query.previous === true ? previousRun(now, last) : now;
  if (query.previous === true && shown === undefined) {
    return badRequestError(`previous terminated container "${about.container}" in pod "${name}" not found`);
  }
  const row = shown?.state === "starting" ? last : shown;
  if (row === undefined) {
    const reason = waitingReason(io, pod, about.container);
    const why = /^(ErrImagePull|ImagePullBackOff)$/.test(reason)
      ? `is waiting to start: ${reason === "ErrImagePull" ? "image can't be pulled" : "trying and failing to pull image"}`
      : `is waiting to start: ${reason}`;
    return badRequestError(`container "${about.container}" in pod "${name}" ${why}`);
  }
  const address = sandboxOf(io, about.pod)?.address ?? "";
  const lines = logLines(io, container, row, { address, variables: processVariables(io, pod, container) }).map(
    ({ at, text }) => ({ at, time: timeText(at), text }),
  );
  return { code: 200, body: { lines, now: io.now, running: row.state === "running" } };
}

/** The run before the newest one: the ended one that a restart has replaced, or the ended one that waits for its restart. */
function previousRun(now: ContainerRow | undefined, last: ContainerRow | undefined): ContainerRow | undefined {
  if (last === undefined) return undefined;
  return last.id === now?.id && now.state === "running" ? undefined : last;
}

/** RFC 3339 with nine digits of a second, as container logs carry it. */
function timeText(at: number): string {
  return rfc3339(at).replace("Z", `.${String(at % 1_000_000).padStart(6, "0")}000Z`);
}

function exec(io: Io, pod: Pod, { about, what, query }: NodeStreamBody): ApiResponse {
  const row = containerOf(io, about.pod, about.container);
  const spec = specOf(pod, about.container);
  if (row === undefined || row.state !== "running" || spec === undefined || !io.reachable(runtimeOf(io))) {
    return internalError(`unable to upgrade connection: container not found ("${about.container}")`);
  }
  const { id, image, startedAt } = row;
  const found: JsonObject = { container: about.container, containerID: id, image, startedAt, node: io.machine };
  const inside = { environment: variablesOf(io, pod, spec), files: mountedFiles(io, pod, spec) };
  return { code: 101, body: { ...found, ...inside, what, command: query.command ?? [], now: io.now } };
}
