import { describe, expect, it } from "vitest";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { createShell } from "../index.ts";

const texts: Readonly<Record<string, string>> = {
  strategy: 'How pods are replaced.\n\nPossible enum values:\n - `"B"` b\n - `"A"` a',
  replicas: "a".repeat(40).concat(" ").concat("b".repeat(40)),
};

function explain(words: string) {
  const cluster = Object.assign(new FakeCluster(), {
    descriptions: (_group: string, struct: string) => ({
      text: `About ${struct}.`,
      fields: new Map(Object.entries(texts).map(([name, text]) => [name, { text, required: name === "replicas" }])),
    }),
  });
  return createShell(cluster).run(`kubectl explain ${words}`);
}

describe("kubectl explain", () => {
  it("shows a field with what it is made of, wrapped and in order", () => {
    const { stdout } = explain("deploy.spec");
    expect(stdout).toContain(
      "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: spec <DeploymentSpec>\n\n\n",
    );
    expect(stdout).toContain(`  replicas\t<integer> -required-\n    ${"a".repeat(40)}\n    ${"b".repeat(40)}\n\n`);
    expect(stdout).toContain("  strategy\t<DeploymentStrategy>\n  enum: A, B\n    How pods are replaced.\n");
    expect(stdout).toContain("  template\t<PodTemplateSpec>");
    expect(stdout.indexOf("minReadySeconds")).toBeLessThan(stdout.indexOf("paused"));
  });

  it("goes down into every field with --recursive, and ends where a struct holds itself", () => {
    const { stdout } = explain("pod --recursive");
    expect(stdout).toContain("\n  spec\t<PodSpec>\n");
    expect(stdout).toContain("\n    containers\t<[]Container>");
    expect(stdout).toContain("\n      ports\t<[]ContainerPort>\n        containerPort\t<integer> -required-\n");
    expect(stdout).toContain("\n    nodeSelector\t<map[string]string>\n");
  });

  it.each([
    ["pod.spec.nope", 'error: field "nope" does not exist\n'],
    ["nothing", 'error: the server doesn\'t have a resource type "nothing"\n'],
    ["pod --api-version=apps/v1", 'error: couldn\'t find resource for "apps/v1, Resource=pods"\n'],
    ["", /^error: You must specify the type of resource to explain/],
    ["pod svc", "error: We accept only this format: explain RESOURCE\n"],
  ])("refuses %s", (words, said) => {
    const { exit, stderr } = explain(words);
    expect(exit).toBe(1);
    expect(stderr).toMatch(said);
  });
});
