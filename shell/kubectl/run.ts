import { CREATE_FLAGS, createObject } from "./create-object.ts";
import { fail, failUsage } from "./failure.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl run NAME --image=…`: one pod (staging/src/k8s.io/kubectl/pkg/cmd/run/run.go). Left out: attaching, `--rm`, `--overrides`, `--expose`. */
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
    { name: "quiet", short: "q", type: "bool" },
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
    const metadata = {
      ...(call.has("annotations") ? { annotations } : {}),
      creationTimestamp: null,
      labels: call.has("labels") ? pairs(call.text("labels").split(",")) : { run: name },
      name,
    };
    const spec = { containers: [container(call, name, image, more)], dnsPolicy: "ClusterFirst", restartPolicy };
    createObject(call, { apiVersion: "v1", kind: "Pod", metadata, spec, status: {} }, name, "");
  },
};

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
  };
}
