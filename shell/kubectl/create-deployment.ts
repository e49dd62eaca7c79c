import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl create deployment NAME --image=… [--replicas=N] [--port=N] [-- COMMAND]` (create_deployment.go). */
export const createDeployment: Verb = {
  name: "deployment",
  aliases: ["deploy"],
  flags: [
    ...CREATE_FLAGS,
    { name: "image", type: "strings" },
    { name: "port", type: "int" },
    { name: "replicas", short: "r", type: "int" },
  ],
  required: ["image"],
  run(call) {
    const name = nameArgument(call, "deployment");
    const images = call.list("image");
    const command = call.args.slice(call.dashAt);
    if (images.length > 1 && command.length > 0) fail("cannot specify multiple --image options and command");
    const replicas = call.int("replicas", 1);
    if (call.has("replicas") && replicas < 0) fail("replicas must be greater than or equal to 0");
    const labels = { app: name };
    const object = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { creationTimestamp: null, labels, name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        strategy: {},
        template: {
          metadata: { creationTimestamp: null, labels },
          spec: { containers: images.map((image) => container(call, image, command)) },
        },
      },
      status: {},
    };
    createObject(call, object, name, "failed to create deployment");
  },
};

function container(call: Call, image: string, command: readonly string[]) {
  const port = call.int("port", -1);
  return {
    ...(command.length > 0 ? { command } : {}),
    image,
    name: containerName(image),
    ...(port >= 0 ? { ports: [{ containerPort: port }] } : {}),
    resources: {},
  };
}

/** The last part of an image's path without tag and digest, made a valid name. */
function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  const bare = last.split(":")[0]!.split("@")[0]!;
  return bare.replace(/[^a-zA-Z0-9-]/g, "-");
}
