import type { JsonObject } from "../../sim/api/types.ts";
import { CREATE_FLAGS, createObject } from "./create-object.ts";
import { runInPlace, STREAM_FLAGS } from "./exec.ts";
import { fail, failUsage } from "./failure.ts";
import { listAt, textAt } from "./json-values.ts";
import { POD } from "./pod-choice.ts";
import { waitForContainer } from "./pod-running.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl run NAME --image=…`: one pod (staging/src/k8s.io/kubectl/pkg/cmd/run/run.go). With `-i` it joins the pod. Left out: `--overrides`. */
export const run: Verb = {
  name: "run",
  flags: [
    ...CREATE_FLAGS,
    { name: "image", type: "string" },
    { name: "image-pull-policy", type: "string" },
    { name: "port", type: "string" },
    { name: "labels", short: "l", type: "string" },
    { name: "env", type: "strings" },
    { name: "restart", type: "string" },
    { name: "command", type: "bool" },
    { name: "annotations", type: "strings" },
    ...STREAM_FLAGS,
    { name: "attach", type: "bool" },
    { name: "rm", type: "bool" },
    { name: "expose", type: "bool" },
  ],
  required: ["image"],
  run(call) {
    const [name, ...more] = call.args;
    if (name === undefined || call.dashAt === 0) failUsage("run", "NAME is required for run");
    const image = call.text("image");
    if (image === "") fail("--image is required");
    if (!/^[a-zA-Z0-9][\w.:/@-]*$/.test(image)) fail(`Invalid image name "${image}": invalid reference format`);
    const restartPolicy = call.text("restart") || "Always";
    if (!["Always", "OnFailure", "Never"].includes(restartPolicy)) fail(`invalid restart policy: ${restartPolicy}`);
    const annotations = pairs(call.each("annotations"));
    const joins = call.on("attach") || call.on("stdin");
    if (call.on("rm") && !joins) fail("--rm should only be used for attached containers");
    if (call.on("tty") && !call.on("stdin")) fail("-i/--stdin is required for containers with -t/--tty=true");
    if (call.on("expose")) exposePod(call, name);
    const metadata = {
      ...(call.has("annotations") ? { annotations } : {}),
      creationTimestamp: null,
      labels: call.has("labels") ? pairs(call.text("labels").split(",")) : { run: name },
      name,
    };
    const spec = { containers: [container(call, name, image, more)], dnsPolicy: "ClusterFirst", restartPolicy };
    const pod = { apiVersion: "v1", kind: "Pod", metadata, spec, status: {} };
    if (!joins || call.dryRun !== "none") return createObject(call, pod, name, "");
    return join(call, { ...pod, metadata: { ...metadata, namespace: call.namespace } }, more);
  },
};

/** `--expose`: a Service of the pod's name in front of it. */
function exposePod(call: Call, name: string): void {
  const port = call.text("port");
  if (port === "") fail("--port must be set when exposing a service");
  const labels = call.has("labels") ? pairs(call.text("labels").split(",")) : { run: name };
  const ports = [{ port: Number(port), protocol: "TCP", targetPort: Number(port) }];
  const metadata = { creationTimestamp: null, name };
  const spec = { ports, selector: labels };
  createObject(call, { apiVersion: "v1", kind: "Service", metadata, spec, status: { loadBalancer: {} } }, name, "");
}

/** `-i`: waits for the container, runs its command at this terminal, and with `--rm` takes the pod away after it. */
function join(call: Call, body: JsonObject, words: readonly string[]): number {
  const name = textAt(body, "metadata", "name");
  const container = listAt(body, "spec", "containers")[0] as JsonObject;
  call.api.create(POD, call.namespace, body, { fieldManager: "kubectl-run" });
  const pod = waitForContainer(call, call.namespace, name, name);
  const image = textAt(container, "image");
  const place = { kind: "container", namespace: call.namespace, pod: name, container: name, image } as const;
  const command = words.length > 0 ? words : ["sh"];
  if (words.length === 0 && call.terminal.enter !== undefined)
    call.err(`If you don't see a command prompt, try pressing enter.\n`);
  const left = (exit: number, { out, err }: Pick<Call, "out" | "err">) => {
    if (call.on("rm")) {
      call.api.delete(POD, call.namespace, name, {});
      out(`pod "${name}" deleted\n`);
    }
    if (exit !== 0) err(`pod ${call.namespace}/${name} terminated (Error)\n`);
    return exit;
  };
  const id = (pod.metadata.uid ?? "").replaceAll("-", "").repeat(2);
  return runInPlace(call, { place, pod, container, id, command, left });
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf("=");
      if (equals < 1) fail(`unexpected label spec: ${word}`);
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

function container(call: Call, name: string, image: string, words: readonly string[]) {
  const env = call.each("env").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 1) fail(`invalid env: ${pair}`);
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
  const port = call.text("port");
  if (port !== "" && !/^\d+$/.test(port)) fail(`strconv.Atoi: parsing "${port}": invalid syntax`);
  return {
    ...(words.length > 0 ? { [call.on("command") ? "command" : "args"]: words } : {}),
    ...(env.length > 0 ? { env } : {}),
    image,
    ...(call.has("image-pull-policy") ? { imagePullPolicy: call.text("image-pull-policy") } : {}),
    name,
    ...(port === "" ? {} : { ports: [{ containerPort: Number(port) }] }),
    resources: {},
    ...(call.on("stdin") ? { stdin: true, stdinOnce: true } : {}),
    ...(call.on("tty") ? { tty: true } : {}),
  };
}
