import { fail } from "./failure.ts";
import { changeMetadata, METADATA_FLAGS, type MetadataWording, readPairs } from "./metadata-change.ts";
import type { Verb } from "./verb.ts";

/** The annotation that `rollout history` shows; it may always be overwritten. */
export const CHANGE_CAUSE = "kubernetes.io/change-cause";

const WORDING: MetadataWording = {
  verb: "annotate",
  field: "annotations",
  pairType: "annotation",
  refuseOverwrite(before, set) {
    const clashes = [...set.keys()].filter((key) => key !== CHANGE_CAUSE && before[key] !== undefined);
    if (clashes.length === 0) return;
    const list = clashes.map((key) => `'${key}' already has a value (${before[key]})`).join("; ");
    fail(`--overwrite is false but found the following declared annotation(s): ${list}`);
  },
  done: () => "annotated",
};

/** `kubectl annotate` (staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go). */
export const annotate: Verb = {
  name: "annotate",
  takesResources: true,
  flags: METADATA_FLAGS,
  run: (call) => changeMetadata(call, WORDING, readPairs(call, "annotation")),
};
