/** Series of moments that the golden pictures show. Each one is a situation that a lesson has. */
import type { JournalEntry, Snapshot } from "../../sim/snapshot.ts";
import { type ClusterSketch, type PodSketch, snapshot } from "./fixtures.ts";

const API = "kube-apiserver/master-1";
const web = (suffix: string, node?: string, state = "ready"): PodSketch => ({
  name: `web-7c5d8b9f6-${suffix}`,
  state,
  ...(node === undefined ? {} : { node }),
});

const ROLLOUT_SCENERY = {
  workers: 3,
  zones: 3,
  did: { "etcd/master-1": "wrote revision 138", "kubelet/worker-2": "node status unchanged" },
};
const ROLLOUT: ClusterSketch[] = [
  {
    ...ROLLOUT_SCENERY,
    step: 40,
    pods: [],
    doing: { [API]: "stored deployment default/web" },
    messages: [
      { from: "user", label: "create deployments default/web" },
      { from: API, to: "etcd/master-1", kind: "propose", label: "put /registry/deployments/default/web" },
    ],
    journal: [{ actor: "user", verb: "create", object: "deployment/default/web" }],
  },
  {
    ...ROLLOUT_SCENERY,
    step: 41,
    pods: [web("x2x7q", undefined, "pending"), web("b8kfm", undefined, "pending"), web("zt9cv", undefined, "pending")],
    doing: {
      "replicaset-controller/master-1": "created 3 pods",
      "kube-controller-manager/master-1": "replicaset: created 3 pods for web-7c5d8b9f6",
    },
    messages: [1, 2, 3].map((at) => ({
      from: "replicaset-controller/master-1",
      to: API,
      label: `create pods default/web-7c5d8b9f6 (${at} of 3)`,
    })),
    journal: [
      {
        actor: "replicaset-controller",
        verb: "create",
        object: "pod/default/web-7c5d8b9f6-x2x7q",
        reason: "SuccessfulCreate",
      },
    ],
  },
  {
    ...ROLLOUT_SCENERY,
    step: 42,
    pods: [
      web("x2x7q", "worker-1", "pending"),
      web("b8kfm", "worker-2", "pending"),
      web("zt9cv", undefined, "pending"),
    ],
    doing: { "kube-scheduler/master-1": "bound web-7c5d8b9f6-b8kfm to worker-2", [API]: "create pods/binding 201" },
    messages: [
      { from: "kube-scheduler/master-1", to: API, label: "bind default/web-7c5d8b9f6-b8kfm → worker-2" },
      { from: API, to: "kubelet/worker-2", kind: "deliver", label: "MODIFIED pods default/web-7c5d8b9f6-b8kfm" },
    ],
    journal: [
      {
        actor: "kube-scheduler",
        verb: "bind",
        object: "pod/default/web-7c5d8b9f6-b8kfm",
        reason: "Scheduled",
        message: "Successfully assigned default/web-7c5d8b9f6-b8kfm to worker-2",
      },
    ],
  },
  {
    ...ROLLOUT_SCENERY,
    step: 43,
    pods: [
      web("x2x7q", "worker-1"),
      web("b8kfm", "worker-2", "creating"),
      web("zt9cv", "worker-3", "creating"),
      { name: "job-report-1-h7dkp", node: "worker-1", state: "done" },
    ],
    doing: {
      "kubelet/worker-2": "pulling image nginx",
      "containerd/worker-2": "creating sandbox",
      "etcd/master-1": "wrote revision 143",
    },
    messages: [
      { from: "kubelet/worker-2", to: "containerd/worker-2", label: "RunPodSandbox" },
      { from: "kubelet/worker-1", to: API, label: "patch pods/status default/web-7c5d8b9f6-x2x7q" },
      { from: API, to: "etcd/master-1", kind: "propose", label: "put /registry/pods/default/web-7c5d8b9f6-x2x7q" },
      { from: "etcd/master-1", to: API, kind: "response", label: "revision 143" },
      { from: API, to: "kubelet/worker-1", kind: "response", label: "200" },
    ],
    journal: [
      {
        actor: "kubelet/worker-2",
        verb: "create sandbox",
        object: "pod/default/web-7c5d8b9f6-b8kfm",
        reason: "Pulling",
        message: 'Pulling image "nginx"',
      },
    ],
  },
];

/** One master, three workers in three zones: a Deployment of three is created, one pod waits for its node. */
export function rollout(): readonly Snapshot[] {
  return ROLLOUT.map(snapshot);
}

/** Three masters, six workers, much broken: a machine down, processes killed, links cut, a message lost, pods in every state. */
export function brokenHa(): readonly Snapshot[] {
  const pods: PodSketch[] = [
    web("x2x7q", "worker-1"),
    web("b8kfm", "worker-1", "CrashLoopBackOff"),
    web("zt9cv", "worker-2", "unready"),
    web("q4jj2", "worker-2", "ImagePullBackOff"),
    web("m7wsl", "worker-3", "going"),
    { name: "db-0", node: "worker-4", state: "failed" },
    { name: "db-1", node: "worker-5", state: "creating" },
    { name: "report-28391-abcde", node: "worker-6", state: "done" },
    { name: "big-memory-eater-of-a-very-long-name-0", state: "unschedulable" },
    { name: "late-0", state: "pending" },
  ];
  const base: ClusterSketch = {
    masters: 3,
    zones: 3,
    workers: 6,
    step: 1207,
    pods,
    down: ["worker-5"],
    killed: ["kube-scheduler/master-2", "kubelet/worker-4"],
    notReady: ["worker-5", "worker-4"],
    cordoned: ["worker-3"],
    cut: [["etcd/master-1", "etcd/master-3"]],
    did: {
      "kubelet/worker-1": "started web-7c5d8b9f6-b8kfm, attempt 4",
      "kube-scheduler/master-1": "leader; 0/6 nodes fit late-0",
    },
  };
  const second: ClusterSketch = {
    ...base,
    step: 1208,
    doing: {
      "etcd/master-1": "leader, term 3: append 812",
      "etcd/master-2": "follower: appended 812",
      "node-lifecycle-controller/master-1": "tainted worker-5",
      "kube-controller-manager/master-1": "leader; node-lifecycle: taint worker-5",
    },
    messages: [
      { from: "etcd/master-1", to: "etcd/master-2", kind: "propose", label: "append term 3 index 812" },
      { from: "etcd/master-1", to: "etcd/master-3", kind: "propose", label: "append term 3 index 812", dropped: true },
      { from: "kube-controller-manager/master-1", to: API, label: "patch nodes worker-5: add taint unreachable" },
      { from: "kubelet/worker-3", to: "kube-apiserver/master-2", label: "delete pods default/web-7c5d8b9f6-m7wsl" },
    ],
    journal: [
      {
        actor: "node-lifecycle-controller",
        verb: "taint",
        object: "node//worker-5",
        reason: "NodeNotReady",
        message: "node.kubernetes.io/unreachable:NoExecute",
      },
    ],
  };
  return [snapshot(base), snapshot(second)];
}

/** One node, nothing running yet. */
export function single(): readonly Snapshot[] {
  return [snapshot({ workers: 1, step: 0, pods: [] })];
}

/** Six workers in one zone, the API server's link to one kubelet cut, a message lost on it. */
export function partition(): readonly Snapshot[] {
  const pods = Array.from({ length: 17 }, (_, at) =>
    web(`p${String(at).padStart(4, "0")}`, `worker-${(at % 6) + 1}`, at === 4 ? "unready" : "ready"),
  );
  return [
    snapshot({
      workers: 6,
      step: 310,
      pods,
      notReady: ["worker-5"],
      cut: [[API, "kubelet/worker-5"]],
      doing: { "kubelet/worker-5": "lease not renewed" },
      messages: [
        { from: "kubelet/worker-5", to: API, label: "update leases worker-5", dropped: true },
        { from: "kubelet/worker-2", to: API, label: "update leases worker-2" },
      ],
      journal: [
        {
          actor: "kubelet/worker-5",
          verb: "renew lease",
          object: "lease/kube-node-lease/worker-5",
          reason: "",
          message: "connection timed out",
        },
      ],
    }),
  ];
}

/** Eight nodes with 120 pods: glyphs instead of names. */
export function busy(): readonly Snapshot[] {
  const states = [
    "ready",
    "ready",
    "ready",
    "ready",
    "creating",
    "ready",
    "going",
    "ready",
    "unready",
    "ready",
    "CrashLoopBackOff",
  ];
  const pods = Array.from({ length: 120 }, (_, at) =>
    web(`b${at}`, `worker-${(at % 8) + 1}`, states[at % states.length]!),
  );
  return [
    snapshot({
      workers: 8,
      zones: 2,
      step: 900,
      pods,
      messages: [{ from: "kubelet/worker-6", to: API, label: "patch pods/status default/web-b5" }],
      journal: [{ actor: "kubelet/worker-6", verb: "patch", object: "pod/default/web-b5" }],
    }),
  ];
}

/** A large cluster: `workers` nodes in three zones, `perNode` pods on each, a few things wrong. */
export function large(workers: number, perNode: number): Snapshot {
  const pods: PodSketch[] = [];
  for (let at = 0; at < workers * perNode; at++) {
    const state =
      at % 4999 === 17 ? "CrashLoopBackOff" : at % 211 === 5 ? "creating" : at % 613 === 9 ? "going" : "ready";
    pods.push({ name: `app-${at % 97}-${at}`, node: `worker-${(at % workers) + 1}`, state });
  }
  pods.push({ name: "waiting-1", state: "unschedulable" });
  const sick = `worker-${Math.ceil(workers / 2)}`;
  return snapshot({
    workers,
    zones: 3,
    step: 50_000,
    pods,
    down: [sick],
    killed: ["kubelet/worker-3"],
    notReady: [sick, "worker-3"],
    doing: { "kube-scheduler/master-1": "0/5000 nodes are available for waiting-1" },
    messages: [
      { from: "kube-scheduler/master-1", to: API, label: "patch pods/status default/waiting-1" },
      { from: "kubelet/worker-9", to: API, label: "patch pods/status default/app-8-8" },
    ],
    journal: [{ actor: "kube-scheduler", verb: "patch", object: "pod/default/waiting-1", reason: "FailedScheduling" }],
  });
}

/** Why a pod waits: an operation, what it caused step by step, and a failure that branches off. */
export function pendingChain(): readonly JournalEntry[] {
  const entry = (
    step: number,
    cause: number,
    actor: string,
    verb: string,
    object: string,
    reason = "",
    message = "",
  ): JournalEntry => ({ step, at: step * 12_500, actor, verb, object, reason, message, cause });
  const replicaSet = "replicaset/default/web-7c5d8b9f6";
  return [
    entry(40, -4, "user", "create", "deployment/default/web"),
    entry(
      41,
      40,
      "deployment-controller/master-1",
      "create",
      replicaSet,
      "ScalingReplicaSet",
      "Scaled up replica set web-7c5d8b9f6 from 0 to 2",
    ),
    entry(
      43,
      41,
      "replicaset-controller/master-1",
      "create",
      "pod/default/web-7c5d8b9f6-x2x7q",
      "SuccessfulCreate",
      "Created pod: web-7c5d8b9f6-x2x7q",
    ),
    entry(
      44,
      41,
      "replicaset-controller/master-1",
      "create",
      "pod/default/web-7c5d8b9f6-zt9cv",
      "SuccessfulCreate",
      "Created pod: web-7c5d8b9f6-zt9cv",
    ),
    entry(
      46,
      43,
      "kube-scheduler/master-1",
      "bind",
      "pod/default/web-7c5d8b9f6-x2x7q",
      "Scheduled",
      "Successfully assigned default/web-7c5d8b9f6-x2x7q to worker-1",
    ),
    entry(
      48,
      44,
      "kube-scheduler/master-1",
      "patch",
      "pod/default/web-7c5d8b9f6-zt9cv",
      "FailedScheduling",
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
    ),
  ];
}
