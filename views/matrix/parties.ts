/**
 * Who there is to talk to in a cluster, and who may call whom: the connections that Kubernetes' parts open by design
 * (kubernetes.io, "Cluster Architecture" and "Communication between Nodes and the Control Plane", v1.32).
 * One party stands for all processes of a component; which of them have really talked is read from the record.
 */
import { INSTALLER } from "../cluster-model.ts";
import { ownOf } from "../order.ts";

/** The parties of every cluster in the order of rows and columns. */
export const PARTIES = [
  "user",
  "kube-apiserver",
  "etcd",
  "kube-scheduler",
  "kube-controller-manager",
  "cloud-controller-manager",
  "kubelet",
  "kube-proxy",
  "containerd",
  "pods",
] as const;

const CLIENT = "reads, writes and watches objects";

const CALLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  user: {
    "kube-apiserver": "kubectl and other clients",
    pods: "what the applications are for",
  },
  "kube-apiserver": {
    etcd: "keeps every object there",
    kubelet: "logs, exec, port-forward",
    pods: "webhooks, aggregated APIs, proxy",
  },
  etcd: { etcd: "members agree on the log" },
  "kube-scheduler": { "kube-apiserver": CLIENT },
  "kube-controller-manager": { "kube-apiserver": CLIENT },
  "cloud-controller-manager": { "kube-apiserver": CLIENT },
  kubelet: { "kube-apiserver": CLIENT, containerd: "has containers made and ended", pods: "probes" },
  "kube-proxy": { "kube-apiserver": CLIENT },
  pods: { "kube-apiserver": "applications that are clients", pods: "services of one another" },
};

/** What a caller may call a party for, in a few words; undefined where it never does. */
export function purposeOf(caller: string, called: string): string | undefined {
  const calls = ownOf(CALLS, caller);
  if (calls !== undefined) return ownOf(calls, called);
  // Another component than these is a client of the API server, as all of them are.
  const known = (PARTIES as readonly string[]).includes(caller);
  return !known && called === "kube-apiserver" ? CLIENT : undefined;
}

/** The party that a process belongs to: "kubelet/worker-1" → "kubelet". The installer acts for the user. */
export function partyOf(process: string): string {
  const component = process.split("/")[0] ?? process;
  if (component === INSTALLER) return "user";
  return /(?<!-manager|cloud)-controller$/.test(component) ? "kube-controller-manager" : component;
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
  you: "user",
  kubectl: "user",
  api: "kube-apiserver",
  apiserver: "kube-apiserver",
  scheduler: "kube-scheduler",
  "controller-manager": "kube-controller-manager",
  "cloud-controller": "cloud-controller-manager",
  ccm: "cloud-controller-manager",
  proxy: "kube-proxy",
  "container runtime": "containerd",
  runtime: "containerd",
  pod: "pods",
};

/** The party that somebody means by a name, such as "api" or "pod"; undefined where there is none. */
export function namedParty(name: string, parties: readonly string[]): string | undefined {
  const plain = name.trim().toLowerCase();
  const party = parties.includes(plain) ? plain : ownOf(OTHER_NAMES, plain);
  return party !== undefined && parties.includes(party) ? party : undefined;
}

/** The party of every cluster that somebody means by a name, as a matrix reads it; undefined where there is none. */
export const partyNamed = (name: string): string | undefined => namedParty(name, PARTIES);
