/** The real kubectl against a served cluster. */
import { afterAll, beforeAll, describe, expect, type TestContext, it as test } from "vitest";
import { execHost } from "../../cli/serve-exec.ts";
import { Cluster } from "../../sim/index.ts";
import { notRun } from "../setup/not-run.ts";
import { kubectlProgram, serveForKubectl } from "./serve-for-kubectl.ts";

type Bench = Awaited<ReturnType<typeof serveForKubectl>>;
let bench: Bench;

beforeAll(async () => {
  bench = await serveForKubectl(Cluster.create({ seed: 5, workersPerZone: 3, managedFields: true }), execHost);
});
afterAll(() => bench.close());

/** A test that needs the program. */
function it(title: string, body: () => Promise<void>): void {
  test(title, async (context: TestContext) => {
    if (kubectlProgram === undefined) notRun(context, "no kubectl of version 1.32 was found and none could be built");
    await body();
  });
}

/** The output of a command line that must succeed; blanks separate words, and quotes hold them together. */
async function kubectl(line: string, input?: string): Promise<string> {
  const { exit, out, err } = await bench.run(words(line), input);
  expect([exit, err.replace(/^Warning:.*\n/gm, "")], line).toEqual([0, ""]);
  return out;
}

/** The complaint of a command line that must fail. */
async function refused(line: string): Promise<string> {
  const { exit, err } = await bench.run(words(line));
  expect(exit, line).not.toBe(0);
  return err;
}

function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? (bare as string));
}

describe("a Deployment", () => {
  it("is created, rolled out, shown in every form", async () => {
    expect(await kubectl("create deployment web --image=nginx --replicas=3")).toBe("deployment.apps/web created\n");
    expect(await kubectl("rollout status deployment/web --timeout=20s")).toMatch(/successfully rolled out\n$/);
    expect(await kubectl("get deployment web")).toMatch(
      /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +3\/3 +3 +3 +\d+s\n$/,
    );
    expect(await kubectl("get pods -l app=web -o wide")).toMatch(/Running +0 +\d+s +172\.30\.\d+\.\d+ +worker-\d/);
    expect(await kubectl("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}")).toBe("nginx");
    expect(await kubectl("get deployment web -o custom-columns=N:.metadata.name,R:.status.readyReplicas")).toBe(
      "N     R\nweb   3\n",
    );
    expect(JSON.parse(await kubectl("get deployment web -o json"))).toMatchObject({
      kind: "Deployment",
      apiVersion: "apps/v1",
    });
    expect(await kubectl("get deployment web -o yaml")).toMatch(/^apiVersion: apps\/v1\nkind: Deployment\n/);
    expect(await kubectl("describe deployment web")).toMatch(
      /Replicas: +3 desired \| 3 updated \| 3 total \| 3 available/,
    );
    expect(await kubectl("get pods -l app=web -o name")).toMatch(/^(pod\/web-\S+\n){3}$/);
  });

  it("is updated, undone, scaled", async () => {
    await kubectl("set image deployment/web nginx=nginx:1.27");
    await kubectl("rollout status deployment/web --timeout=20s");
    expect(await kubectl("rollout history deployment/web")).toMatch(/1 +<none>\n2 +<none>\n/);
    expect(await kubectl("rollout undo deployment/web")).toBe("deployment.apps/web rolled back\n");
    await kubectl("rollout status deployment/web --timeout=20s");
    expect(await kubectl("get deployment web -o jsonpath={..image}")).toBe("nginx");
    expect(await kubectl("scale deployment web --replicas=1")).toBe("deployment.apps/web scaled\n");
    expect(await kubectl("wait deployment/web --for=jsonpath={.status.readyReplicas}=1 --timeout=20s")).toMatch(
      /condition met/,
    );
    expect(await kubectl("rollout restart deployment/web")).toBe("deployment.apps/web restarted\n");
  });

  it("is patched in three ways, labelled, annotated", async () => {
    await kubectl(`patch deployment web -p '{"spec":{"replicas":2}}'`);
    await kubectl(`patch deployment web --type=merge -p '{"metadata":{"labels":{"tier":"front"}}}'`);
    await kubectl(`patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":3}]'`);
    expect(await kubectl("get deployment web -L tier -o jsonpath={.spec.replicas}{.metadata.labels.tier}")).toBe(
      "3front",
    );
    expect(await kubectl("label deployment web tier-")).toBe("deployment.apps/web unlabeled\n");
    expect(await kubectl("annotate deployment web note=x")).toBe("deployment.apps/web annotated\n");
    expect(await kubectl("expose deployment web --port=80")).toBe("service/web exposed\n");
    expect(await kubectl("get service web -o jsonpath={.spec.selector.app}")).toBe("web");
  });

  it("is watched while it changes", async () => {
    const watching = bench.start(["get", "pods", "-l", "app=late", "-w", "--no-headers"]);
    await expect.poll(() => bench.served.streams).toBeGreaterThan(0);
    await kubectl("create deployment late --image=nginx");
    expect(await watching.until(/Running/)).toMatch(/Pending[\s\S]*ContainerCreating[\s\S]*1\/1 +Running/);
    watching.end();
    await kubectl("delete deployment late");
  });
});

const manifest = (replicas: number) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { colour: green }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, labels: { app: shop } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - { name: shop, image: nginx, ports: [{ containerPort: 80 }] }
        ${replicas > 1 ? "- { name: side, image: busybox, command: [sleep, '1000'] }" : ""}
`;

describe("apply", () => {
  it("creates, leaves alone, changes, prunes", async () => {
    expect(await kubectl("apply -f -", manifest(1))).toBe("configmap/settings created\ndeployment.apps/shop created\n");
    expect(await kubectl("apply -f -", manifest(1))).toBe(
      "configmap/settings unchanged\ndeployment.apps/shop unchanged\n",
    );
    expect(await kubectl("apply -f -", manifest(2))).toBe(
      "configmap/settings unchanged\ndeployment.apps/shop configured\n",
    );
    expect(await kubectl("get deployment shop -o jsonpath={..name}")).toContain("shop side");
    expect(await kubectl("diff -f -", manifest(2))).toBe("");
    await kubectl("rollout status deployment/shop --timeout=20s");
    expect(await kubectl("delete -f -", manifest(2))).toMatch(
      /configmap "settings" deleted\ndeployment.apps "shop" deleted/,
    );
  });

  it("refuses an unknown field in the server's words", async () => {
    const path = bench.file("wrong.yaml", manifest(1).replace("replicas:", "replicaz:"));
    expect(await refused(`apply -f ${path}`)).toContain('strict decoding error: unknown field "spec.replicaz"');
  });
});

describe("other commands", () => {
  it("run a pod, wait for it, read its log, delete it", async () => {
    await kubectl("run one --image=nginx");
    expect(await kubectl("wait --for=condition=Ready pod/one --timeout=20s")).toBe("pod/one condition met\n");
    expect(await kubectl("logs one")).toContain("start worker processes");
    expect(await kubectl("logs one --tail=1 --timestamps")).toMatch(/^2026-\d\d-\d\dT\S+Z .*\n$/);
    expect(await kubectl("delete pod one")).toBe('pod "one" deleted\n');
    expect(await refused("get pod one")).toBe('Error from server (NotFound): pods "one" not found\n');
  });

  it("run commands in containers", async () => {
    await kubectl("run box --image=nginx");
    await kubectl("wait --for=condition=Ready pod/box --timeout=20s");
    expect(await kubectl("exec box -- hostname")).toBe("box\n");
    expect(await kubectl("exec -i box -- cat", "typed\n")).toBe("typed\n");
    const failed = await bench.run(words("exec box -- sh -c 'exit 3'"));
    expect([failed.exit, failed.err]).toEqual([3, "command terminated with exit code 3\n"]);
    expect(await refused("exec none -- ls")).toBe('Error from server (NotFound): pods "none" not found\n');
    expect(await refused("attach box")).toContain("streams into containers are not served");
  });

  it("ask what they may do", async () => {
    expect(await kubectl("auth can-i create pods")).toBe("yes\n");
    expect((await bench.run(words("auth can-i create pods --as eve"))).out).toBe("no\n");
  });

  it("ask who they are and what they may do at all", async () => {
    expect(await kubectl("auth whoami")).toMatch(/Username +kubernetes-admin\nGroups +\[system:masters system:authent/);
    expect(await kubectl("auth can-i --list")).toMatch(/\*\.\* +\[\] +\[\] +\[\*\]/);
  });

  it("are told of kinds that are not served", async () => {
    const path = bench.file("cron.yaml", "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: { name: x }\n");
    expect(await refused(`apply -f ${path}`)).toBe(
      `error: resource mapping not found for name: "x" namespace: "" from "${path}": no matches for kind "CronTab" in version "stable.example.com/v1"\nensure CRDs are installed first\n`,
    );
  });

  it("autoscale, which is sent in an older version", async () => {
    await kubectl("create deployment scaled --image=nginx");
    expect(await kubectl("autoscale deployment scaled --max=5 --cpu-percent=70")).toBe(
      "horizontalpodautoscaler.autoscaling/scaled autoscaled\n",
    );
    expect(await kubectl("get hpa scaled")).toMatch(/Deployment\/scaled +cpu: <unknown>\/70% +1 +5/);
  });

  it("wait for a process that ends by itself long after", async () => {
    await kubectl("run sleeper --image=busybox --restart=Never -- sleep 90");
    const wait = "wait --for=jsonpath={.status.phase}=Succeeded pod/sleeper --timeout=20s";
    expect(await kubectl(wait)).toBe("pod/sleeper condition met\n");
  });

  it("create what typed clients send as protobuf", async () => {
    await kubectl("create namespace ns-1");
    await kubectl("create configmap cm --from-literal=a=ü -n ns-1");
    expect(await kubectl("get configmap cm -n ns-1 -o jsonpath={.data.a}")).toBe("ü");
    await kubectl("create secret generic s --from-literal=password=geheim -n ns-1");
    expect(await kubectl("get secret s -n ns-1 -o jsonpath={.data.password}")).toBe("Z2VoZWlt");
    await kubectl("create service nodeport np --tcp=80:8080 -n ns-1");
    expect(await kubectl("get service np -n ns-1 -o jsonpath={.spec.ports[0].targetPort}")).toBe("8080");
    await kubectl("create serviceaccount sa -n ns-1");
    await kubectl("create job pi --image=busybox -n ns-1 -- true");
    expect(await kubectl("get job pi -n ns-1 -o jsonpath={..command}")).toBe('["true"]');
    expect(await kubectl("delete namespace ns-1")).toBe('namespace "ns-1" deleted\n');
  });

  it("explain types and list what is served", async () => {
    expect(await kubectl("explain deployment.spec.strategy")).toMatch(/FIELD: strategy <DeploymentStrategy>/);
    expect(await kubectl("explain pods.spec.containers --recursive")).toMatch(/livenessProbe\t<Probe>/);
    expect(await kubectl("explain service.spec.ports")).toMatch(/port\t<integer> -required-/);
    expect(await kubectl("api-resources")).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await kubectl("version")).toContain("Server Version: v1.32.3");
  });

  it("drain a node and let it back", async () => {
    await kubectl("create deployment movable --image=nginx --replicas=3");
    await kubectl("rollout status deployment/movable --timeout=20s");
    const drained = await bench.run(["drain", "worker-1", "--ignore-daemonsets", "--force", "--timeout=30s"]);
    expect([drained.exit, drained.out]).toEqual([0, expect.stringMatching(/node\/worker-1 drained\n$/)]);
    expect(await kubectl("get node worker-1")).toContain("SchedulingDisabled");
    expect(await kubectl("get pods --field-selector spec.nodeName=worker-1 -o name")).toBe("");
    expect(await kubectl("uncordon worker-1")).toBe("node/worker-1 uncordoned\n");
  });

  it("are refused as by a cluster without metrics, and for what is not there", async () => {
    expect(await refused("top nodes")).toBe("error: Metrics API not available\n");
    expect(await refused("get widgets")).toBe('error: the server doesn\'t have a resource type "widgets"\n');
    expect(await refused("wait pod/none --for=condition=Ready --timeout=1s")).toContain('pods "none" not found');
  });
});

describe("fields and their managers", () => {
  const settings = (mode: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: ${mode} }\n`;

  it("are applied at the server's side, with conflicts between managers", async () => {
    const applied = "configmap/settings serverside-applied\n";
    expect(await kubectl("apply --server-side -f -", settings("fast"))).toBe(applied);
    expect(await kubectl("apply --server-side -f -", settings("slow"))).toBe(applied);
    const { exit, err } = await bench.run(words("apply --server-side --field-manager=other -f -"), settings("odd"));
    expect([exit, err]).toEqual([1, expect.stringContaining('conflict with "kubectl": .data.mode')]);
    await kubectl("apply --server-side --field-manager=other --force-conflicts -f -", settings("odd"));
    expect(await kubectl("get configmap settings -o jsonpath={.data.mode}")).toBe("odd");
  });

  it("reach containers as variables and files", async () => {
    const pod = {
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "reader" } },
      spec: {
        containers: [
          {
            ...{ name: "c", image: "busybox", command: ["sleep", "3600"] },
            envFrom: [{ configMapRef: { name: "settings" } }],
            volumeMounts: [{ name: "v", mountPath: "/etc/settings" }],
          },
        ],
        volumes: [{ name: "v", configMap: { name: "settings" } }],
      },
    };
    await kubectl("apply -f -", JSON.stringify(pod));
    await kubectl("wait --for=condition=Ready pod/reader --timeout=60s");
    expect((await kubectl("exec reader -- env")).split("\n")).toContain("mode=odd");
    expect(await kubectl("exec reader -- cat /etc/settings/mode")).toBe("odd");
  });

  it("show the endpoints of a Service to those who still ask for them", async () => {
    expect(await kubectl("get endpoints kubernetes --no-headers")).toMatch(/^kubernetes +10\.[\d.]+:6443 /);
  });
});
