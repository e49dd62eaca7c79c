/** The clusters of lesson 1: what is wrong in them, and where, follows from the seed. */
import { type Cluster, type ClusterOptions, commandsOf, type Draw, orrery, type Scenarios } from "../api.ts";

/** A small cluster without add-ons, like one that a class has many of. */
function small(draw: Draw, options: ClusterOptions): Cluster {
  return orrery.build({ seed: draw.integer(1, 16), addons: false, ...options });
}

/** Asks for a shop of some web servers, each with a share of a CPU if it is given. */
function openShop(cluster: Cluster, replicas: number, cpu?: string): void {
  const resources = cpu === undefined ? {} : { resources: { requests: { cpu } } };
  const labels = { app: "shop" };
  const containers = [{ name: "nginx", image: "nginx:1.27", ...resources }];
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  cluster.request({
    ...{ group: "apps", version: "v1", resource: "deployments", namespace: "default", verb: "create" },
    body: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop", labels }, spec },
    userAgent: "kubectl",
  });
}

/** Ways to leave pods without a place. */
const closures = ["cordoned", "tainted", "full", "none"] as const;

/** Three pods wait, because no worker can take them; the control plane could, but for its taint. */
function closedToPods(draw: Draw): Cluster {
  const closure = draw.one(closures);
  const cluster = small(draw, { workersPerZone: closure === "none" ? 0 : 1, controlPlaneNode: true });
  const { kubectl } = commandsOf(cluster);
  if (closure === "cordoned") kubectl`cordon worker-1`;
  if (closure === "tainted")
    kubectl`taint node worker-1 ${draw.one(["maintenance", "disk", "reserved"])}=yes:NoSchedule`;
  // Two pods of this size fit on a worker, not three.
  openShop(cluster, 3, closure === "full" ? "1500m" : undefined);
  cluster.settle();
  return cluster;
}

/** Parts of which any one stops the shop from growing. */
const faults = ["kube-scheduler", "kube-controller-manager", "kubelet", "etcd"] as const;

/** A shop of two that is to be four, and one part that has stopped before it could become so. */
function stopped(draw: Draw): Cluster {
  const fault = draw.one(faults);
  const workers = draw.integer(2, 3);
  const cluster = small(draw, { workersPerZone: workers });
  openShop(cluster, 2);
  cluster.settle();
  if (fault === "kubelet") cluster.kill(`kubelet/worker-${draw.integer(1, workers)}`);
  else if (fault !== "etcd") cluster.kill(fault);
  commandsOf(cluster).kubectl`scale deployment shop --replicas=4`;
  if (fault === "etcd") cluster.cut("kube-apiserver", "etcd");
  cluster.advance("10s");
  return cluster;
}

/** A busy cluster; one worker with pods of the shop has the label retire=yes. */
function oneToRetire(draw: Draw): Cluster {
  const cluster = small(draw, { workersPerZone: draw.integer(2, 4) });
  openShop(cluster, draw.integer(3, 6));
  cluster.settle();
  const homes = new Set(cluster.list("pods", "default").map(({ spec }) => spec.nodeName ?? ""));
  commandsOf(cluster).kubectl`label node ${draw.one([...homes].sort())} retire=yes`;
  cluster.settle();
  return cluster;
}

function anyCluster(draw: Draw): Cluster {
  return small(draw, { zones: draw.integer(1, 2), workersPerZone: draw.integer(1, 2) + 1 });
}

/** A cluster in which everybody has had something to do. */
function busy(draw: Draw): Cluster {
  const cluster = anyCluster(draw);
  openShop(cluster, draw.integer(2, 5));
  commandsOf(cluster).kubectl`expose deployment shop --port=80`;
  cluster.settle();
  return cluster;
}

/** How the exercises' clusters are made. */
export const scenarios: Scenarios = {
  room: {
    kind: "repair",
    allows: [{ kind: "request", verbs: ["update", "patch"], resources: ["nodes"] }, { kind: "add machine" }],
    make: closedToPods,
  },
  "who-calls": { kind: "procedure", answer: "table", allows: [], make: busy },
  brain: { kind: "repair", allows: [{ kind: "start process" }, { kind: "heal link" }], make: stopped },
  retire: {
    kind: "procedure",
    answer: "function",
    allows: [
      { kind: "request", resources: ["nodes"] },
      { kind: "request", verbs: ["create", "delete"], resources: ["pods/eviction", "pods"] },
      { kind: "stop machine" },
    ],
    make: oneToRetire,
  },
  "right-size": {
    kind: "procedure",
    answer: "manifest",
    allows: [{ kind: "request" }, { kind: "stop machine" }],
    make: anyCluster,
  },
};
