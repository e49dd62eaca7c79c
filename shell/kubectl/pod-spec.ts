import type { JsonObject } from "../../sim/api/types.ts";
import { isObject, listAt, objectAt, withAt } from "./json-values.ts";

/** Where a kind keeps the pod spec that it runs, e.g. `spec.template.spec`; undefined for kinds that run no pods. */
export function podSpecPath(kind: string): readonly string[] | undefined {
  switch (kind) {
    case "Pod":
      return ["spec"];
    case "CronJob":
      return ["spec", "jobTemplate", "spec", "template", "spec"];
    case "DaemonSet":
    case "Deployment":
    case "Job":
    case "ReplicaSet":
    case "ReplicationController":
    case "StatefulSet":
      return ["spec", "template", "spec"];
    default:
      return undefined;
  }
}

/** An object whose pod spec has every container (and init container) replaced by what `change` makes of it. */
export function withContainers(
  object: JsonObject,
  path: readonly string[],
  change: (container: JsonObject) => JsonObject,
): JsonObject {
  let spec = objectAt(object, ...path);
  for (const field of ["initContainers", "containers"]) {
    const list = listAt(spec, field);
    if (list.length > 0)
      spec = withAt(
        spec,
        [field],
        list.map((one) => (isObject(one) ? change(one) : one)),
      );
  }
  return withAt(object, path, spec);
}
