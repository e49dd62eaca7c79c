import { describe, expect, test } from "vitest";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { complete, createShell } from "../index.ts";

function terminal(files: Readonly<Record<string, string>> = {}) {
  const cluster = new FakeCluster();
  const shell = createShell(cluster, { read: (path) => files[path] });
  return { cluster, kubectl: (line: string) => shell.run(`kubectl ${line}`), shell };
}

const DEPLOYMENT = { spec: { replicas: 2, template: { spec: { containers: [{ name: "web", image: "nginx:1" }] } } } };

describe("how kubectl refuses", () => {
  test.each([
    ["gett pods", 'Error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n\n'],
    ["get pods --bogus=1", "Error: unknown flag: --bogus\nSee 'kubectl get --help' for usage.\n"],
    ["get pods -xyz", "Error: unknown shorthand flag: 'x' in -xyz\nSee 'kubectl get --help' for usage.\n"],
    ["get pods -n", "Error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage.\n"],
    ["get pods --namespace", "Error: flag needs an argument: --namespace\nSee 'kubectl get --help' for usage.\n"],
    [
      "scale deploy web --replicas=two",
      'Error: invalid argument "two" for "--replicas" flag: strconv.ParseInt: parsing "two": invalid syntax\n' +
        "See 'kubectl scale --help' for usage.\n",
    ],
    ["delete pods", "error: resource(s) were provided, but no name was specified\n"],
    ["get pod/a b", /^error: there is no need to specify a resource type as a separate argument/],
    ["get pods a -A", "error: a resource cannot be retrieved by name across all namespaces\n"],
    ["get pods a -l x=y", "error: name cannot be provided when a selector is specified\n"],
    [
      "create namespace",
      "error: exactly one NAME is required, got 0\nSee 'kubectl create namespace -h' for help and examples\n",
    ],
    ["apply", "error: must specify one of -f and -k\n"],
    ["get", /^You must specify the type of resource to get\.[\s\S]*See 'kubectl get -h' for help and examples\n$/],
    ["get pods --dry-run", "Error: unknown flag: --dry-run\nSee 'kubectl get --help' for usage.\n"],
  ])("kubectl %s", (line, stderr) => {
    const result = terminal().kubectl(line);
    expect(result).toMatchObject({ exit: 1, stdout: "" });
    if (typeof stderr === "string") expect(result.stderr).toBe(stderr);
    else expect(result.stderr).toMatch(stderr);
  });

  test("when nobody answers", () => {
    const { cluster, kubectl } = terminal();
    cluster.down = true;
    const stderr =
      "The connection to the server 10.0.0.10:6443 was refused - did you specify the right host or port?\n";
    expect(kubectl("get pods")).toEqual({ exit: 1, stdout: "", stderr });
    expect(kubectl("get all")).toEqual({ exit: 1, stdout: "", stderr });
    expect(kubectl("version")).toMatchObject({ exit: 1, stderr });
  });
});

describe("get", () => {
  test("shows several kinds with their names' prefix and a blank line between", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("Pod", { metadata: { name: "web-1", labels: { app: "web" } } });
    cluster.put("Deployment", { metadata: { name: "web" }, ...DEPLOYMENT });
    expect(kubectl("get po,deploy").stdout).toBe(
      "NAME        AGE\npod/web-1   5s\n\nNAME                  AGE\ndeployment.apps/web   5s\n",
    );
    expect(kubectl("get pods -L app --show-labels").stdout).toBe(
      "NAME    AGE   APP   LABELS\nweb-1   5s    web   app=web\n",
    );
    expect(kubectl("get pods -A --no-headers").stdout).toBe("default   web-1   5s\n");
    expect(kubectl("get pods -l app=other")).toEqual({
      exit: 0,
      stdout: "",
      stderr: "No resources found in default namespace.\n",
    });
  });

  test("goes on after what is missing, and forgives it when asked to", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("Pod", { metadata: { name: "web" } });
    expect(kubectl("get pods web gone")).toEqual({
      exit: 1,
      stdout: "NAME   AGE\nweb    5s\n",
      stderr: 'Error from server (NotFound): pods "gone" not found\n',
    });
    expect(kubectl("get pod gone --ignore-not-found")).toEqual({ exit: 0, stdout: "", stderr: "" });
  });

  test("sorts by a path: numbers by size, missing values first", () => {
    const { cluster, kubectl } = terminal();
    for (const [name, replicas] of [
      ["a", 10],
      ["b", 9],
      ["c", null],
    ] as const) {
      cluster.put("Deployment", { metadata: { name }, spec: replicas === null ? {} : { replicas } });
    }
    expect(kubectl("get deploy --sort-by=.spec.replicas --no-headers").stdout).toBe("c     5s\nb     5s\na     5s\n");
    expect(kubectl("get deploy --sort-by={.spec.replicas} -o name").stdout).toBe(
      "deployment.apps/c\ndeployment.apps/b\ndeployment.apps/a\n",
    );
  });
});

describe("apply", () => {
  const manifest = (image: string, env: string) => `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {a: "1"}}
spec: {containers: [{name: web, image: "${image}", env: [${env}]}]}
`;

  test("patches only what differs, removes what it applied before, and keeps what others added", () => {
    const files = {
      "1": manifest("nginx:1", "{name: A, value: x}, {name: B, value: x}"),
      "2": manifest("nginx:2", "{name: B, value: x}"),
    };
    const { cluster, kubectl } = terminal(files);
    expect(kubectl("apply -f 1").stdout).toBe("pod/web created\n");
    kubectl("label pod web by=hand");
    expect(kubectl("apply -f 1").stdout).toBe("pod/web unchanged\n");
    expect(kubectl("apply -f 2").stdout).toBe("pod/web configured\n");
    expect(cluster.requests.at(-1)!.body).toMatchObject({
      spec: {
        "$setElementOrder/containers": [{ name: "web" }],
        containers: [
          {
            name: "web",
            image: "nginx:2",
            "$setElementOrder/env": [{ name: "B" }],
            env: [{ $patch: "delete", name: "A" }],
          },
        ],
      },
    });
    expect(kubectl("get pod web -o jsonpath='{.metadata.labels} {.spec.containers[0].env[*].name}'").stdout).toBe(
      '{"a":"1","by":"hand"} B',
    );
  });

  test("takes every document and List of a file, and goes on after one that fails", () => {
    const files = {
      f: `${manifest("a", "")}---\napiVersion: v1\nkind: Nope\nmetadata: {name: x}\n---\n{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}]}\n`,
    };
    expect(terminal(files).kubectl("apply -f f")).toEqual({
      exit: 1,
      stdout: "pod/web created\nconfigmap/c created\n",
      stderr:
        'error: resource mapping not found for name: "x" namespace: "" from "f": no matches for kind "Nope" in version "v1"\nensure CRDs are installed first\n',
    });
  });
});

describe("waiting", () => {
  test("rollout status prints a line for each change until it is done", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("Deployment", { metadata: { name: "web" }, ...DEPLOYMENT, status: { observedGeneration: 1 } });
    let ready = 0;
    cluster.onStep = () => {
      const status = { observedGeneration: 1, updatedReplicas: 2, replicas: 2, availableReplicas: ready++ };
      const request = { group: "apps", version: "v1", resource: "deployments", namespace: "default", name: "web" };
      cluster.request({ verb: "patch", ...request, patchType: "merge", body: { status } });
      return true;
    };
    expect(kubectl("rollout status deployment/web").stdout).toBe(
      `Waiting for deployment "web" rollout to finish: 0 out of 2 new replicas have been updated...
Waiting for deployment "web" rollout to finish: 0 of 2 updated replicas are available...
Waiting for deployment "web" rollout to finish: 1 of 2 updated replicas are available...
deployment "web" successfully rolled out
`,
    );
  });

  test("ends at the time-out, and where nothing more will happen", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("Deployment", { metadata: { name: "web" }, ...DEPLOYMENT });
    expect(kubectl("rollout status deploy web --timeout=3s")).toMatchObject({
      exit: 1,
      stderr: "error: timed out waiting for the condition\n",
    });
    expect(kubectl("rollout status deploy web").stderr).toMatch(/^error: nothing more will happen/);
  });

  test("get -w prints a row for each change until nothing is left to happen", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("Pod", { metadata: { name: "web" } });
    let steps = 0;
    cluster.onStep = () => {
      if (steps++ === 1) cluster.put("Pod", { metadata: { name: "longer-name" } });
      if (steps === 3)
        cluster.request({
          verb: "delete",
          group: "",
          version: "v1",
          resource: "pods",
          namespace: "default",
          name: "web",
        });
      return steps < 5;
    };
    expect(kubectl("get pods -w")).toEqual({
      exit: 0,
      stdout: "NAME   AGE\nweb    5s\nlonger-name   5s\nweb           5s\n",
      stderr: "",
    });
  });

  test("delete waits until the object is gone", () => {
    const { cluster, kubectl } = terminal();
    cluster.put("Pod", { metadata: { name: "web" } });
    const result = kubectl("delete pod web");
    expect(result).toEqual({ exit: 0, stdout: 'pod "web" deleted\n', stderr: "" });
    expect(cluster.requests.map((request) => request.verb)).toEqual(["delete", "get"]);
  });
});

describe("complete", () => {
  test.each([
    ["kubectl ro", ["rollout"]],
    ["kubectl rollout re", ["restart", "resume"]],
    ["kubectl get deploy", ["deployments"]],
    ["kubectl get pod w", ["web-1", "web-2"]],
    ["kubectl get -n lab pod ", ["other"]],
    ["kubectl delete pod/web-1", []],
    ["kubectl delete pod/web-", ["pod/web-1", "pod/web-2"]],
    ["kubectl get pods --show", ["--show-kind", "--show-labels", "--show-managed-fields"]],
    ["kubectl get pods -o js", ["json", "jsonpath="]],
    ["kub", ["kubectl"]],
  ])("%s", (line, matches) => {
    const { cluster } = terminal();
    cluster.put("Pod", { metadata: { name: "web-1" } });
    cluster.put("Pod", { metadata: { name: "web-2" } });
    cluster.put("Pod", { metadata: { name: "other", namespace: "lab" } });
    expect(complete(line, line.length, cluster).matches).toEqual(matches);
  });

  test("says nothing when the cluster does not answer", () => {
    const { cluster } = terminal();
    cluster.down = true;
    expect(complete("kubectl get pod w", 17, cluster)).toEqual({ start: 16, end: 17, matches: [] });
  });
});
