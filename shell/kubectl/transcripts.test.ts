import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { normText } from "../../test/oracles/support/normalise.ts";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { createShell } from "../index.ts";

interface Step {
  readonly argv?: readonly string[];
  readonly stdin?: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const recorded = new URL("../../test/oracles/kubectl/scenarios.jsonl.gz", import.meta.url);
const scenarios: readonly Scenario[] = gunzipSync(readFileSync(recorded))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** Steps that need neither controllers, nor defaulting, nor validation by the server; in order, each scenario on one cluster. */
const REPLAYED: Readonly<Record<string, readonly number[]>> = {
  "s01-deployment-service": [2, 22, 27, 31, 32, 38, 46, 47, 51, 57, 59, 65],
  "s02-guestbook": [1, 2, 3, 18, 19, 25, 26, 27, 29, 32, 34, 35, 38, 42, 43],
  "s03-statefulset-pvc-daemonset": [0, 12, 16, 19, 36],
  "s04-batch-config": [30, 31, 38, 39, 40, 47, 48, 49, 50, 51, 55, 59, 60, 61],
  "s05-errors": [
    ...[0, 1, 2, 3, 4, 5, 6, 12, 13, 14, 16, 18, 19, 22, 23, 24, 25, 26, 27, 28, 30, 34, 36, 37, 39],
    ...[62, 63, 64, 65, 69, 70, 72, 73, 75, 76, 77],
  ],
  "s06-nodes-drain-pdb": [6, 9, 11, 12, 13, 14, 15, 16, 17, 18, 27, 28, 40, 45, 46, 58, 62],
  "s07-apply-ssa-edit-crd": [1, 2, 3, 4, 8, 9, 12, 13, 16, 17, 18, 39, 40, 42, 43, 44, 45, 46, 47],
  "s08-discovery-rbac-net": [0, 4, 5, 6, 7, 49],
};

const ZONES = { a: "us-south-1", b: "us-south-2", c: "us-south-3" };

function freshCluster(): FakeCluster {
  const cluster = new FakeCluster();
  for (const [letter, zone] of Object.entries(ZONES)) {
    for (const number of [1, 2]) {
      const labels = { "topology.kubernetes.io/zone": zone };
      cluster.put("Node", { metadata: { name: `node-${letter}${number}`, labels }, spec: {} });
    }
  }
  return cluster;
}

describe.each(scenarios)("$name", ({ name, files, steps }) => {
  const cluster = freshCluster();
  for (const index of REPLAYED[name] ?? []) {
    const step = steps[index]!;
    test(`${index}: ${step.argv!.join(" ")}`, () => {
      const read = (path: string) => files[path];
      const shell = createShell(cluster, step.stdin === undefined ? { read } : { read, stdin: step.stdin });
      const { exit, stdout, stderr } = shell.run(["kubectl", ...step.argv!]);
      expect({ exit, stdout: normText(stdout), stderr: normText(stderr) }).toEqual({
        exit: step.exit,
        stdout: step.stdout,
        stderr: step.stderr,
      });
    });
  }
});
