/** What made the recorded cluster go where ours has no machines: six nodes, and a fake kubelet that follows kwok's rules. */
import type { Pod } from "../../../sim/api/kinds/pod.ts";
import type { ApiRequest, JsonObject } from "../../../sim/api/types.ts";
import type { Cluster } from "../../../sim/index.ts";

const START_US = 500_000;
const END_US = 300_000;
const JOB_US = 800_000;
/** How far time goes at once where nobody looks closely. */
const SLICE_US = 50_000;
/** Steps of a command that waits: so many small ones first. */
const CLOSE_STEPS = 3000;
const CLOSE_US = 1000;
/** How often a node says that it is there. */
const BEAT_US = 10_000_000;
/** A cluster in which nothing has been written for so long is at rest. */
const QUIET_US = 1_200_000;
const SETTLE_US = 120_000_000;

type Request = Omit<ApiRequest, "user" | "userAgent">;

/** One thing that the fake kubelet will do to a pod. */
interface Due {
  readonly at: number;
  readonly act: "run" | "end" | "remove";
  readonly uid: string;
}

const conditions: readonly (readonly [string, string, string, string])[] = [
  ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
  ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
  ["NetworkUnavailable", "False", "RouteCreated", "RouteController created a route"],
];

/** An external client of a cluster without workers: its requests are all that it does. */
export class StandIn {
  readonly #cluster: Cluster;
  readonly #due: Due[] = [];
  /** What has been planned, by pod and act. */
  readonly #planned = new Set<string>();
  readonly #addresses = new Map<string, number>();
  #seen = -1;
  #beatAt = BEAT_US;
  #taken = 0;
  #stopAt = Number.POSITIVE_INFINITY;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.kill("cloud-controller-manager");
    ["a1", "a2", "b1", "b2", "c1", "c2"].forEach((name, index) => {
      this.#makeNode(name, index);
    });
    const ports = [{ name: "https", port: 443, protocol: "TCP", targetPort: 16463 }];
    const labels = { component: "apiserver", provider: "kubernetes" };
    this.#send({
      ...{ verb: "create", group: "", version: "v1", resource: "services", namespace: "default" },
      body: {
        ...{ apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", namespace: "default", labels } },
        spec: { clusterIP: "172.21.0.1", ports, sessionAffinity: "None", type: "ClusterIP" },
      },
    });
    // The recorded cluster had been up for a while: its nodes were registered with all controllers.
    this.advance(6_000_000);
    this.settle();
  }

  /** Runs on a little, further the longer a command waits; false when nothing is left to happen. */
  step(): boolean {
    this.#look();
    if (this.#cluster.now >= this.#stopAt) return false;
    if (!this.#cluster.hasWork && this.#due.length === 0) return false;
    this.#taken++;
    this.advance(this.#taken > CLOSE_STEPS ? SLICE_US : CLOSE_US);
    return true;
  }

  /** A command begins: its first steps are small ones; after so many microseconds somebody stops it. */
  begin(stoppedAfterUs: number): void {
    this.#taken = 0;
    this.#stopAt = this.#cluster.now + stoppedAfterUs;
  }

  /** Lets time pass with all that is due in it. */
  advance(us: number): void {
    const end = this.#cluster.now + us;
    while (this.#cluster.now < end) this.#runTo(Math.min(end, this.#nextTurn(), this.#cluster.now + SLICE_US));
  }

  /** Until nothing has been written for a while, as whoever recorded waited. */
  settle(): void {
    const start = this.#cluster.now;
    let changed = { revision: -1, at: start };
    while (this.#cluster.now - start < SETTLE_US) {
      const { revision, now } = this.#cluster;
      if (revision !== changed.revision) changed = { revision, at: now };
      else if (this.#due.length === 0 && now - changed.at > QUIET_US) return;
      this.advance(SLICE_US);
    }
  }

  #nextTurn(): number {
    return Math.min(...this.#due.map(({ at }) => at), this.#beatAt);
  }

  #runTo(at: number): void {
    this.#cluster.advance(`${Math.max(0, at - this.#cluster.now)}us`);
    this.#look();
    this.#takeTurns();
    this.#look();
  }

  #takeTurns(): void {
    const { now } = this.#cluster;
    for (const due of this.#due.filter(({ at }) => at <= now)) {
      this.#due.splice(this.#due.indexOf(due), 1);
      this.#act(due);
    }
    if (this.#beatAt > now) return;
    this.#beatAt = now + BEAT_US;
    for (const { metadata } of this.#cluster.list("nodes")) this.#beat(metadata.name);
  }

  /** Plans what each pod's state asks for. */
  #look(): void {
    if (this.#cluster.revision === this.#seen) return;
    this.#seen = this.#cluster.revision;
    for (const pod of this.#cluster.list("pods")) {
      const { uid = "", deletionTimestamp } = pod.metadata;
      if (deletionTimestamp !== undefined) this.#plan(uid, "remove", END_US);
      else if (pod.spec.nodeName === undefined || pod.status?.phase !== "Pending") continue;
      else if (waits(pod)) continue;
      else this.#plan(uid, "run", START_US);
    }
  }

  #plan(uid: string, act: Due["act"], inUs: number): void {
    if (this.#planned.has(`${uid} ${act}`)) return;
    this.#planned.add(`${uid} ${act}`);
    this.#due.push({ at: this.#cluster.now + inUs, act, uid });
  }

  #act({ act, uid }: Due): void {
    const pod = this.#cluster.list("pods").find((one) => one.metadata.uid === uid);
    if (pod === undefined) return;
    const { name, namespace = "default" } = pod.metadata;
    const target = { group: "", version: "v1", resource: "pods", namespace, name };
    if (act === "remove") {
      this.#send({ ...target, verb: "delete", gracePeriodSeconds: 0 });
      return;
    }
    const body = { status: act === "run" ? this.#running(pod) : ended(pod, this.#time()) } as JsonObject;
    this.#send({ ...target, verb: "patch", subresource: "status", patchType: "strategic", body });
    const isJobs = pod.metadata.ownerReferences?.some(({ kind }) => kind === "Job") === true;
    if (act === "run" && isJobs) this.#plan(uid, "end", JOB_US);
  }

  #running({ spec, metadata }: Pod): JsonObject {
    const time = this.#time();
    const node = this.#cluster.get("nodes", spec.nodeName ?? "", "");
    const host = node?.status?.addresses?.[0]?.address ?? "";
    const number = (this.#addresses.get(spec.nodeName ?? "") ?? 0) + 1;
    this.#addresses.set(spec.nodeName ?? "", number);
    const index = ["a1", "a2", "b1", "b2", "c1", "c2"].indexOf((spec.nodeName ?? "").slice(-2));
    const podIP = spec.hostNetwork === true ? host : `10.244.${index}.${number}`;
    const isBad = (image = "") => image.includes("does-not-exist");
    const isHeld = spec.containers.some(({ image }) => isBad(image));
    const ready = isHeld ? "False" : "True";
    return {
      phase: isHeld ? "Pending" : "Running",
      // The scheduler's own condition stays, behind these; a pod that was created with a node has none.
      "$setElementOrder/conditions": ["Initialized", "Ready", "ContainersReady"].map((type) => ({ type })),
      conditions: ["Initialized", "Ready", "ContainersReady"].map((type) => ({
        ...{ lastProbeTime: null, lastTransitionTime: time, type },
        status: type === "Initialized" ? "True" : ready,
      })),
      containerStatuses: spec.containers.map(({ name, image = "" }) => ({
        ...{ image, imageID: "", lastState: {}, name, ready: !isBad(image), restartCount: 0, started: !isBad(image) },
        state: isBad(image) ? { waiting: { reason: "ImagePullBackOff" } } : { running: { startedAt: time } },
      })),
      ...{ hostIP: host, hostIPs: [{ ip: host }], podIP, podIPs: [{ ip: podIP }] },
      startTime: metadata.creationTimestamp ?? time,
    };
  }

  #time(): string {
    return `${new Date(this.#cluster.wallMs).toISOString().slice(0, 19)}Z`;
  }

  #makeNode(short: string, index: number): void {
    const name = `node-${short}`;
    const zone = { a: 1, b: 2, c: 3 }[short[0]!]!;
    const labels = {
      ...{ "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
      ...{ "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" },
      "node.kubernetes.io/instance-type": "bx2.4x16",
      ...{ "topology.kubernetes.io/region": "us-south", "topology.kubernetes.io/zone": `us-south-${zone}` },
    };
    const annotations = { "kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0" };
    const podCIDR = `10.244.${index}.0/24`;
    this.#send({
      ...{ verb: "create", group: "", version: "v1", resource: "nodes" },
      body: {
        ...{ apiVersion: "v1", kind: "Node", metadata: { name, labels, annotations } },
        spec: { podCIDR, podCIDRs: [podCIDR] },
        status: this.#nodeStatus(name, `192.168.${10 + zone}.1${short[1]!}`),
      },
    });
  }

  #nodeStatus(name: string, address: string): JsonObject {
    const limits = { "ephemeral-storage": "100Gi", memory: "16Gi", pods: "110" };
    return {
      addresses: [
        { address, type: "InternalIP" },
        { address: name, type: "Hostname" },
      ],
      allocatable: { cpu: "3900m", "ephemeral-storage": "90Gi", memory: "13Gi", pods: "110" },
      capacity: { cpu: "4", ...limits },
      conditions: this.#conditions(),
      daemonEndpoints: { kubeletEndpoint: { Port: 10267 } },
      nodeInfo: {
        ...{ architecture: "amd64", bootID: "", containerRuntimeVersion: "containerd://1.7.22" },
        ...{ kernelVersion: "5.15.0-119-generic", kubeProxyVersion: "v1.32.3", kubeletVersion: "v1.32.3" },
        ...{ machineID: "", operatingSystem: "linux", osImage: "Ubuntu 24.04.1 LTS", systemUUID: "" },
      },
      phase: "Running",
    };
  }

  #conditions(): readonly JsonObject[] {
    const time = this.#time();
    return conditions.map(([type, status, reason, message]) => {
      return { lastHeartbeatTime: time, lastTransitionTime: time, message, reason, status, type };
    });
  }

  #beat(name: string): void {
    const target = { group: "", version: "v1", resource: "nodes", name };
    const conditions = this.#conditions().map(({ lastTransitionTime: _, ...rest }) => rest);
    const body = { status: { conditions } };
    this.#send({ ...target, verb: "patch", subresource: "status", patchType: "strategic", body });
  }

  #send(request: Request): void {
    this.#cluster.request({ ...request, userAgent: "kwok" });
  }
}

/** A pod whose volumes somebody has to bind first. */
function waits({ spec }: Pod): boolean {
  return (spec.schedulingGates ?? []).length > 0;
}

function ended({ spec, metadata }: Pod, time: string): JsonObject {
  const failed = metadata.annotations?.["sim.example/exit-code"] !== undefined;
  const reason = failed ? "Error" : "Completed";
  const terminated = { exitCode: failed ? 1 : 0, finishedAt: time, reason, startedAt: metadata.creationTimestamp ?? time };
  const condition = (type: string, status: string) => ({
    ...{ lastProbeTime: null, lastTransitionTime: time, type, status },
    ...(status === "False" ? { reason: failed ? "PodFailed" : "PodCompleted" } : {}),
  });
  return {
    phase: failed ? "Failed" : "Succeeded",
    conditions: [
      condition("Initialized", "True"),
      ...["Ready", "ContainersReady"].map((type) => condition(type, "False")),
    ],
    containerStatuses: spec.containers.map(({ name, image = "" }) => ({
      ...{ image, imageID: "", lastState: {}, name, ready: false, restartCount: 0, started: false },
      state: { terminated },
    })),
  };
}
