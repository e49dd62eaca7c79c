import { whileDoing } from "./api.ts";
import { fieldValidation } from "./apply.ts";
import { createConfigMap } from "./create-configmap.ts";
import { createDeployment } from "./create-deployment.ts";
import { createIngress } from "./create-ingress.ts";
import { createCronJob, createJob } from "./create-job.ts";
import { createDisruptionBudget, createPriorityClass, createQuota } from "./create-policy.ts";
import { createClusterRole, createClusterRoleBinding, createRole, createRoleBinding } from "./create-rbac.ts";
import { createSecret } from "./create-secret.ts";
import { createService } from "./create-service.ts";
import { createNamespace, createServiceAccount } from "./create-simple.ts";
import { createToken } from "./create-token.ts";
import { fail, KubectlError } from "./failure.ts";
import { textAt } from "./json-values.ts";
import { withLastApplied } from "./last-applied.ts";
import { attempt, readManifests, type Target, throwCollected } from "./manifest.ts";
import { MANIFEST_FLAGS, printDone, writeChoice } from "./output.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl create` (staging/src/k8s.io/kubectl/pkg/cmd/create/create.go); each kind it can make is a file of its own. */
export const create: Verb = {
  name: "create",
  flags: [
    ...MANIFEST_FLAGS,
    { name: "save-config", type: "bool" },
    { name: "edit", type: "bool" },
    { name: "raw", type: "string" },
  ],
  verbs: [
    ...[createClusterRole, createClusterRoleBinding, createConfigMap, createCronJob, createDeployment, createIngress],
    ...[createJob, createNamespace, createDisruptionBudget, createPriorityClass, createQuota, createRole],
    ...[createRoleBinding, createSecret, createService, createServiceAccount, createToken],
  ],
  run(call) {
    if (!call.has("filename")) {
      const [word] = call.args;
      if (word === undefined) fail("must specify one of -f and -k");
      fail(`Unexpected args: [${call.args.join(" ")}]\nSee 'kubectl create -h' for help and examples`);
    }
    const { targets, errors } = readManifests(call, fieldValidation(call) === "Strict");
    const failed: KubectlError[] = [...errors];
    for (const target of targets) {
      const result = attempt(() => createOne(call, target));
      if (result instanceof KubectlError) failed.push(result);
    }
    throwCollected(failed);
    if (targets.length === 0) fail("no objects passed to create");
  },
};

function createOne(call: Call, target: Target): void {
  const { kind, namespace, source } = target;
  const object = call.on("save-config") ? withLastApplied(target.object) : target.object;
  if (call.dryRun === "client") {
    printDone(call, target, "created", object);
    return;
  }
  const choice = { ...writeChoice(call, "kubectl-create"), fieldValidation: fieldValidation(call) };
  const created = whileDoing(`error when creating "${source}": `, () =>
    call.api.create(kind, namespace, object, choice),
  );
  printDone(call, { kind, name: textAt(created, "metadata", "name") }, "created", created);
}
