/** What lesson 1's exercises are judged by: what the cluster shows, and what has happened to it. */
import { type Check, type Checks, type Cluster, exchangesOf, type Judged, type Plain, partyNamed } from "../api.ts";

type Pods = ReturnType<typeof podsOf>;

/** The pods that the shop's Deployment selects, without those that are on their way out or over. */
function podsOf(cluster: Cluster) {
  const wanted = Object.entries(cluster.get("deployments", "shop")?.spec.selector.matchLabels ?? { app: "shop" });
  const present = cluster
    .list("pods", "default")
    .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  return present.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== "Failed",
  );
}

const ready = (pods: Pods): Pods =>
  pods.filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"));

const wantedOf = (cluster: Cluster): number => cluster.get("deployments", "shop")?.spec.replicas ?? 0;

const tainted = "node-role.kubernetes.io/control-plane";

const room: Check = ({ cluster, before, operations }) => {
  const wanted = wantedOf(cluster);
  const running = ready(podsOf(cluster)).filter(({ spec }) => spec.nodeName?.startsWith("worker-")).length;
  const added = operations.filter(({ kind }) => kind === "add machine").length;
  const needed = neededMachines(before);
  const master = cluster.get("nodes", "master-1");
  return [
    { code: "running", passed: wanted > 0 && running === wanted, weight: 2, facts: { running, wanted } },
    { code: "thrifty", passed: running === wanted && added <= needed, facts: { added, needed } },
    {
      code: "control-plane",
      passed: master?.spec?.taints?.some(({ key }) => key === tainted) === true,
      weight: 0,
      required: true,
    },
  ];
};

/** How many workers have to be added: none where there is one that is closed and would take the whole shop. */
function neededMachines(before: Judged["before"]): number {
  const nodes = before.objects("nodes") as ReturnType<typeof nodesOf>;
  const workers = nodes.filter(({ metadata }) => metadata.name.startsWith("worker-"));
  return workers.some(({ spec }) => (spec?.taints ?? []).length > 0) ? 0 : 1;
}

const nodesOf = (cluster: Cluster) => cluster.list("nodes");

const brain: Check = ({ cluster, operations }) => {
  const { processes, cutLinks } = cluster.snapshot(0);
  const whole = cutLinks.length === 0 && processes.every(({ running }) => running);
  const count = ready(podsOf(cluster)).length;
  const deeds = operations.filter(({ kind }) => kind === "start process" || kind === "heal link").length;
  return [
    { code: "whole", passed: whole && count === 4, weight: 2, facts: { ready: count } },
    { code: "one-deed", passed: whole && count === 4 && deeds === 1, facts: { deeds } },
  ];
};

const pairKey = (caller: string, called: string): string => `${caller} → ${called}`;

type Pair = readonly [caller: string, called: string];

const isPair = (pair: Plain): pair is Pair =>
  Array.isArray(pair) && pair.length === 2 && pair.every((end) => typeof end === "string");

/** The pairs of a table, as keys; what is no pair of texts is left out. */
function pairsOf(answer: Plain | undefined): ReadonlySet<string> {
  const pairs = Array.isArray(answer) ? answer.filter(isPair) : [];
  return new Set(pairs.map(([caller, called]) => pairKey(partyNamed(caller) ?? caller, partyNamed(called) ?? called)));
}

/** Parties that the lesson has not met yet: their calls are neither asked for nor wrong. */
const notAsked = new Set(["pods", "cloud-controller-manager"]);

const whoCalls: Check = ({ cluster, answer }) => {
  const given = pairsOf(answer);
  const real = new Set(
    exchangesOf(cluster.snapshot(cluster.steps))
      .filter(({ caller, called }) => caller !== called)
      .map(({ caller, called }) => pairKey(caller, called)),
  );
  const asked = [...real].filter((pair) => !pair.split(" → ").some((end) => notAsked.has(end)));
  const at = (pairs: Iterable<string>, end: string): readonly string[] =>
    [...pairs].filter((pair) => pair.endsWith(`→ ${end}`)).sort();
  const same = (end: string): boolean => at(given, end).join() === at(asked, end).join();
  const door = at(asked, "kube-apiserver");
  const missing = door.filter((pair) => !given.has(pair)).length;
  const extra = [...given].filter((pair) => !real.has(pair)).length;
  return [
    { code: "door", passed: missing === 0, weight: 2, facts: { missing } },
    { code: "store", passed: same("etcd") },
    { code: "node", passed: same("containerd") },
    { code: "extra", passed: given.size >= 3 && extra === 0, facts: { extra, given: given.size } },
    { code: "shape", passed: Array.isArray(answer) && answer.every(isPair), weight: 0 },
  ];
};

const label = "retire";

const retire: Check = (judged) => {
  const { cluster, before } = judged;
  const name = before.objects("nodes").find(({ metadata }) => metadata.labels?.[label] === "yes")?.metadata.name ?? "";
  const others = before.objects("nodes").filter(({ metadata }) => metadata.name !== name);
  const wanted = wantedOf(cluster);
  const count = ready(podsOf(cluster)).filter(({ spec }) => spec.nodeName !== name).length;
  const machine = cluster.snapshot(0).machines.find((each) => each.name === name);
  const gone = cluster.get("nodes", name) === undefined && machine?.up === false;
  const untouched = others.every(({ metadata }) => isOpen(cluster, metadata.name));
  const lost = notEvicted(judged, name);
  return [
    { code: "moved", passed: wanted > 0 && count === wanted, facts: { ready: count, wanted } },
    { code: "gone", passed: gone },
    { code: "gently", passed: gone && lost === 0, facts: { lost } },
    { code: "others", passed: untouched, weight: 0, required: true },
  ];
};

function isOpen(cluster: Cluster, name: string): boolean {
  const node = cluster.get("nodes", name);
  const machine = cluster.snapshot(0).machines.find((each) => each.name === name);
  return (
    node !== undefined &&
    node.spec?.unschedulable !== true &&
    (node.spec?.taints ?? []).length === 0 &&
    machine?.up === true
  );
}

/** How many of a node's pods were not evicted, or were still there when the node was deleted or switched off. */
function notEvicted({ cluster, before, operations }: Judged, name: string): number {
  const isEnd = (operation: Judged["operations"][number]): boolean =>
    (operation.kind === "stop machine" && operation.machine === name) ||
    (operation.kind === "request" && operation.request.verb === "delete" && operation.request.resource === "nodes");
  const end = operations.findIndex(isEnd);
  const asked = new Set(
    operations
      .slice(0, end < 0 ? operations.length : end)
      .map((operation) =>
        operation.kind === "request" && operation.request.subresource === "eviction" ? operation.request.name : "",
      ),
  );
  const there = (pods: Pods): Pods => pods.filter(({ spec }) => spec.nodeName === name);
  const shop = (before.objects("pods") as Pods).filter(({ metadata }) => metadata.labels?.app === "shop");
  const unasked = there(shop).filter(({ metadata }) => !asked.has(metadata.name)).length;
  return Math.max(unasked, there(podsOf(beforeOperation(cluster, isEnd))).length);
}

/** The cluster as it was when something was done; as it is if that was never done. */
function beforeOperation(cluster: Cluster, isIt: (operation: Judged["operations"][number]) => boolean): Cluster {
  const then = cluster.fork();
  const found = cluster.operations.find(({ operation }) => isIt(operation));
  if (found !== undefined) then.goto(found.beforeStep);
  return then;
}

/** How many pods the shop is to have. */
const size = 4;

const rightSize: Check = ({ cluster }) => {
  const shop = ready(podsOf(cluster));
  const count = shop.filter(({ spec }) => spec.containers.some(({ image }) => isImage(image, "nginx:1.26"))).length;
  const sized = shop.length > 0 && shop.every(({ spec }) => spec.containers.every(isSized));
  const least = shop.length > 0 ? leastAvailable(cluster.fork()) : 0;
  const after = shop.length > 0 ? afterLoss(cluster.fork()) : 0;
  return [
    { code: "open", passed: count === size && wantedOf(cluster) === size, facts: { ready: count } },
    { code: "limits", passed: sized },
    { code: "seamless", passed: least >= size, facts: { least } },
    { code: "heals", passed: after >= size, facts: { after } },
  ];
};

/** Whether an image is the one that a short name means. */
const isImage = (image: string | undefined, short: string): boolean =>
  image?.replace(/^(docker\.io\/)?(library\/)?/, "") === short;

function isSized({ resources }: Pods[number]["spec"]["containers"][number]): boolean {
  const { requests, limits } = resources ?? {};
  return requests?.cpu === "250m" && limits?.cpu === "500m" && limits.memory === "128Mi";
}

/** Fewest ready pods while a new version rolls out; 0 if it does not get through. */
function leastAvailable(cluster: Cluster): number {
  const container = cluster.get("deployments", "shop")?.spec.template.spec?.containers[0]?.name ?? "";
  const containers = [{ name: container, image: "nginx:1.28" }];
  let least = size;
  cluster.request({
    ...{ group: "apps", version: "v1", resource: "deployments", namespace: "default", name: "shop" },
    ...{ verb: "patch", patchType: "strategic", body: { spec: { template: { spec: { containers } } } } },
  });
  const { reached } = cluster.until((present) => {
    least = Math.min(least, ready(podsOf(present)).length);
    const { metadata, spec, status } = present.get("deployments", "shop") ?? {};
    const wanted = spec?.replicas;
    const seen = status?.observedGeneration === metadata?.generation;
    return seen && [status?.updatedReplicas, status?.replicas, status?.availableReplicas].every((n) => n === wanted);
  }, 5_000);
  return reached ? least : 0;
}

/** Ready pods after a machine with one of them has lost its power and Kubernetes had its time. */
function afterLoss(cluster: Cluster): number {
  const home = podsOf(cluster)[0]?.spec.nodeName ?? "";
  cluster.stopMachine(home);
  cluster.advance("8m");
  cluster.settle();
  return ready(podsOf(cluster)).filter(({ spec }) => spec.nodeName !== home).length;
}

/** How the exercises are judged. */
export const checks: Checks = { room, "who-calls": whoCalls, brain, retire, "right-size": rightSize };
