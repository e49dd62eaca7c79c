/**
 * What a view or a check may see of a cluster: one immutable picture of a moment, made of plain data.
 * Nothing here is computed by the viewer: whether a pod is ready or a process runs is recorded by the simulation.
 * Invariant: the same step of the same history gives the same snapshot, value for value.
 */
import type { KubeObject } from "./api/types.ts";
import type { JournalEntry } from "./time/journal.ts";

/** One simulated process, e.g. "kube-scheduler" on machine "master-1". */
export interface ProcessSnapshot {
  /** Unique, e.g. "kubelet/worker-1". */
  readonly id: string;
  /** Component name, e.g. "kubelet". */
  readonly component: string;
  /** Host it runs on, e.g. "worker-1". */
  readonly machine: string;
  readonly running: boolean;
  /** What it did last or does now, in a few words; "" when it has not done anything yet. */
  readonly doing: string;
  /** Step in which it last did something; -1 if never. */
  readonly doingStep: number;
}

/** One host: a control-plane machine or a node. */
export interface MachineSnapshot {
  readonly name: string;
  readonly role: "control-plane" | "worker";
  readonly zone: string;
  readonly up: boolean;
}

/** A message between two processes that was sent or delivered in the steps shown. */
export interface MessageSnapshot {
  readonly step: number;
  readonly from: string;
  readonly to: string;
  /** e.g. "request", "response", "watch" (asking for changes), "deliver" (changes), "propose", "commit", "timer". */
  readonly kind: string;
  /** Short text, e.g. "create pods default/web-1" or "201". */
  readonly label: string;
  readonly dropped: boolean;
}

export type { JournalEntry };

/** One network device, as `ip addr` lists it. */
export interface InterfaceSnapshot {
  readonly name: string;
  readonly kind: "loopback" | "ethernet" | "veth" | "bridge" | "dummy" | "vxlan" | "ipip";
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** With their lengths, e.g. "10.1.0.5/16". */
  readonly addresses: readonly string[];
  /** The other end of a veth pair or of a cable. */
  readonly peer?: { readonly namespace: string; readonly device: string };
  /** The bridge that it is a port of. */
  readonly master?: string;
}

/** One chain of one netfilter table, with its rules as iptables-save writes them, without "-A CHAIN". */
export interface ChainSnapshot {
  readonly table: string;
  readonly chain: string;
  /** "ACCEPT" or "DROP" for built-in chains, else "-". */
  readonly policy: string;
  readonly rules: readonly string[];
}

/** One network namespace at one moment. */
export interface NamespaceSnapshot {
  /** Unique, e.g. "worker-1" or "cni-3c1f…". */
  readonly name: string;
  readonly kind: "host" | "pod" | "network" | "outside";
  /** Machine it is on; "" for the network between machines. */
  readonly machine: string;
  /** `namespace/name` of the pod whose namespace it is; "" for others. */
  readonly pod: string;
  readonly podUid: string;
  readonly interfaces: readonly InterfaceSnapshot[];
  /** Lines of `ip route`. */
  readonly routes: readonly string[];
  /** Lines of `ip neigh`. */
  readonly neighbours: readonly string[];
  readonly listeners: readonly {
    readonly proto: string;
    readonly address: string;
    readonly port: number;
    readonly name: string;
  }[];
  /** Lines of `conntrack -L`. */
  readonly connections: readonly string[];
  /** The file /etc/resolv.conf of the place that was asked for; absent where only the namespace was. */
  readonly resolvConf?: string;
  /** Netfilter's chains in iptables-save's order; made when asked for. */
  chains(): readonly ChainSnapshot[];
}

/** A cluster at one moment. */
export interface Snapshot {
  readonly step: number;
  /** Simulated microseconds since the cluster's start. */
  readonly now: number;
  /** Newest etcd revision. */
  readonly revision: number;
  readonly seed: number;
  readonly hash: string;
  readonly machines: readonly MachineSnapshot[];
  readonly processes: readonly ProcessSnapshot[];
  /** Links that a fault has cut, as pairs of process ids or machine names. */
  readonly cutLinks: readonly (readonly [string, string])[];
  /** Messages of the last step (or of the last few, see the maker). */
  readonly messages: readonly MessageSnapshot[];
  /** Journal entries of the same steps as `messages`. */
  readonly journal: readonly JournalEntry[];
  /** All stored objects of a resource, e.g. objects("pods"), ordered by namespace and name. */
  objects(resource: string): readonly KubeObject[];
  /** Network namespaces of a machine, its own first, then its pods' by pod name; [] for an unknown machine. */
  namespaces(machine: string): readonly NamespaceSnapshot[];
}
