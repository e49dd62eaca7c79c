import type { JsonObject } from "../../sim/api/types.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { at, listAt, objectAt, sortedKeys, textAt, withAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { labelMapOf } from "./label-map.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { podSpecPath } from "./pod-spec.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

const SERVICE = BUILT_IN_KINDS.find((kind) => kind.kind === "Service")!;
const EXPOSED = ["Pod", "Service", "ReplicationController", "Deployment", "ReplicaSet"];

const FLAGS: readonly Flag[] = [
  ...SELECTION_FLAGS.filter((flag) => flag.name !== "selector" && flag.name !== "all"),
  ...CHANGE_FLAGS,
  { name: "name", type: "string" },
  { name: "port", type: "string" },
  { name: "target-port", type: "string" },
  { name: "protocol", type: "string" },
  { name: "type", type: "string" },
  { name: "selector", type: "string" },
  { name: "labels", short: "l", type: "string" },
  { name: "external-ip", type: "string" },
  { name: "cluster-ip", type: "string" },
  { name: "load-balancer-ip", type: "string" },
  { name: "session-affinity", type: "string" },
  { name: "overrides", type: "string" },
];

/** `kubectl expose` (staging/src/k8s.io/kubectl/pkg/cmd/expose/expose.go): a Service in front of a workload. */
export const expose: Verb = {
  name: "expose",
  takesResources: true,
  kinds: EXPOSED,
  flags: FLAGS,
  run(call) {
    if (call.args.length === 0 && !call.has("filename")) {
      fail(
        "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
      );
    }
    const { targets, errors } = selectObjects(call, call.args, { fetch: true });
    throwCollected(errors);
    const failed: KubectlError[] = [];
    for (const target of targets) {
      const result = attempt(() => exposeOne(call, target));
      if (result instanceof KubectlError) failed.push(result);
    }
    throwCollected(failed);
  },
};

function exposeOne(call: Call, target: Target): void {
  const { kind, object } = target;
  if (!EXPOSED.includes(kind.kind)) fail(`cannot expose a ${kind.kind}${kind.group === "" ? "" : `.${kind.group}`}`);
  const name = call.text("name") || target.name.slice(0, 63);
  const service = serviceFor(call, target, name);
  const ports = listAt(service, "spec", "ports");
  if (ports.length === 0) {
    fail("couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples");
  }
  const namespace = textAt(object, "metadata", "namespace") || call.namespace;
  if (call.dryRun === "client") {
    printDone(
      call,
      { kind: SERVICE, name },
      "exposed",
      withAt(service, ["metadata", "namespace"], call.has("namespace") ? namespace : undefined),
    );
    return;
  }
  const placed = withAt(service, ["metadata", "namespace"], namespace);
  const made = call.api.create(SERVICE, namespace, placed, writeChoice(call, "kubectl-expose"));
  printDone(call, { kind: SERVICE, name }, "exposed", made);
}

/** The Service that the flags and the exposed object describe. */
function serviceFor(call: Call, { object, kind }: Target, name: string): JsonObject {
  const selector = call.has("selector") ? labelMapOf(call.text("selector"), "selector") : selectorOf(object, kind.kind);
  const labels = call.has("labels") ? labelMapOf(call.text("labels"), "label") : objectAt(object, "metadata", "labels");
  const metadata = { creationTimestamp: null, ...(sortedKeys(labels).length > 0 ? { labels } : {}), name };
  const spec = {
    ...(call.text("cluster-ip") === ""
      ? {}
      : { clusterIP: call.text("cluster-ip") === "None" ? "None" : call.text("cluster-ip") }),
    ...(call.has("external-ip") ? { externalIPs: call.list("external-ip") } : {}),
    ...(call.has("load-balancer-ip") ? { loadBalancerIP: call.text("load-balancer-ip") } : {}),
    ports: portsFor(call, object, kind.kind),
    selector,
    ...(call.has("session-affinity") ? { sessionAffinity: call.text("session-affinity") } : {}),
    ...(call.has("type") ? { type: call.text("type") } : {}),
  };
  return { apiVersion: "v1", kind: "Service", metadata, spec, status: { loadBalancer: {} } };
}

function selectorOf(object: JsonObject, kind: string): JsonObject {
  if (kind === "Pod") {
    const labels = objectAt(object, "metadata", "labels");
    if (sortedKeys(labels).length === 0)
      fail(
        "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
      );
    return labels;
  }
  if (listAt(object, "spec", "selector", "matchExpressions").length > 0) {
    fail(
      "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - \"matchExpressions\" - to map-based selector format",
    );
  }
  const selector =
    kind === "Service" || kind === "ReplicationController"
      ? objectAt(object, "spec", "selector")
      : objectAt(object, "spec", "selector", "matchLabels");
  if (sortedKeys(selector).length === 0)
    fail("couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set");
  return selector;
}

interface FoundPort {
  readonly port: number;
  readonly protocol: string;
}

function portsFor(call: Call, object: JsonObject, kind: string): readonly JsonObject[] {
  const found = portsOf(object, kind);
  const wanted: readonly FoundPort[] = call.has("port")
    ? call.list("port").map((text) => {
        const port = Number(text);
        if (!Number.isInteger(port)) failUsage("expose", `strconv.Atoi: parsing "${text}": invalid syntax`);
        return { port, protocol: found.find((one) => one.port === port)?.protocol ?? "TCP" };
      })
    : found;
  const target = call.text("target-port");
  return wanted.map(({ port, protocol }, i) => ({
    ...(wanted.length > 1 ? { name: `port-${i + 1}` } : {}),
    port,
    protocol: call.text("protocol") || protocol,
    targetPort: target === "" ? port : /^\d+$/.test(target) ? Number(target) : target,
  }));
}

function portsOf(object: JsonObject, kind: string): readonly FoundPort[] {
  if (kind === "Service") {
    return listAt(object, "spec", "ports").map((one) => ({
      port: Number(at(one, "port")),
      protocol: textAt(one, "protocol") || "TCP",
    }));
  }
  const path = podSpecPath(kind) ?? ["spec"];
  return listAt(object, ...path, "containers")
    .flatMap((container) => listAt(container, "ports"))
    .map((one) => ({ port: Number(at(one, "containerPort")), protocol: textAt(one, "protocol") || "TCP" }));
}
