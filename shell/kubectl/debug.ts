import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { ContainerPlace } from "../place.ts";
import { runInPlace, STREAM_FLAGS } from "./exec.ts";
import { fail, failUsage } from "./failure.ts";
import { textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { POD } from "./pod-choice.ts";
import { waitForContainer } from "./pod-running.ts";
import type { Call, Verb } from "./verb.ts";

const NODE = BUILT_IN_KINDS.find((kind) => kind.kind === "Node")!;
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/**
 * `kubectl debug` (staging/src/k8s.io/kubectl/pkg/cmd/debug/debug.go) of nodes (a pod in the node's own namespaces) and of
 * pods (an ephemeral container in the pod's network namespace). Left out: copies of pods, profiles.
 */
export const debug: Verb = {
  name: "debug",
  takesResources: "pods",
  flags: [
    ...STREAM_FLAGS,
    { name: "image", type: "string" },
    { name: "target", type: "string" },
    { name: "profile", type: "string" },
    { name: "attach", type: "bool" },
    { name: "share-processes", type: "bool" },
  ],
  run(call) {
    const [word] = call.args;
    if (word === undefined || call.dashAt === 0) failUsage("debug", "NAME is required for debug");
    const image = call.text("image");
    if (image === "") fail("you must specify --image or --copy-to");
    const command = call.args.slice(call.dashAt);
    const isNode = /^(node|nodes|no)\//.test(word);
    return isNode
      ? debugNode(call, word.replace(/^.*\//, ""), image, command)
      : debugPod(call, word.replace(/^.*\//, ""), image, command);
  },
};

/** Five letters that only depend on the name and the time, as a suffix that nothing else has. */
function suffixOf(text: string, now: number): string {
  let state = Math.floor(now) % 2_147_483_647;
  for (const c of text) state = (state * 31 + c.charCodeAt(0)) % 2_147_483_647;
  let suffix = "";
  for (let i = 0; i < 5; i++) {
    state = (state * 48_271 + 11) % 2_147_483_647;
    suffix += ALPHABET[state % ALPHABET.length];
  }
  return suffix;
}

function debugNode(call: Call, node: string, image: string, command: readonly string[]): number {
  call.api.get(NODE, "", node);
  const name = `node-debugger-${node}-${suffixOf(node, call.client.now)}`;
  const container = {
    ...{ name: "debugger", image, imagePullPolicy: "IfNotPresent", resources: {}, stdin: true, tty: call.on("tty") },
    ...(command.length > 0 ? { command } : {}),
    volumeMounts: [{ mountPath: "/host", name: "host-root" }],
  };
  const spec = {
    ...{
      containers: [container],
      nodeName: node,
      restartPolicy: "Never",
      hostIPC: true,
      hostNetwork: true,
      hostPID: true,
    },
    tolerations: [{ operator: "Exists" }],
    volumes: [{ hostPath: { path: "/" }, name: "host-root" }],
  };
  const metadata = { labels: { "app.kubernetes.io/managed-by": "kubectl-debug" }, name, namespace: call.namespace };
  if (!call.on("quiet")) call.err(`Creating debugging pod ${name} with container debugger on node ${node}.\n`);
  call.api.create(POD, call.namespace, { apiVersion: "v1", kind: "Pod", metadata, spec } as unknown as JsonObject);
  const pod = waitForContainer(call, call.namespace, name, "debugger");
  if (command.length === 0 && !call.on("stdin")) return 0;
  const place: ContainerPlace = {
    kind: "container",
    namespace: call.namespace,
    pod: name,
    container: "debugger",
    image,
    node,
  };
  const words = command.length > 0 ? command : ["sh"];
  return runInPlace(call, {
    place,
    pod,
    container: container as unknown as JsonObject,
    id: idOf(pod),
    command: words,
    left: quietly,
  });
}

function idOf(pod: KubeObject): string {
  return (pod.metadata.uid ?? "").replaceAll("-", "").repeat(2);
}

/** What a debug container ends with is nobody's exit status. */
function quietly(): number {
  return 0;
}

function debugPod(call: Call, name: string, image: string, command: readonly string[]): number {
  const pod = call.api.get(POD, call.namespace, name);
  const debuggerName = call.text("container") || `debugger-${suffixOf(name, call.client.now)}`;
  if (!call.has("container") && !call.on("quiet")) call.err(`Defaulting debug container name to ${debuggerName}.\n`);
  const target = call.text("target");
  if (target !== "") {
    call.err(
      `Targeting container "${target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    );
  }
  const guest = {
    ...{
      name: debuggerName,
      image,
      imagePullPolicy: "IfNotPresent",
      resources: {},
      stdin: call.on("stdin"),
      tty: call.on("tty"),
    },
    ...{ terminationMessagePolicy: "File", ...(target === "" ? {} : { targetContainerName: target }) },
    ...(command.length > 0 ? { command } : {}),
  };
  const patch = { spec: { ephemeralContainers: [guest] } } as unknown as JsonObject;
  const changed = call.api.patch(POD, call.namespace, name, "strategic", patch, { subresource: "ephemeralcontainers" });
  if (command.length === 0 && !call.on("stdin")) return 0;
  if (textAt(pod, "status", "phase") !== "Running") fail(`timed out waiting for the condition`);
  const words = command.length > 0 ? command : ["sh"];
  const place: ContainerPlace = {
    kind: "container",
    namespace: call.namespace,
    pod: name,
    container: debuggerName,
    image,
  };
  return runInPlace(call, {
    place,
    pod: changed,
    container: guest as unknown as JsonObject,
    id: idOf(pod),
    command: words,
    left: quietly,
  });
}
