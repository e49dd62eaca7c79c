/** Right and wrong ways through lesson 1's exercises: they prove the checks, and are part of no release. */
import type { Attempt, Cluster, Solutions } from "../api.ts";

const cell = (worth: number, text: string): Attempt => ({ worth, source: () => text });

/** What opens the workers of a variant again, in the words of a learner who has found out what is wrong. */
function opening(variant: Cluster): string {
  const worker = variant.get("nodes", "worker-1");
  if (worker === undefined) return "room.addWorker()";
  const taint = worker.spec?.taints?.find(({ key }) => key !== "node.kubernetes.io/unschedulable");
  if (taint !== undefined) return `kubectl\`taint node worker-1 ${taint.key}-\``;
  return worker.spec?.unschedulable ? "%kubectl uncordon worker-1" : "room.addWorker()";
}

/** What puts a stopped cluster right. */
function repair(variant: Cluster): string {
  const dead = variant.snapshot(0).processes.find(({ running }) => !running);
  return dead === undefined ? 'brain.heal("kube-apiserver", "etcd")' : `brain.start("${dead.id}")`;
}

const programs = ["kube-scheduler", "kube-controller-manager", "kubelet/worker-1", "kubelet/worker-2"];

/** Something that runs, started once more. */
function needless(variant: Cluster): string {
  const { processes } = variant.snapshot(0);
  const alive = programs.find((name) => processes.some(({ id, running }) => running && id.startsWith(name)));
  return `brain.start("${alive}")`;
}

const door = ["user", "kube-scheduler", "kube-controller-manager", "kubelet", "kube-proxy"];
const store: [string, string] = ["kube-apiserver", "etcd"];
const runtime: [string, string] = ["kubelet", "containerd"];
const toDoor = door.map((caller): [string, string] => [caller, "kube-apiserver"]);
const table = (worth: number, pairs: readonly unknown[]): Attempt =>
  cell(worth, `lesson.answer("who-calls", ${JSON.stringify(pairs)})`);

const retiring = (worth: number, ...deeds: readonly string[]): Attempt =>
  cell(
    worth,
    [
      'lesson.answer("retire", (cluster) => {',
      "  const { kubectl } = commandsOf(cluster)",
      '  const node = cluster.list("nodes").find((each) => each.metadata.labels?.retire === "yes")!',
      "  const name = node.metadata.name",
      ...deeds.map((deed) => `  ${deed}`),
      "})",
    ].join("\n"),
  );

const drain = "kubectl`drain ${name} --ignore-daemonsets`";
const off = "cluster.stopMachine(name)";
const strike = "kubectl`delete node ${name}`";

interface Shop {
  readonly replicas?: number;
  readonly image?: string;
  readonly strategy?: string;
  readonly resources?: string;
}

const sized = "{ requests: { cpu: 250m }, limits: { cpu: 500m, memory: 128Mi } }";
const seamless = "{ type: RollingUpdate, rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }";

const shop = (
  worth: number,
  { replicas = 4, image = "nginx:1.26", strategy = seamless, resources = sized }: Shop = {},
): Attempt =>
  cell(
    worth,
    `lesson.answer("right-size", \`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: shop }
  strategy: ${strategy}
  template:
    metadata:
      labels: { app: shop }
    spec:
      containers:
      - name: web
        image: ${image}
        resources: ${resources}
\`)`,
  );

const room: Solutions[string] = {
  right: { worth: 1, source: opening },
  wrong: {
    "opens the control plane": cell(
      0,
      "%kubectl taint node master-1 node-role.kubernetes.io/control-plane:NoSchedule-",
    ),
    "adds two workers": cell(2 / 3, "room.addWorker()\nroom.addWorker()"),
    "only looks": cell(0, "%kubectl get pods"),
    "closes the control plane": cell(0, "%kubectl cordon master-1"),
    "asks for fewer pods": cell(0, "%kubectl scale deployment shop --replicas=0"),
    "marks the control plane once more": cell(0, "%kubectl taint node master-1 tidy=yes:NoSchedule"),
  },
};

const brain: Solutions[string] = {
  right: { worth: 1, source: repair },
  wrong: {
    "a guess before the right deed": {
      worth: 2 / 3,
      source: (variant) => `${needless(variant)}\n${repair(variant)}`,
    },
    "starts what runs": { worth: 0, source: needless },
    "heals a wire that is whole": cell(0, 'brain.heal("kube-scheduler", "kube-apiserver")'),
    "only waits": cell(0, 'brain.advance("5m")'),
    "asks for two again": cell(0, "%kubectl scale deployment shop --replicas=2"),
    "restarts a machine": cell(0, 'brain.stopMachine("master-1")'),
  },
};

const whoCalls: Solutions[string] = {
  right: table(1, [...toDoor, store, runtime]),
  wrong: {
    "everybody reads the store": table(0.6, [...toDoor, ...door.map((caller) => [caller, "etcd"]), store, runtime]),
    "the scheduler is left out": table(
      0.6,
      [...toDoor, store, runtime].filter(([caller]) => caller !== "kube-scheduler"),
    ),
    "the API server starts containers": table(0.6, [...toDoor, store, ["kube-apiserver", "containerd"]]),
    "all arrows turned round": table(
      0,
      [...toDoor, store, runtime].map(([caller, called]) => [called, caller]),
    ),
    "the controllers call the scheduler": table(0.8, [
      ...toDoor,
      store,
      runtime,
      ["kube-controller-manager", "kube-scheduler"],
    ]),
    "a single pair": table(0, [["user", "kube-apiserver"]]),
    "no pairs at all": table(0, ["user calls kube-apiserver"]),
  },
};

const retire: Solutions[string] = {
  right: retiring(1, drain, off, strike),
  wrong: {
    "deletes the node at once": retiring(2 / 3, off, strike),
    "only closes it": retiring(0, "kubectl`cordon ${name}`"),
    "empties it and stops there": retiring(1 / 3, drain),
    "leaves the machine on": retiring(1 / 3, drain, strike),
    "retires the wrong one": retiring(
      0,
      'const other = cluster.list("nodes").find((each) => each.metadata.name !== name)!.metadata.name',
      "kubectl`drain ${other} --ignore-daemonsets`",
      "cluster.stopMachine(other)",
      "kubectl`delete node ${other}`",
    ),
    "returns its name": retiring(0, "return name"),
  },
};

const rightSize: Solutions[string] = {
  right: shop(1),
  wrong: {
    "no limits": shop(0.75, { resources: "{}" }),
    "what a Deployment does by itself": shop(0.75, { strategy: "{}" }),
    "requests only": shop(0.75, { resources: "{ requests: { cpu: 250m } }" }),
    "all at once": shop(0.75, { strategy: "{ type: Recreate }" }),
    "one may be missing": shop(0.75, {
      strategy: "{ type: RollingUpdate, rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }",
    }),
    "two pods": shop(0.25, { replicas: 2 }),
    "another version": shop(0.75, { image: "nginx:1.27" }),
    "not YAML": cell(0, 'lesson.answer("right-size", "apiVersion: [")'),
  },
};

/** The ways, by exercise. */
export const solutions: Solutions = { room, "who-calls": whoCalls, brain, retire, "right-size": rightSize };
