import type { JsonObject } from "../../sim/api/types.ts";
import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import { objectAt, textAt } from "./json-values.ts";
import { throwCollected } from "./manifest.ts";
import { selectObjects } from "./selection.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl create job NAME --image=… [-- COMMAND]`, or a run of a CronJob now by `--from` (create_job.go). */
export const createJob: Verb = {
  name: "job",
  flags: [...CREATE_FLAGS, { name: "image", type: "string" }, { name: "from", type: "string" }],
  run(call) {
    const name = nameArgument(call, "job");
    const command = call.args.slice(call.dashAt);
    const [image, from] = [call.text("image"), call.text("from")];
    if ((image === "") === (from === "")) fail("either --image or --from must be specified");
    if (command.length > 0 && from !== "") fail("cannot specify --from and command");
    const job = from === "" ? jobOf(name, image, command) : jobFrom(call, name, from);
    createObject(call, job, name, "failed to create job");
  },
};

function podTemplate(name: string, image: string, command: readonly string[], restartPolicy: string): JsonObject {
  const container = { ...(command.length > 0 ? { command } : {}), image, name, resources: {} };
  return { metadata: { creationTimestamp: null }, spec: { containers: [container], restartPolicy } };
}

function jobOf(name: string, image: string, command: readonly string[]): JsonObject {
  return {
    ...{ apiVersion: "batch/v1", kind: "Job", metadata: { creationTimestamp: null, name } },
    ...{ spec: { template: podTemplate(name, image, command, "Never") }, status: {} },
  };
}

function jobFrom(call: Call, name: string, from: string): JsonObject {
  const { targets, errors } = selectObjects(call, [from], { fetch: true });
  throwCollected(errors);
  const [source] = targets;
  if (targets.length !== 1 || source === undefined) fail("from must be an existing cronjob");
  if (source.kind.kind !== "CronJob") fail(`unknown object type ${source.kind.kind}`);
  const template = objectAt(source.object, "spec", "jobTemplate");
  const labels = objectAt(template, "metadata", "labels");
  const owner = {
    ...{ apiVersion: "batch/v1", controller: true, kind: "CronJob", name: source.name },
    uid: textAt(source.object, "metadata", "uid"),
  };
  const metadata = {
    annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...objectAt(template, "metadata", "annotations") },
    creationTimestamp: null,
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...{ name, ownerReferences: [owner] },
  };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec: objectAt(template, "spec"), status: {} };
}

/** `kubectl create cronjob NAME --image=… --schedule=… [-- COMMAND]` (create_cronjob.go). */
export const createCronJob: Verb = {
  name: "cronjob",
  aliases: ["cj"],
  flags: [
    ...CREATE_FLAGS,
    { name: "image", type: "string" },
    { name: "schedule", type: "string" },
    { name: "restart", type: "string" },
  ],
  required: ["image", "schedule"],
  run(call) {
    const name = nameArgument(call, "cronjob");
    if (call.text("image") === "") fail("--image must be specified");
    if (call.text("schedule") === "") fail("--schedule must be specified");
    const restart = call.text("restart") || "OnFailure";
    const template = podTemplate(name, call.text("image"), call.args.slice(call.dashAt), restart);
    const metadata = { creationTimestamp: null, name };
    const spec = { jobTemplate: { metadata, spec: { template } }, schedule: call.text("schedule") };
    const object = { apiVersion: "batch/v1", kind: "CronJob", metadata, spec, status: {} };
    createObject(call, object, name, "failed to create cronjob");
  },
};
