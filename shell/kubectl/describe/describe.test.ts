import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../sim/api/types.ts";
import { normText } from "../../../test/oracles/support/normalise.ts";
import { FakeCluster } from "../../fake-cluster.test-support.ts";
import { createShell } from "../../index.ts";

interface Scenario {
  readonly name: string;
  readonly steps: readonly { readonly argv?: readonly string[]; readonly stdout: string }[];
}

const recorded = new URL("../../../test/oracles/kubectl/scenarios.jsonl.gz", import.meta.url);
const scenarios: readonly Scenario[] = gunzipSync(readFileSync(recorded))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** Objects as the recorded cluster held them, then the recorded description of one of them. */
function expectRecorded(scenario: string, index: number, objects: readonly (readonly [string, JsonObject])[]): void {
  const cluster = new FakeCluster();
  for (const [kind, object] of objects) cluster.put(kind, object);
  const step = scenarios.find((one) => one.name.startsWith(scenario))!.steps[index]!;
  const { stdout, stderr } = createShell(cluster).run(["kubectl", ...step.argv!]);
  expect({ stdout: normText(stdout), stderr }).toEqual({ stdout: step.stdout, stderr: "" });
}

const stamp = "2025-12-31T23:59:58Z";
const uid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

function event(kind: string, name: string, n: number, reason: string, message: string, component: string): JsonObject {
  const namespace = kind === "Node" ? "" : "default";
  return {
    metadata: { name: `${name}.${reason}.${n}` },
    involvedObject: { kind, name, uid: uid(n), namespace },
    ...{ reason, message, type: reason === "FailedScheduling" ? "Warning" : "Normal", count: 1 },
    ...{ source: { component }, firstTimestamp: stamp, lastTimestamp: stamp },
  };
}

const tolerations = ["not-ready", "unreachable"].map((key) => ({
  ...{ key: `node.kubernetes.io/${key}`, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
}));
const token = {
  name: "kube-api-access-x4k2z",
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607 } },
      { configMap: { name: "kube-root-ca.crt" } },
      { downwardAPI: {} },
    ],
  },
};
const tokenMount = { name: token.name, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true };
const conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
  type,
  status: "True",
}));

function runningPod(spec: JsonObject, container: string, node: string, address: string, qosClass: string): JsonObject {
  return {
    spec: { nodeName: node, priority: 0, serviceAccountName: "default", tolerations, ...spec },
    status: {
      ...{
        phase: "Running",
        podIP: "10.244.9.7",
        podIPs: [{ ip: "10.244.9.7" }],
        hostIP: address,
        startTime: stamp,
        conditions,
      },
      qosClass,
      containerStatuses: [{ name: container, ready: true, restartCount: 0, state: { running: { startedAt: stamp } } }],
    },
  };
}

test("a deployment, its template, conditions, replica sets and events", () => {
  // After the 101st write the fake cluster's first uid is 101: the events name it.
  const labels = { app: "web", tier: "front" };
  const containers = [
    {
      ...{ name: "web", image: "nginx:1.27", ports: [{ containerPort: 80, protocol: "TCP" }] },
      resources: { requests: { cpu: "100m", memory: "100Mi" } },
    },
  ];
  const template = { metadata: { labels }, spec: { containers } };
  const deployment = {
    metadata: {
      name: "web",
      labels,
      creationTimestamp: stamp,
      annotations: { "deployment.kubernetes.io/revision": "1" },
    },
    spec: {
      ...{ replicas: 3, selector: { matchLabels: labels }, template },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    },
    status: {
      ...{ replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
      conditions: [
        { type: "Available", status: "True", reason: "MinimumReplicasAvailable" },
        { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
      ],
    },
  };
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: uid(101), controller: true };
  const replicaSet = {
    metadata: { name: "web-7c5ddbdf54", ownerReferences: [owner], creationTimestamp: stamp },
    spec: {
      replicas: 3,
      template: { ...template, metadata: { labels: { ...labels, "pod-template-hash": "7c5ddbdf54" } } },
    },
    status: { replicas: 3 },
  };
  const scaled = "Scaled up replica set web-7c5ddbdf54 from 0 to 3";
  expectRecorded("s01", 25, [
    ["Deployment", deployment],
    ["ReplicaSet", replicaSet],
    ["Event", event("Deployment", "web", 101, "ScalingReplicaSet", scaled, "deployment-controller")],
  ]);
});

test("a Service with its endpoints", () => {
  const spec = {
    ...{ type: "ClusterIP", clusterIP: "10.0.77.7", clusterIPs: ["10.0.77.7"], ipFamilies: ["IPv4"] },
    ...{ ipFamilyPolicy: "SingleStack", internalTrafficPolicy: "Cluster", sessionAffinity: "None" },
    ...{ selector: { app: "web" }, ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
  };
  const endpoints = ["10.244.1.1", "10.244.2.1", "10.244.3.1"].map((address) => ({
    addresses: [address],
    conditions: {},
  }));
  const metadata = { name: "web-abcde", labels: { "kubernetes.io/service-name": "web" } };
  expectRecorded("s01", 26, [
    ["Service", { metadata: { name: "web" }, spec }],
    ["EndpointSlice", { metadata, addressType: "IPv4", ports: [{ port: 80, protocol: "TCP" }], endpoints }],
  ]);
});

test("a running pod with limits, probes, variables and volumes", () => {
  const container = {
    ...{ name: "c", image: "busybox:1.36" },
    resources: { limits: { cpu: "500m", memory: "128Mi" }, requests: { cpu: "250m", memory: "64Mi" } },
    livenessProbe: { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" }, initialDelaySeconds: 3 },
    envFrom: [{ configMapRef: { name: "settings" } }],
    env: [
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
      { name: "NODE", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } },
    ],
    volumeMounts: [tokenMount, { name: "cfg", mountPath: "/etc/cfg", readOnly: true }],
  };
  const volumes = [{ name: "cfg", configMap: { name: "settings" } }, token];
  const pod = runningPod({ containers: [container], volumes }, "c", "node-a2", "192.168.11.12", "Burstable");
  const assigned = "Successfully assigned default/consumer to node-a2";
  expectRecorded("s04", 44, [
    ["Pod", { metadata: { name: "consumer" }, ...pod }],
    ["Event", event("Pod", "consumer", 101, "Scheduled", assigned, "default-scheduler")],
  ]);
});

test("a controlled pod", () => {
  const labels = {
    ...{ app: "web", "apps.kubernetes.io/pod-index": "1", "controller-revision-hash": "web-7c5ddbdf54" },
    "statefulset.kubernetes.io/pod-name": "web-1",
  };
  const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: uid(1), controller: true };
  const container = {
    ...{ name: "main", image: "nginx:1.27", ports: [{ containerPort: 80, protocol: "TCP" }], resources: {} },
    volumeMounts: [{ name: "scratch", mountPath: "/data" }, tokenMount],
  };
  const volumes = [{ name: "scratch", emptyDir: {} }, token];
  const pod = runningPod({ containers: [container], volumes }, "main", "node-a2", "192.168.11.12", "BestEffort");
  const assigned = "Successfully assigned default/web-1 to node-a2";
  expectRecorded("s03", 30, [
    ["Pod", { metadata: { name: "web-1", labels, ownerReferences: [owner] }, ...pod }],
    ["Event", event("Pod", "web-1", 101, "Scheduled", assigned, "default-scheduler")],
  ]);
});

test("a pod that no node takes", () => {
  const container = {
    name: "c",
    image: "nginx:1.27",
    resources: { requests: { cpu: "64" } },
    volumeMounts: [tokenMount],
  };
  const spec = { containers: [container], priority: 0, serviceAccountName: "default", tolerations, volumes: [token] };
  const status = { phase: "Pending", qosClass: "Burstable", conditions: [{ type: "PodScheduled", status: "False" }] };
  const why =
    "0/6 nodes are available: 6 Insufficient cpu. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod.";
  expectRecorded("s06", 51, [
    ["Pod", { metadata: { name: "huge" }, spec, status }],
    ["Event", event("Pod", "huge", 101, "FailedScheduling", why, "default-scheduler")],
  ]);
});

test("a node without pods", () => {
  const labels = {
    ...{ "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
    ...{
      "kubernetes.io/hostname": "node-a1",
      "kubernetes.io/os": "linux",
      "node.kubernetes.io/instance-type": "bx2.4x16",
    },
    ...{ "topology.kubernetes.io/region": "us-south", "topology.kubernetes.io/zone": "us-south-1" },
  };
  const condition = (type: string, reason: string, message: string, status = "False") => ({
    ...{ type, status, reason, message, lastHeartbeatTime: stamp, lastTransitionTime: stamp },
  });
  const node = {
    metadata: {
      ...{ name: "node-a1", labels, creationTimestamp: stamp },
      annotations: { "kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0" },
    },
    spec: { podCIDR: "10.244.0.0/24", podCIDRs: ["10.244.0.0/24"] },
    status: {
      addresses: [
        { type: "InternalIP", address: "192.168.11.11" },
        { type: "Hostname", address: "node-a1" },
      ],
      capacity: { cpu: "4", "ephemeral-storage": "100Gi", memory: "16Gi", pods: "110" },
      allocatable: { cpu: "3900m", "ephemeral-storage": "90Gi", memory: "13Gi", pods: "110" },
      conditions: [
        condition("Ready", "KubeletReady", "kubelet is posting ready status", "True"),
        condition("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("NetworkUnavailable", "RouteCreated", "RouteController created a route"),
      ],
      nodeInfo: {
        ...{ kernelVersion: "5.15.0-119-generic", osImage: "Ubuntu 24.04.1 LTS", operatingSystem: "linux" },
        ...{ architecture: "amd64", containerRuntimeVersion: "containerd://1.7.22", kubeletVersion: "v1.32.3" },
        kubeProxyVersion: "v1.32.3",
      },
    },
  };
  expectRecorded("s06", 8, [
    ["Node", node],
    [
      "Event",
      event(
        "Node",
        "node-a1",
        101,
        "RegisteredNode",
        "Node node-a1 event: Registered Node node-a1 in Controller",
        "node-controller",
      ),
    ],
    [
      "Event",
      event(
        "Node",
        "node-a1",
        101,
        "CIDRAssignmentFailed",
        "Node node-a1 status is now: CIDRAssignmentFailed",
        "cidrAllocator",
      ),
    ],
  ]);
});

test("a namespace and a service account", () => {
  const lab = {
    metadata: { name: "lab", labels: { "kubernetes.io/metadata.name": "lab" } },
    status: { phase: "Active" },
  };
  expectRecorded("s04", 54, [["Namespace", lab]]);
  expectRecorded("s08", 41, [["ServiceAccount", { metadata: { name: "viewer" } }]]);
});

test("the beginning of names stands for all that have it; several are two lines apart", () => {
  const cluster = new FakeCluster();
  for (const name of ["web-1", "web-2", "db"]) cluster.put("ConfigMap", { metadata: { name } });
  const shell = createShell(cluster);
  const { stdout } = shell.run("kubectl describe cm web");
  expect(stdout.match(/^Name: .*$/gm)).toEqual(["Name:         web-1", "Name:         web-2"]);
  expect(stdout).toContain("Events:  <none>\n\n\nName:         web-2");
  expect(shell.run("kubectl describe cm nope").stderr).toBe(
    'Error from server (NotFound): configmaps "nope" not found\n',
  );
  expect(shell.run("kubectl describe secrets").stderr).toBe("No resources found in default namespace.\n");
  expect(shell.run("kubectl describe").stderr).toMatch(/^error: You must specify the type of resource to describe\./);
});

test("a kind without a page of its own is shown field by field", () => {
  const cluster = new FakeCluster();
  const spec = { holderIdentity: "worker-1", leaseDurationSeconds: 40, podIPs: [{ ip: "10.1.1.1" }] };
  cluster.put("Lease", { metadata: { name: "l" }, spec });
  const { stdout } = createShell(cluster).run("kubectl describe lease l");
  expect(stdout).toContain("Spec:\n  Holder Identity:         worker-1\n  Lease Duration Seconds:  40\n");
});

test("hostile text is shown, not obeyed", () => {
  const cluster = new FakeCluster();
  cluster.put("ConfigMap", {
    metadata: { name: "bad", annotations: { a: "\u001b[2J\u001b]0;title" } },
    data: { k: "x\ty" },
  });
  const { stdout } = createShell(cluster).run("kubectl describe cm bad");
  expect(stdout).toContain("a: ^[[2J^[]0;title");
  expect(stdout).not.toContain("\u001b");
});
