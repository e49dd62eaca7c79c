import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import { reasonOf } from "./api.ts";
import { fail, failUsage, failureMessage, KubectlError } from "./failure.ts";
import { at, listAt, textAt } from "./json-values.ts";
import { attempt } from "./manifest.ts";
import { askNode, containerNames, defaultContainer, POD, podsOf } from "./pod-choice.ts";
import type { Call, Verb } from "./verb.ts";

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";
const SELECTED_TAIL = 10;
/** `-f` looks once a second, until so many looks found nothing new. */
const FOLLOW_US = 1_000_000;
const IDLE_LOOKS = 5;
const LOOKS_MAX = 60;

/** `kubectl logs` (staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go). `-f` ends when nothing more comes. */
export const logs: Verb = {
  name: "logs",
  aliases: ["log"],
  takesResources: "pods",
  flags: [
    { name: "follow", short: "f", type: "bool" },
    { name: "previous", short: "p", type: "bool" },
    { name: "container", short: "c", type: "string" },
    { name: "all-containers", type: "bool" },
    { name: "all-pods", type: "bool" },
    { name: "timestamps", type: "bool" },
    { name: "prefix", type: "bool" },
    { name: "tail", type: "int" },
    { name: "since", type: "duration" },
    { name: "since-time", type: "string" },
    { name: "limit-bytes", type: "int" },
    { name: "selector", short: "l", type: "string" },
    { name: "max-log-requests", type: "int" },
    { name: "ignore-errors", type: "bool" },
    { name: "pod-running-timeout", type: "duration" },
  ],
  run(call) {
    const pods = call.has("selector") ? selected(call) : named(call);
    const streams = pods.flatMap((pod) => containersOf(call, pod).map((container) => ({ pod, container })));
    for (const { pod, container } of streams) show(call, pod, container);
  },
};

function selected(call: Call): readonly KubeObject[] {
  if (call.args.length > 0) failUsage("logs", "only a selector (-l) or a POD name is allowed");
  const { items } = call.api.list(POD, { namespace: call.namespace, labelSelector: call.text("selector") });
  if (items.length === 0) call.err(`No resources found in ${call.namespace} namespace.\n`);
  return items;
}

function named(call: Call): readonly KubeObject[] {
  const [word, container, ...more] = call.args;
  if (word === undefined) failUsage("logs", USAGE);
  if (more.length > 0) failUsage("logs", USAGE);
  if (container !== undefined && call.has("container")) fail("only one of -c or an inline [CONTAINER] arg is allowed");
  const found = attempt(() => podsOf(call, word));
  if (!(found instanceof KubectlError)) {
    if (word.includes("/") && found.length > 1 && !call.on("all-pods")) {
      call.err(`Found ${found.length} pods, using pod/${found[0]!.metadata.name}\n`);
    }
    return call.on("all-pods") ? found : found.slice(0, 1);
  }
  if (reasonOf(found) !== "NotFound") throw found;
  return fail(`error from server (NotFound): ${failureMessage(found.failure)} in namespace "${call.namespace}"`);
}

function containersOf(call: Call, pod: KubeObject): readonly string[] {
  const all = [
    ...containerNames(pod, "initContainers"),
    ...containerNames(pod, "containers"),
    ...containerNames(pod, "ephemeralContainers"),
  ];
  if (call.on("all-containers")) return all;
  const wanted = call.text("container") || (call.has("selector") ? "" : (call.args[1] ?? ""));
  if (wanted === "") return [defaultContainer(call, pod)];
  if (!all.includes(wanted)) fail(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  return [wanted];
}

function show(call: Call, pod: KubeObject, container: string): void {
  const read = () => askNode(call, pod, "log", { container, previous: call.on("previous") });
  const first = attempt(read);
  if (first instanceof KubectlError) {
    if (!call.on("ignore-errors")) throw first;
    call.out(`error: ${failureMessage(first.failure)}\n`);
    return;
  }
  const prefix = call.on("prefix") ? `[pod/${pod.metadata.name}/${container}] ` : "";
  const write = (line: unknown) => {
    const time = call.on("timestamps") ? `${textAt(line, "time")} ` : "";
    call.out(`${prefix}${time}${textAt(line, "text")}\n`);
  };
  for (const line of narrowed(call, first)) write(line);
  if (call.on("follow")) follow(call, first, read, write);
}

/** The lines that `--since`, `--tail` and `--limit-bytes` leave. */
function narrowed(call: Call, log: JsonObject): readonly unknown[] {
  const now = Number(at(log, "now") ?? 0);
  const since = call.has("since") ? now - call.durationUs("since") : Number.NEGATIVE_INFINITY;
  const from = call.text("since-time");
  const lines = listAt(log, "lines").filter((line) => Number(at(line, "at")) >= since && textAt(line, "time") >= from);
  const tail = call.int("tail", call.has("selector") ? SELECTED_TAIL : -1);
  const ended = tail < 0 ? lines : tail === 0 ? [] : lines.slice(-tail);
  let left = call.int("limit-bytes", Number.POSITIVE_INFINITY);
  return ended.filter((line) => {
    left -= textAt(line, "text").length + 1;
    return left >= 0;
  });
}

function follow(call: Call, first: JsonObject, read: () => JsonObject, write: (line: unknown) => void): void {
  let seen = listAt(first, "lines").length;
  let isRunning = at(first, "running") === true;
  for (let looks = 0, idle = 0; isRunning && idle < IDLE_LOOKS && looks < LOOKS_MAX; looks++) {
    call.client.advance(FOLLOW_US);
    const log = attempt(read);
    if (log instanceof KubectlError) return;
    const lines = listAt(log, "lines");
    for (const line of lines.slice(seen)) write(line);
    idle = lines.length > seen ? 0 : idle + 1;
    seen = lines.length;
    isRunning = at(log, "running") === true;
  }
}
