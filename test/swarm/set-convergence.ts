/** What must hold of StatefulSets, DaemonSets and Jobs when everything has been repaired and some time has gone by. */
import type { DaemonSet } from "../../sim/api/kinds/daemon-set.ts";
import type { Job } from "../../sim/api/kinds/job.ts";
import type { Pod } from "../../sim/api/kinds/pod.ts";
import type { StatefulSet } from "../../sim/api/kinds/stateful-set.ts";
import type { KubeObject } from "../../sim/api/types.ts";
import type { Lab } from "./lab.ts";
import { controllerOf, ordinalOf } from "./set-invariants.ts";

type Say = (what: string) => void;

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;
const isOver = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";
const isReady = ({ status }: Pod) =>
  status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;

/** Says what is wrong with the sets of a cluster that should be at rest. */
export function sets(lab: Lab, say: Say): void {
  const all = lab.objects<Pod>("pods");
  const ofSet = (set: KubeObject) => all.filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
  for (const resource of ["statefulsets", "daemonsets", "jobs"])
    for (const { metadata } of lab.objects(resource))
      if (metadata.deletionTimestamp) say(`${resource} ${metadata.namespace}/${metadata.name} is stuck being deleted`);
  for (const set of lab.objects<StatefulSet>("statefulsets")) {
    const mine = ofSet(set);
    // A pod that the swarm has relabelled keeps its name, so that its set can make no other one.
    const isTaken = (pod: Pod) => pod.metadata.name.startsWith(`${set.metadata.name}-`) && !mine.includes(pod);
    if (!all.some((pod) => pod.metadata.namespace === set.metadata.namespace && isTaken(pod))) stateful(set, mine, say);
  }
  for (const set of lab.objects<DaemonSet>("daemonsets")) daemon(lab, set, ofSet(set), say);
  for (const job of lab.objects<Job>("jobs")) done(job, ofSet(job), say);
  for (const pod of all)
    if (controllerOf(pod) === undefined && pod.metadata.finalizers?.length)
      say(`pod ${keyOf(pod)} has the finalizers ${pod.metadata.finalizers.join()} and no controller`);
}

function stateful(set: StatefulSet, pods: readonly Pod[], say: Say): void {
  const { replicas = 1, template, podManagementPolicy } = set.spec;
  const ordinals = pods.map(ordinalOf).sort((a, b) => a - b);
  ordinals.forEach((ordinal, index) => {
    if (ordinal !== index) say(`statefulset ${keyOf(set)} has the ordinals ${ordinals.join()}`);
  });
  if (set.status?.observedGeneration !== set.metadata.generation)
    say(`statefulset ${keyOf(set)} has not been observed`);
  if ((set.status?.readyReplicas ?? 0) !== pods.filter(isReady).length)
    say(`statefulset ${keyOf(set)} says ${set.status?.readyReplicas} ready, ${pods.filter(isReady).length} are`);
  const container = template.spec?.containers[0];
  const isServer = container?.command === undefined && !/no-such|busybox/.test(container?.image ?? "");
  const isHeld = template.spec?.initContainers?.some(({ command }) => command?.[0] === "false") === true;
  const isStuck = !isServer || isHeld || pods.some((pod) => !pod.spec.nodeName || !isReady(pod));
  if (isStuck && podManagementPolicy !== "Parallel") return;
  if (pods.length !== replicas) say(`statefulset ${keyOf(set)} wants ${replicas} pods and has ${pods.length}`);
}

function daemon(lab: Lab, set: DaemonSet, pods: readonly Pod[], say: Say): void {
  const nodes = lab.machines.filter((name) => name !== "master-1");
  const living = pods.filter((pod) => !isOver(pod));
  const most = lab.options.podsPerNode ?? 110;
  if (set.status?.desiredNumberScheduled !== nodes.length)
    say(`daemonset ${keyOf(set)} wants ${set.status?.desiredNumberScheduled} pods for ${nodes.length} nodes`);
  for (const node of nodes) {
    const wanted = (pod: Pod) =>
      pod.spec.nodeName === node || (!pod.spec.nodeName && JSON.stringify(pod.spec.affinity).includes(`"${node}"`));
    const here = living.filter(wanted);
    if (here.length !== 1) say(`daemonset ${keyOf(set)} has ${here.length} pods for ${node}`);
    const crowd = lab.objects<Pod>("pods").filter((pod) => pod.spec.nodeName === node && !isOver(pod));
    if (crowd.length < most && here.some((pod) => !isReady(pod)))
      say(`daemonset ${keyOf(set)} is not ready on ${node}`);
  }
}

function done(job: Job, pods: readonly Pod[], say: Say): void {
  const { conditions = [], active = 0, uncountedTerminatedPods: uncounted } = job.status ?? {};
  const isDone = conditions.some(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True");
  const waits = pods.some((pod) => !pod.spec.nodeName);
  if (!isDone && !waits) say(`job ${keyOf(job)} has not ended: ${JSON.stringify(job.status)}`);
  if (isDone && active > 0) say(`job ${keyOf(job)} has ended and says that ${active} pods are active`);
  if ((uncounted?.succeeded?.length ?? 0) + (uncounted?.failed?.length ?? 0) > 0)
    say(`job ${keyOf(job)} has pods uncounted`);
  for (const pod of pods)
    if (isOver(pod) && pod.metadata.finalizers?.length) say(`pod ${keyOf(pod)} has ended and keeps its finalizer`);
}
