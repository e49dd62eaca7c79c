/** What must hold when everything has been repaired and some time has gone by; each finding is one sentence. */
import type { Deployment } from "../../sim/api/kinds/deployment.ts";
import type { Node } from "../../sim/api/kinds/node.ts";
import type { Pod } from "../../sim/api/kinds/pod.ts";
import type { ReplicaSet } from "../../sim/api/kinds/replicaset.ts";
import { indexedKeys } from "../../sim/api/server/indices.ts";
import { objectKey, objectsAt, storeOf } from "../../sim/api/server/storage.ts";
import type { KubeObject } from "../../sim/api/types.ts";
import type { Attachment } from "../../sim/calico/cni-plugin.ts";
import type { ContainerRow, SandboxRow } from "../../sim/kubelet/cri.ts";
import { allRows, type NodeList, nodeList } from "../../sim/scheduler/node-list.ts";
import { podInfo } from "../../sim/scheduler/pod-row.ts";
import type { Lab } from "./lab.ts";
import { services } from "./service-convergence.ts";
import { sets } from "./set-convergence.ts";

type Say = (what: string) => void;

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;
const isOver = (pod: Pod) => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
const isReady = (of: Pod | Node) =>
  of.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;

/** Everything that is wrong with a cluster that should be at rest. */
export function complaints(lab: Lab): readonly string[] {
  const found: string[] = [];
  const say = (what: string) => found.push(what);
  nodes(lab, say);
  pods(lab, say);
  workloads(lab, say);
  sets(lab, say);
  runtime(lab, say);
  services(lab, say);
  scheduler(lab, say);
  caches(lab, say);
  queues(lab, say);
  return found;
}

function nodes(lab: Lab, say: Say): void {
  const all = lab.objects<Node>("nodes");
  if (all.length !== lab.machines.length - 1) say(`${all.length} nodes of ${lab.machines.length - 1}`);
  for (const node of all) {
    if (!isReady(node)) say(`node ${node.metadata.name} is not Ready`);
    for (const { key } of node.spec.taints ?? []) say(`node ${node.metadata.name} has the taint ${key}`);
    if (node.spec.unschedulable) say(`node ${node.metadata.name} is cordoned`);
  }
  for (const namespace of lab.objects("namespaces"))
    if (namespace.metadata.deletionTimestamp) say(`namespace ${namespace.metadata.name} is stuck Terminating`);
  const known = new Set(lab.objects("namespaces").map((namespace) => namespace.metadata.name));
  for (const resource of ["pods", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs"])
    for (const object of lab.objects(resource))
      if (!known.has(object.metadata.namespace!)) say(`${resource} ${keyOf(object)} has no namespace`);
}

/** Whether a pod without a node has nowhere to go. */
function isHopeless(lab: Lab, pod: Pod): boolean {
  if (pod.spec.containers.some(({ resources }) => resources?.requests?.cpu === "900")) return true;
  const counts = new Map<string, number>();
  for (const other of lab.objects<Pod>("pods"))
    if (other.spec.nodeName && !isOver(other))
      counts.set(other.spec.nodeName, (counts.get(other.spec.nodeName) ?? 0) + 1);
  const most = lab.options.podsPerNode ?? 110;
  return lab.objects("nodes").every((node) => (counts.get(node.metadata.name) ?? 0) >= most);
}

function pods(lab: Lab, say: Say): void {
  const names = new Set(lab.objects("nodes").map((node) => node.metadata.name));
  const kinds = ["replicasets", "statefulsets", "daemonsets", "jobs"];
  const owners = new Set(kinds.flatMap((kind) => lab.objects(kind)).map((set) => set.metadata.uid));
  for (const pod of lab.objects<Pod>("pods")) {
    const name = `pod ${keyOf(pod)}`;
    const node = pod.spec.nodeName ?? "";
    if (pod.metadata.deletionTimestamp) say(`${name} is stuck Terminating on ${node}`);
    if (node === "" && !isHopeless(lab, pod)) say(`${name} is not scheduled`);
    if (node !== "" && !names.has(node)) say(`${name} is on ${node}, which does not exist`);
    for (const { uid, kind } of pod.metadata.ownerReferences ?? [])
      if (!owners.has(uid)) say(`${name} has lost its ${kind}`);
    const isServer = pod.spec.containers.every(
      ({ image, command }) => command === undefined && !/no-such|not-exist|busybox/.test(image ?? ""),
    );
    const isHeld = pod.spec.initContainers?.some(({ command }) => command?.[0] === "false") === true;
    if (node !== "" && isServer && !isHeld && !isOver(pod) && !isReady(pod))
      say(`${name} on ${node} is not ready: ${JSON.stringify(pod.status?.containerStatuses?.[0]?.state)}`);
  }
}

function workloads(lab: Lab, say: Say): void {
  const all = lab.objects<Pod>("pods");
  for (const set of lab.objects<ReplicaSet>("replicasets")) {
    const mine = all.filter(
      (pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid) && !isOver(pod),
    );
    if (mine.length !== (set.spec.replicas ?? 1))
      say(`replicaset ${keyOf(set)} wants ${set.spec.replicas} pods and has ${mine.length}`);
    if ((set.status?.readyReplicas ?? 0) !== mine.filter(isReady).length)
      say(`replicaset ${keyOf(set)} says ${set.status?.readyReplicas ?? 0} ready, ${mine.filter(isReady).length} are`);
    if (set.metadata.deletionTimestamp) say(`replicaset ${keyOf(set)} is stuck being deleted`);
  }
  for (const deployment of lab.objects<Deployment>("deployments")) {
    const { spec, status, metadata } = deployment;
    const image = spec.template.spec!.containers[0]?.image ?? "";
    if (metadata.deletionTimestamp) say(`deployment ${keyOf(deployment)} is stuck being deleted`);
    if (status?.observedGeneration !== metadata.generation)
      say(`deployment ${keyOf(deployment)} has not been observed`);
    const mine = all.filter(
      (pod) => pod.metadata.labels?.app === metadata.labels?.app && pod.metadata.namespace === metadata.namespace,
    );
    const crowded = mine.some((pod) => (pod.spec.nodeName ?? "") === "");
    const { command } = spec.template.spec!.containers[0]!;
    const isHeld = spec.template.spec!.initContainers?.some((init) => init.command?.[0] === "false") === true;
    if (/no-such|not-exist|busybox/.test(image) || crowded || isHeld || (command?.length ?? 0) > 0) continue;
    if ((status?.availableReplicas ?? 0) !== spec.replicas || (status?.updatedReplicas ?? 0) !== spec.replicas)
      say(
        `deployment ${keyOf(deployment)} wants ${spec.replicas} of ${image}: ${status?.availableReplicas ?? 0} available, ${status?.updatedReplicas ?? 0} updated`,
      );
  }
}

function runtime(lab: Lab, say: Say): void {
  const live = new Map(lab.objects<Pod>("pods").map((pod) => [pod.metadata.uid!, pod]));
  const about = (table: string, name: string, uid: string, machine: string) => {
    const pod = live.get(uid);
    if (pod === undefined) say(`${table} ${name} belongs to no pod`);
    else if (pod.spec.nodeName !== machine) say(`${table} ${name} is for a pod of ${pod.spec.nodeName}`);
  };
  const addresses = new Map(lab.world.table<string>("pod addresses").entries());
  for (const [name, row] of lab.world.sorted<SandboxRow>("sandboxes").range("")) {
    const [machine = "", uid = ""] = name.split("|");
    about("sandbox", name, uid, machine);
    const attached = lab.world.sorted<Attachment>("attachments").get(name);
    const pod = live.get(uid);
    // A finished pod's sandbox is stopped and holds no address; its row only remembers the one it had.
    if (pod !== undefined && isOver(pod) !== (row.state === "stopped"))
      say(`sandbox ${name} is ${row.state}, its pod is ${pod.status?.phase}`);
    if (row.state === "stopped") {
      if (attached !== undefined) say(`sandbox ${name} is stopped and still attached with ${attached.address}`);
      continue;
    }
    if (row.address !== "" && addresses.get(row.address) !== uid)
      say(`sandbox ${name} has ${row.address}, which is ${addresses.get(row.address)}'s`);
    addresses.delete(row.address);
    if (!row.hostNetwork && attached?.address !== row.address)
      say(`sandbox ${name} has ${row.address}, attached is ${attached?.address}`);
  }
  for (const [name] of lab.world.sorted("attachments").range(""))
    if (lab.world.sorted("sandboxes").get(name) === undefined) say(`attachment ${name} belongs to no sandbox`);
  for (const [address, uid] of addresses)
    if (!uid.startsWith("tunnel/")) say(`address ${address} of ${uid} belongs to no sandbox`);
  for (const [name, row] of lab.world.sorted<ContainerRow>("containers").range("")) {
    const [machine = "", uid = "", container = ""] = name.split("|");
    about("container", name, uid, machine);
    const pod = live.get(uid);
    const status = [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])].find(
      (one) => one.name === container,
    );
    if (pod !== undefined && row.state === "running" && status?.state?.running === undefined)
      say(`container ${name} runs, its pod says ${JSON.stringify(status?.state)}`);
    if (row.state !== "running" && status?.state?.running !== undefined)
      say(`container ${name} is ${row.state}, its pod says it runs`);
  }
  for (const table of ["pod workers", "reported statuses", "image pulls"])
    for (const [name] of lab.world.sorted(table).range(""))
      about(table, name, name.split("|")[1]!, name.split("|")[0]!);
  for (const [uid, pod] of live) {
    if (!pod.spec.nodeName || isOver(pod)) continue;
    const name = `${pod.spec.nodeName}|${uid}`;
    if (lab.world.sorted("pod workers").get(name) === undefined) say(`pod ${keyOf(pod)} has no worker at its kubelet`);
    const sandbox = lab.world.sorted<SandboxRow>("sandboxes").get(name);
    if (sandbox?.state !== "ready")
      say(`pod ${keyOf(pod)} has ${sandbox === undefined ? "no" : `a ${sandbox.state}`} sandbox`);
    else if (pod.status?.podIP !== sandbox.address)
      say(`pod ${keyOf(pod)} says ${pod.status?.podIP}, its sandbox has ${sandbox.address}`);
  }
}

function scheduler(lab: Lab, say: Say): void {
  const { world } = lab;
  const row = world.table<{ readonly nodes: NodeList }>("scheduler").get("kube-scheduler/master-1");
  const rows = allRows(row?.nodes ?? nodeList([]));
  const all = lab.objects<Pod>("pods");
  const names = lab.objects("nodes").map((node) => node.metadata.name);
  if (
    rows
      .map(({ name }) => name)
      .sort()
      .join() !== names.sort().join()
  )
    say(`the scheduler knows the nodes ${rows.map(({ name }) => name).join()}`);
  for (const { name, pods: cached, requested } of rows) {
    const mine = all.filter((pod) => pod.spec.nodeName === name && !isOver(pod));
    const [have, want] = [
      cached
        .map(({ key }) => key)
        .sort()
        .join(),
      mine.map(keyOf).sort().join(),
    ];
    if (have !== want) say(`the scheduler counts on ${name}: ${have}; there are: ${want}`);
    const cpu = mine.reduce((sum, pod) => sum + podInfo(pod).requests.milliCpu, 0);
    if (requested.milliCpu !== cpu) say(`the scheduler counts ${requested.milliCpu}m on ${name} instead of ${cpu}m`);
  }
  for (const table of ["assumed pods", "pods on unknown nodes"])
    for (const [key] of world.table(table).entries()) say(`the scheduler has ${key} in ${table}`);
  const queued = [...world.table("scheduler pods").keys(), ...world.table("scheduler waiting").keys()].sort().join();
  const unbound = all
    .filter((pod) => !pod.spec.nodeName)
    .map(keyOf)
    .sort()
    .join();
  if (queued !== unbound) say(`the scheduler's queue has ${queued}; without a node are ${unbound}`);
}

function caches(lab: Lab, say: Say): void {
  const { io, world } = lab;
  const newest = storeOf(io).revision;
  type Row = { readonly cursor: number; readonly field?: readonly [string, string]; readonly connected: boolean };
  const ids = (resource: string, revision: number, field?: readonly [string, string]) =>
    [...objectsAt(io, resource, revision, field)]
      .filter((object) => field === undefined || (object as Pod).spec.nodeName === field[1])
      .map((object) => `${objectKey(resource, object)}@${object.metadata.resourceVersion}`)
      .join(" ");
  for (const [process, rows] of world.table<Readonly<Record<string, Row>>>("informers").entries()) {
    for (const [resource, { cursor, field, connected }] of Object.entries(rows)) {
      if (!connected) say(`${process} has no watch on ${resource}`);
      if (cursor < 0) say(`${process} has never listed ${resource}`);
      else if (ids(resource, cursor, field) !== ids(resource, newest, field))
        say(`${process} sees old ${resource}: ${cursor} of ${newest}`);
      const watch = world
        .table<{ readonly stalled: boolean }>("watches")
        .get(`kube-apiserver/master-1|${process}|${resource}`);
      if (watch === undefined || watch.stalled)
        say(`the watch of ${process} on ${resource} ${watch === undefined ? "is gone" : "has stalled"}`);
    }
  }
  for (const resource of ["pods", "replicasets"]) {
    for (const object of lab.objects(resource)) {
      const key = objectKey(resource, object);
      for (const { uid } of object.metadata.ownerReferences ?? [])
        if (![...indexedKeys(io, resource, "owner", uid)].includes(key)) say(`${key} is not in the index of owners`);
      const node = (object as Pod).spec.nodeName;
      if (node && ![...indexedKeys(io, resource, "node", node)].includes(key))
        say(`${key} is not in the index of nodes`);
    }
  }
}

function queues(lab: Lab, say: Say): void {
  for (const [name, { due }] of lab.world.table<{ readonly due: number }>("workqueues").entries())
    if (due >= 0 && due < lab.world.now) say(`work on ${name} was due at ${due} and never done`);
  for (const [name] of lab.world.table("inflight requests").entries()) say(`request ${name} has no answer`);
  for (const { request } of lab.open) say(`the user's ${request.verb} of ${request.resource} was never answered`);
  if (lab.world.table<{ readonly armed: boolean }>("maintenance").get("kube-apiserver/master-1")?.armed === true) {
    const rounds = lab.world.timeline
      .pending()
      .filter(({ body, epoch, to }) => body.kind === "maintain" && lab.world.processes.get(to)?.epoch === epoch);
    if (rounds.length !== 1) say(`${rounds.length} rounds of maintenance are set`);
  }
}
