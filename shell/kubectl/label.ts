import { fail, KubectlError } from "./failure.ts";
import { changeMetadata, METADATA_FLAGS, type MetadataWording, readPairs } from "./metadata-change.ts";
import type { Verb } from "./verb.ts";

const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const WORDING: MetadataWording = {
  verb: "label",
  field: "labels",
  pairType: "label",
  refuseOverwrite(before, set) {
    const clashes = [...set].filter(([key, value]) => before[key] !== undefined && before[key] !== value);
    if (clashes.length === 0) return;
    const failures = clashes.map(([key]) => ({
      kind: "plain" as const,
      message: `'${key}' already has a value (${before[key]}), and --overwrite is false`,
    }));
    throw new KubectlError({ kind: "several", failures });
  },
  done: ({ changed, shrunk }) => (!changed ? "not labeled" : shrunk ? "unlabeled" : "labeled"),
};

/** `kubectl label` (staging/src/k8s.io/kubectl/pkg/cmd/label/label.go). */
export const label: Verb = {
  name: "label",
  takesResources: true,
  flags: METADATA_FLAGS,
  run(call) {
    const words = readPairs(call, "label");
    for (const [key, value] of words.set) {
      const complaints = labelValueComplaints(value);
      if (complaints.length > 0) fail(`invalid label value: "${key}=${value}": ${complaints.join(";")}`);
    }
    changeMetadata(call, WORDING, words);
  },
};

/** What is wrong with a label's value, in apimachinery's words; empty when nothing is. */
export function labelValueComplaints(value: string): readonly string[] {
  const complaints: string[] = [];
  if (value.length > 63) complaints.push("must be no more than 63 characters");
  if (!/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)) complaints.push(VALUE_RULE);
  return complaints;
}
