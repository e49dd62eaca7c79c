/** Requests made by hand: one that is stored and told to watchers, and ones that are refused on the way. */
import type { JournalEntry, MessageSnapshot, Snapshot } from "../../sim/snapshot.ts";
import { snapshot } from "./fixtures.ts";

const API = "kube-apiserver/master-1";
const ETCD = "etcd/master-1";
const CONTROLLERS = "kube-controller-manager/master-1";
const USER = "user/laptop";

const stage = (name: string, plugin: string, verdict: string) => ({ stage: name, plugin, verdict });
const identity = stage("authenticate", "client certificate", "kubernetes-admin");
const allowed = stage("authorize", "SystemMasters", "allow: group system:masters");

const said = (step: number, from: string, to: string, kind: string, label: string): Partial<MessageSnapshot> => ({
  step,
  from,
  to,
  kind,
  label,
});

const handled = (
  step: number,
  cause: number,
  what: readonly [verb: string, object: string],
  detail: readonly unknown[],
): Partial<JournalEntry> => ({ step, at: step * 1000, actor: API, verb: what[0], object: what[1], cause, detail });

/** kubectl creates a pod: three admission plugins, one commit, and three watchers, the last of which has not heard yet. */
const storedMessages: readonly Partial<MessageSnapshot>[] = [
  said(39, "kubelet/worker-1", API, "watch", "watch"),
  said(40, USER, API, "request", "create pods default"),
  said(41, ETCD, ETCD, "timer", "fsynced"),
  said(42, API, USER, "response", "201"),
  said(43, API, "kube-scheduler/master-1", "deliver", "watch: 1 pods"),
  said(44, API, CONTROLLERS, "deliver", "watch: 1 pods"),
  said(45, "kube-scheduler/master-1", API, "request", "create pods/binding default/web-1"),
  said(46, "kubelet/worker-1", "kubelet/worker-1", "timer", "sync"),
];

const pod = "pod/default/web-1";
const storedJournal: readonly Partial<JournalEntry>[] = [
  handled(
    40,
    -1,
    ["create", pod],
    [
      identity,
      allowed,
      stage("mutate", "ServiceAccount", "account and token volume"),
      stage("mutate", "Priority", "priority 0"),
      stage("validate", "Pod", "valid"),
      stage("store", "pods", "create"),
    ],
  ),
  { step: 41, actor: ETCD, verb: "commit", message: "1 entry, revision 139", cause: 40 },
  handled(
    45,
    43,
    ["create binding", pod],
    [
      stage("authenticate", "client certificate", "system:kube-scheduler"),
      stage("authorize", "RBAC", "allow: control-plane component"),
      stage("store", "pods", "update"),
    ],
  ),
  { step: 47, at: 47_000, actor: "containerd/worker-1", verb: "create sandbox", cause: 46 },
  { step: 47, actor: "user", verb: "trace", message: "pod/default/web-1 → http://db: answered", cause: -3 },
];

/** A cluster in which a pod was created, right after its binding was asked for. */
export function stored(): Snapshot {
  return snapshot({ workers: 2, zones: 2, step: 47, messages: storedMessages, journal: storedJournal });
}

/** What was on its way when etcd had committed the pod. */
export function storedMoment(): Snapshot {
  const onTheWay = [API, "kube-scheduler/master-1", CONTROLLERS, "kube-proxy/worker-1", "kube-proxy/worker-2"].map(
    (to, at) =>
      said(40, API, at === 0 ? USER : to, at === 0 ? "response" : "deliver", at === 0 ? "201" : "watch: 1 pods"),
  );
  return snapshot({ workers: 2, zones: 2, step: 41, messages: onTheWay });
}

/** A request that is refused in a stage: who may not, or what can't be. */
export function refused(code: "403" | "422"): Snapshot {
  const who = stage("authenticate", "client certificate", code === "403" ? "eve" : "kubernetes-admin");
  const why =
    code === "403"
      ? 'pods "web-1" is forbidden: User "eve" cannot delete resource "pods" in API group "" in the namespace "default"'
      : 'Pod "web-1" is invalid: spec.containers[0].image: Required value';
  const verdict = stage("validate", "refused", why);
  const stages = code === "403" ? [who, verdict] : [who, allowed, verdict];
  return snapshot({
    workers: 1,
    step: 51,
    messages: [said(50, USER, API, "request", "delete pods default/web-1"), said(51, API, USER, "response", code)],
    journal: [handled(50, -2, [code === "403" ? "delete" : "create", pod], stages)],
  });
}
