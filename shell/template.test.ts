import { describe, expect, test } from "vitest";
import { FakeCluster } from "./fake-cluster.test-support.ts";
import { createShell, createTemplates } from "./index.ts";

function terminal() {
  const cluster = new FakeCluster();
  const kubectl = createTemplates(createShell(cluster))["kubectl"]!;
  return { cluster, kubectl };
}

describe("the tagged template", () => {
  test("takes an interpolated value as one word, whatever it holds", () => {
    const { kubectl } = terminal();
    const value = "two words; -n x 'quoted'";
    expect(kubectl`create configmap settings --from-literal=${`mode=${value}`}`.ok).toBe(true);
    expect(kubectl`get cm settings -o jsonpath={.data.mode}`.stdout).toBe(value);
  });

  test("runs several lines until one fails", () => {
    const { kubectl } = terminal();
    const result = kubectl`
      create namespace lab
      create namespace lab   # again
      create namespace never
    `;
    expect(String(result)).toBe(
      'namespace/lab created\nError from server (AlreadyExists): namespaces "lab" already exists\n',
    );
    expect([result.ok, result.exit]).toEqual([false, 1]);
    expect(kubectl`get ns -o name`.stdout).toBe("namespace/lab\n");
  });

  test("takes an object, a list of objects, or text of several lines as a manifest", () => {
    const { kubectl } = terminal();
    const map = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "1" } });
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n";
    expect(kubectl`apply -f ${map("a")} -f ${[map("b")]} -f ${text}`.stdout).toBe(
      "configmap/a created\nconfigmap/b created\nconfigmap/c created\n",
    );
  });

  test("leaves backslashes to the command", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("ConfigMap", { metadata: { name: "a", labels: { "app.io/name": "x" } } });
    expect(kubectl`get cm a -o jsonpath='{.metadata.labels.app\.io/name}{"\n"}'`.stdout).toBe("x\n");
  });
});
