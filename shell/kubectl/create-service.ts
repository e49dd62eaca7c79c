import type { JsonObject } from "../../sim/api/types.ts";
import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl create service TYPE NAME` (create_service.go). */
export const createService: Verb = {
  name: "service",
  aliases: ["svc"],
  flags: [],
  verbs: [
    serviceVerb("clusterip", "ClusterIP", [{ name: "clusterip", type: "string" }]),
    serviceVerb("nodeport", "NodePort", [{ name: "node-port", type: "int" }]),
    serviceVerb("loadbalancer", "LoadBalancer", []),
    serviceVerb("externalname", "ExternalName", [{ name: "external-name", type: "string" }]),
  ],
  run(call) {
    call.out("Create a service using a specified subcommand.\n");
  },
};

function serviceVerb(name: string, type: string, flags: Verb["flags"]): Verb {
  return {
    name,
    flags: [...CREATE_FLAGS, { name: "tcp", type: "strings" }, ...flags],
    ...(type === "ExternalName" ? { required: ["external-name"] } : {}),
    run(call) {
      const service = nameArgument(call, `service ${name}`);
      const isHeadless = call.text("clusterip") === "None";
      const ports = call.list("tcp").map((text) => portOf(call, text));
      if (ports.length === 0 && type !== "ExternalName" && !isHeadless)
        fail("at least one tcp port specifier must be provided");
      const labels = { app: service };
      const spec = {
        ...(call.has("clusterip") ? { clusterIP: call.text("clusterip") } : {}),
        ...(call.has("external-name") ? { externalName: call.text("external-name") } : {}),
        ...(ports.length > 0 ? { ports } : {}),
        selector: labels,
        type,
      };
      const metadata = { creationTimestamp: null, labels, name: service };
      const object = { apiVersion: "v1", kind: "Service", metadata, spec, status: { loadBalancer: {} } };
      createObject(call, object, service, `failed to create ${type} service`);
    },
  };
}

/** `--tcp=PORT[:TARGET]`. */
function portOf(call: Call, text: string): JsonObject {
  const [first = "", second = first, ...more] = text.split(":");
  const port = Number(first);
  if (!/^\d+$/.test(first) || more.length > 0) fail(`strconv.Atoi: parsing "${first}": invalid syntax`);
  const nodePort = call.int("node-port", 0);
  const name = text.replace(":", "-");
  return {
    name,
    ...(nodePort > 0 ? { nodePort } : {}),
    port,
    protocol: "TCP",
    targetPort: /^\d+$/.test(second) ? Number(second) : second,
  };
}
