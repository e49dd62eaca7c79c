import { apiVersionOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

const SCALED = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
const AUTOSCALER = BUILT_IN_KINDS.find((kind) => kind.kind === "HorizontalPodAutoscaler")!;

/** `kubectl autoscale` (staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go): a HorizontalPodAutoscaler for a workload. */
export const autoscale: Verb = {
  name: "autoscale",
  takesResources: true,
  kinds: SCALED,
  flags: [
    ...SELECTION_FLAGS,
    ...CHANGE_FLAGS,
    { name: "min", type: "int" },
    { name: "max", type: "int" },
    { name: "cpu-percent", type: "int" },
    { name: "name", type: "string" },
    { name: "save-config", type: "bool" },
  ],
  required: ["max"],
  run(call) {
    const [min, max] = [call.int("min", -1), call.int("max", -1)];
    if (max < 1) fail(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min) fail(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    const { targets, errors } = selectObjects(call, call.args, { fetch: true });
    const failed = targets.flatMap((target) => {
      const result = attempt(() => autoscaleOne(call, target));
      return result instanceof KubectlError ? [result] : [];
    });
    throwCollected([...errors, ...failed]);
  },
};

function autoscaleOne(call: Call, { kind, namespace, name }: Target): void {
  if (!SCALED.includes(kind.kind)) fail(`cannot autoscale a ${kind.kind}${kind.group === "" ? "" : `.${kind.group}`}`);
  const [min, percent] = [call.int("min", -1), call.int("cpu-percent", -1)];
  const own = call.text("name") || name;
  const metadata = { creationTimestamp: null, name: own, ...(call.dryRun === "client" ? {} : { namespace }) };
  const scale = {
    maxReplicas: call.int("max", 0),
    ...(min > 0 ? { minReplicas: min } : {}),
    scaleTargetRef: { apiVersion: apiVersionOf(kind), kind: kind.kind, name },
  };
  if (call.dryRun === "client") {
    const percentage = percent >= 0 ? { targetCPUUtilizationPercentage: percent } : {};
    const shown = { apiVersion: "autoscaling/v1", kind: AUTOSCALER.kind, metadata, spec: { ...scale, ...percentage } };
    const status = { currentReplicas: 0, desiredReplicas: 0 };
    printDone(call, { kind: AUTOSCALER, name: own }, "autoscaled", { ...shown, status });
    return;
  }
  const target = { type: "Utilization", averageUtilization: percent };
  const metrics = percent >= 0 ? { metrics: [{ type: "Resource", resource: { name: "cpu", target } }] } : {};
  // The real tool sends autoscaling/v1, which its server converts; this one has v2 alone.
  const body = {
    apiVersion: apiVersionOf(AUTOSCALER),
    kind: AUTOSCALER.kind,
    metadata,
    spec: { ...scale, ...metrics },
  };
  const made = call.api.create(AUTOSCALER, namespace, body, writeChoice(call, "kubectl-autoscale"));
  printDone(call, { kind: AUTOSCALER, name: own }, "autoscaled", made);
}
