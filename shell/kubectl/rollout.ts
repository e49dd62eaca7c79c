import { rfc3339 } from "./calendar.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { at, sameJson, textAt } from "./json-values.ts";
import { kindLabel, resourceLabel } from "./kinds.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { historyText, revisionsOf, rollBack, templateText } from "./rollout-history.ts";
import { followRollout, rolloutStatus } from "./rollout-status.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

const FLAGS: readonly Flag[] = [...SELECTION_FLAGS, ...CHANGE_FLAGS];
const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

/** `kubectl rollout` (staging/src/k8s.io/kubectl/pkg/cmd/rollout). */
export const rollout: Verb = {
  name: "rollout",
  flags: [],
  verbs: [
    { name: "history", takesResources: true, flags: [...FLAGS, { name: "revision", type: "int" }], run: history },
    {
      name: "pause",
      takesResources: true,
      flags: FLAGS,
      run: (call) => each(call, (target) => setPaused(call, target, true)),
    },
    {
      name: "restart",
      takesResources: true,
      flags: FLAGS,
      run: (call) => each(call, (target) => restart(call, target)),
    },
    {
      name: "resume",
      takesResources: true,
      flags: FLAGS,
      run: (call) => each(call, (target) => setPaused(call, target, false)),
    },
    {
      name: "status",
      takesResources: true,
      flags: [
        ...SELECTION_FLAGS,
        { name: "revision", type: "int" },
        { name: "timeout", type: "duration" },
        { name: "watch", short: "w", type: "bool" },
      ],
      run: status,
    },
    {
      name: "undo",
      takesResources: true,
      flags: [...FLAGS, { name: "to-revision", type: "int" }],
      run: (call) =>
        each(call, (target) =>
          printDone(call, target, rollBack(call, target, call.int("to-revision", 0)), target.object),
        ),
    },
  ],
  run(call) {
    const [word] = call.args;
    if (word !== undefined) failUsage("rollout", `unknown command "${word}"`);
    call.out("Manage the rollout of one or many resources.\n");
  },
};

function chosen(call: Call) {
  if (call.args.length === 0 && !call.has("filename") && !call.has("selector")) fail("required resource not specified");
  return selectObjects(call, call.args, { fetch: true });
}

function each(call: Call, work: (target: Target) => void): void {
  const { targets, errors } = chosen(call);
  const failed = [...errors];
  for (const target of targets) {
    const result = attempt(() => work(target));
    if (result instanceof KubectlError) failed.push(result);
  }
  throwCollected(failed);
}

function status(call: Call): void {
  const { targets, errors } = chosen(call);
  throwCollected(errors);
  if (targets.length === 0) call.err(`No resources found in ${call.namespace} namespace.\n`);
  for (const target of targets) {
    if (!call.on("watch", true)) {
      const { kind, namespace, name } = target;
      call.out(rolloutStatus(call.api.get(kind, namespace, name), call.int("revision", 0)).text);
    } else followRollout(call, target);
  }
}

function history(call: Call): void {
  each(call, (target) => {
    const revision = call.int("revision", 0);
    const revisions = revisionsOf(call, target);
    const head = `${kindLabel(target.kind)}/${target.name} `;
    if (revision === 0) {
      call.out(`${head}\n${historyText(revisions)}\n`);
      return;
    }
    const found = revisions.find((one) => one.number === revision);
    if (found === undefined) fail("unable to find the specified revision");
    call.out(`${head}with revision #${revision}\n${templateText(found.template, call.client.wallMs)}\n`);
  });
}

function setPaused(call: Call, target: Target, paused: boolean): void {
  const { kind, namespace, name, object } = target;
  const label = `${resourceLabel(kind)} "${name}"`;
  if (kind.kind !== "Deployment") fail(`${label} ${paused ? "pausing" : "resuming"} is not supported`);
  if ((at(object, "spec", "paused") === true) === paused)
    fail(`${label} is ${paused ? "already paused" : "not paused"}`);
  const patch = { spec: { paused: paused ? true : null } };
  const choice = writeChoice(call, "kubectl-rollout");
  const changed = call.dryRun === "client" ? object : call.api.patch(kind, namespace, name, "strategic", patch, choice);
  printDone(call, target, paused ? "paused" : "resumed", changed);
}

function restart(call: Call, target: Target): void {
  const { kind, namespace, name, object } = target;
  const label = `${resourceLabel(kind)} "${name}"`;
  if (!["Deployment", "DaemonSet", "StatefulSet"].includes(kind.kind)) fail(`${label} restarting is not supported`);
  if (at(object, "spec", "paused") === true) {
    fail(`${label} can't restart paused deployment (run rollout resume first)`);
  }
  const now = rfc3339(call.client.wallMs);
  if (sameJson(textAt(object, "spec", "template", "metadata", "annotations", RESTARTED_AT), now)) {
    fail(
      "if restart has already been triggered within the past second, please wait before attempting to trigger another",
    );
  }
  const patch = { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: now } } } } };
  const choice = writeChoice(call, "kubectl-rollout");
  const changed = call.dryRun === "client" ? object : call.api.patch(kind, namespace, name, "strategic", patch, choice);
  printDone(call, target, "restarted", changed);
}
