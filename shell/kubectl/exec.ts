import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { NestedShell } from "../command.ts";
import type { ContainerPlace } from "../place.ts";
import { readAll, withStdin } from "../stdin.ts";
import { containerEnvironment } from "./container-environment.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { listAt, textAt } from "./json-values.ts";
import { attempt } from "./manifest.ts";
import { askNode, defaultContainer, podsOf } from "./pod-choice.ts";
import type { Call, Verb } from "./verb.ts";

const USAGE =
  "expected 'exec (POD | TYPE/NAME) COMMAND [ARG1] [ARG2] ... [ARGN]'.\nPOD or TYPE/NAME and COMMAND are required arguments for the exec command";

/** The flags of commands that join a terminal to a container. */
export const STREAM_FLAGS: readonly Flag[] = [
  { name: "stdin", short: "i", type: "bool" },
  { name: "tty", short: "t", type: "bool" },
  { name: "quiet", short: "q", type: "bool" },
  { name: "container", short: "c", type: "string" },
  { name: "pod-running-timeout", type: "duration" },
];

/** `kubectl exec` (staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go): runs a command in a container that runs. */
export const exec: Verb = {
  name: "exec",
  takesResources: "pods",
  flags: [...STREAM_FLAGS, { name: "filename", short: "f", type: "strings" }],
  run(call) {
    const [word] = call.args;
    const hasDash = call.dashAt < call.args.length;
    if (word === undefined || call.dashAt === 0) failUsage("exec", USAGE);
    if (!hasDash && call.args.length > 1) {
      failUsage("exec", "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
    }
    const command = call.args.slice(call.dashAt);
    if (!hasDash || command.length === 0) fail("you must specify at least one command for the container");
    const pod = podsOf(call, word)[0]!;
    const phase = textAt(pod, "status", "phase");
    if (phase === "Succeeded" || phase === "Failed") {
      fail(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    }
    const container = call.text("container") || defaultContainer(call, pod);
    return execIn(call, pod, container, command);
  },
};

/** Runs a command in a container, as the pod's node lets it; answers the command's exit status, worded as kubectl does. */
function execIn(call: Call, pod: KubeObject, container: string, command: readonly string[]): number {
  const found = attempt(() => askNode(call, pod, "exec", { container, command }));
  if (found instanceof KubectlError) throw asStreamError(found);
  const spec = [
    ...listAt(pod, "spec", "containers"),
    ...listAt(pod, "spec", "ephemeralContainers"),
    ...listAt(pod, "spec", "initContainers"),
  ].find((one) => textAt(one, "name") === container) as JsonObject;
  const image = textAt(spec, "image");
  const { name, namespace = "default" } = pod.metadata;
  const place: ContainerPlace = { kind: "container", namespace, pod: name, container, image };
  return runInPlace(call, { place, pod, container: spec, inside: found, id: textAt(found, "containerID"), command });
}

/** Where a command is to run, and what is known of it. */
interface Destination {
  readonly place: ContainerPlace;
  readonly pod: KubeObject;
  readonly container: JsonObject;
  /** What the kubelet says of its inside, if it has been asked already. */
  readonly inside?: JsonObject;
  /** The container's id, from which that of the exec is made. */
  readonly id: string;
  readonly command: readonly string[];
  /** Called when the command has ended; answers the exit status. Default: says it when it is not 0. */
  readonly left?: NestedShell["left"];
}

/** Runs a command in a place with the environment of a container there. */
export function runInPlace(call: Call, destination: Destination): number {
  const { place, pod, container, id, command } = destination;
  const isInteractive = call.on("stdin") && call.on("tty");
  if (call.on("tty") && call.terminal.enter === undefined) {
    call.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  }
  const left = destination.left ?? ended;
  const none = { read: () => undefined };
  const files = call.on("stdin") && call.files.stdin !== undefined ? withStdin(none, readAll(call.files)) : none;
  let entered = false;
  const inside =
    destination.inside ?? attempt(() => askNode(call, pod, "exec", { container: place.container, command }));
  const environment = containerEnvironment(call, pod, container, inside instanceof KubectlError ? {} : inside);
  const { terminal } = call;
  const enter =
    terminal.enter &&
    ((nested: NestedShell) => {
      entered = true;
      terminal.enter!(nested);
    });
  const exit = terminal.spawn(command, {
    ...{ place, environment, files },
    ...{ interactive: isInteractive, left },
    ...(enter && { enter }),
  });
  if (exit === undefined) fail(notExecutable(command[0] ?? "", id));
  return entered ? 0 : left(exit, terminal);
}

function ended(exit: number, { err }: { err(text: string): void }): number {
  if (exit !== 0) err(`command terminated with exit code ${exit}\n`);
  return exit;
}

/** The runtime's words for a program that the image does not hold. */
function notExecutable(program: string, id: string): string {
  const why = program.startsWith("/")
    ? `stat ${program}: no such file or directory`
    : "executable file not found in $PATH";
  const execId = [...id].reverse().join("");
  const runtime = `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": ${why}: unknown`;
  const failed = `failed to exec in container: failed to start exec "${execId}": ${runtime}`;
  return `Internal error occurred: Internal error occurred: error executing command in container: ${failed}`;
}

/** What comes back over the stream is a bare message; what the API server itself refuses keeps its form. */
function asStreamError(error: KubectlError): KubectlError {
  const { failure } = error;
  if (failure.kind !== "status" || failure.status.reason !== "InternalError") return error;
  return new KubectlError({ kind: "plain", message: failure.status.message ?? "" });
}
