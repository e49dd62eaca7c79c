/**
 * The machines of a new cluster and the processes on them.
 * Models a small self-managed cluster: one control-plane machine, workers in zones of one region.
 * Left out so far: several control-plane machines; the network plugin's processes.
 * Invariant: names, addresses and sizes follow from the options alone.
 */

import { kubeadm } from "../addons/kubeadm.ts";
import { kubeApiserver } from "../api/server/apiserver.ts";
import { calicoPlugin } from "../calico/cni-plugin.ts";
import { controllerProcess } from "../client/controller.ts";
import { cloudControllerManager } from "../cloud/service-controller.ts";
import { kubeControllers } from "../controllers/index.ts";
import { etcdMember } from "../etcd/member.ts";
import { containerdWith } from "../kubelet/containerd.ts";
import type { HostRow } from "../kubelet/host.ts";
import { kubelet } from "../kubelet/kubelet.ts";
import { formatIpv4 } from "../net/wire/ipv4.ts";
import { kubeProxy } from "../proxy/kube-proxy.ts";
import { kubeScheduler } from "../scheduler/kube-scheduler.ts";
import type { Component } from "../time/component.ts";
import { epochMs, millisecond, second } from "../time/instant.ts";
import type { LatencyProfile } from "../time/latency.ts";
import { addMachine, addProcess, disturbAll } from "../time/processes.ts";
import type { World } from "../time/world.ts";
import { addToNetwork, buildNetwork, completeNetworks, machineAddress, type Placed } from "./network/build.ts";
import { user, userMachine } from "./user.ts";

/** How large a cluster is, and how it runs; whatever is left out has a default. */
export interface ClusterOptions {
  /** Any whole number or text; the same seed and operations give the same cluster. Default 1. */
  readonly seed?: number;
  /** How many zones the workers are spread over. Default 1. */
  readonly zones?: number;
  /** Default 2. */
  readonly workersPerZone?: number;
  /**
   * Whether the control plane's machine runs a kubelet too and joins as a node, tainted so that only pods that tolerate
   * it run there, as kubeadm sets it up. Default false.
   */
  readonly controlPlaneNode?: boolean;
  /** CPUs of each worker. Default 4. */
  readonly cpus?: number;
  /** Memory of each worker in GiB. Default 16. */
  readonly memoryGi?: number;
  /** Pods that a worker takes at most. Default 110. */
  readonly podsPerNode?: number;
  /** The pods' network, of which nodes take blocks of 64 addresses. Default "172.30.0.0/16", larger above 500 workers. */
  readonly podNetwork?: string;
  /** The network of which Services get their addresses. Default "172.21.0.0/16". */
  readonly serviceNetwork?: string;
  /** Whether kubeadm's add-ons are installed at the first start: CoreDNS and its Service. Default true. */
  readonly addons?: boolean;
  /**
   * Whether objects tell in `metadata.managedFields` who manages which of their fields, as server-side apply needs. Costs
   * time with each write. Default false.
   */
  readonly managedFields?: boolean;
  /** Whether the creation of an object of a kind that has no effect in this simulation is answered with a warning. Default false. */
  readonly effectWarnings?: boolean;
  /**
   * Whether a new cluster has the ClusterRoles that users are given (cluster-admin, admin, edit, view) and the PriorityClasses
   * of the system, as kubeadm's has. Default false, since they make the boot longer.
   */
  readonly standardRoles?: boolean;
  /**
   * The simulated wall clock at the start, in milliseconds since 1970, not before the default, 2026-01-05T09:00:00Z. A
   * cluster that starts later begins at a later instant, so that all times in it agree.
   */
  readonly startsAt?: number;
  /** How long things take: "lesson" has round numbers. Default "lesson". */
  readonly latency?: LatencyProfile;
  /** Run periodic work as events even where its outcome can't change. Default false. */
  readonly eager?: boolean;
}

/** Options with all defaults filled in. */
export type CompleteOptions = Required<ClusterOptions>;

const defaults: CompleteOptions = {
  seed: 1,
  zones: 1,
  workersPerZone: 2,
  controlPlaneNode: false,
  cpus: 4,
  memoryGi: 16,
  podsPerNode: 110,
  podNetwork: "",
  serviceNetwork: "172.21.0.0/16",
  addons: true,
  managedFields: false,
  effectWarnings: false,
  standardRoles: false,
  startsAt: epochMs,
  latency: "lesson",
  eager: false,
};

/** Every kind of process that a cluster may have. */
export const components: ReadonlyMap<string, Component> = new Map(
  [
    etcdMember,
    kubeApiserver,
    kubeScheduler,
    controllerProcess("kube-controller-manager", kubeControllers),
    kubelet,
    containerdWith(new Map([[calicoPlugin.type, calicoPlugin]])),
    kubeProxy,
    kubeadm,
    cloudControllerManager,
    user,
  ].map((component) => [component.name, component]),
);

const limits: Readonly<Record<string, readonly [number, number]>> = {
  zones: [1, 64],
  workersPerZone: [0, 5000],
  cpus: [1, 1024],
  memoryGi: [2, 65_536],
  podsPerNode: [1, 250],
  startsAt: [epochMs, epochMs + 100 * 365 * 86_400_000],
};

/** Fills in defaults. Throws a RangeError that names the option and its range. */
export function completeOptions(options: ClusterOptions): CompleteOptions {
  for (const key of Object.keys(options)) {
    if (!(key in defaults))
      throw new RangeError(`a cluster has no option "${key}"; it has ${Object.keys(defaults).join(", ")}`);
  }
  const complete = { ...defaults, ...options };
  for (const [name, [least, most]] of Object.entries(limits)) {
    const value = complete[name as keyof CompleteOptions] as number;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
    }
  }
  if (!Number.isSafeInteger(complete.seed)) throw new RangeError(`seed must be a whole number, not ${complete.seed}`);
  if (!["instant", "lesson", "realistic"].includes(complete.latency)) {
    throw new RangeError(`latency must be "instant", "lesson" or "realistic", not "${complete.latency}"`);
  }
  return { ...complete, ...completeNetworks(complete) };
}

const region = "us-south";
const master = "master-1";
/** The control plane has this long before the other processes start. */
const headStartUs = 1 * second;

/** Puts machines and processes into an empty world; they start when the timeline runs. */
export function build(world: World, options: CompleteOptions): void {
  const machines = machinesOf(options);
  world.moveTo((options.startsAt - epochMs) * millisecond);
  buildNetwork(world, options, machines);
  if (options.effectWarnings) world.table<boolean>("effect warnings").set("", true);
  if (options.standardRoles) world.table<boolean>("standard roles").set("", true);
  if (options.managedFields) world.table<boolean>("field tracking").set("", true);
  addMachine(world, userMachine, "outside", "");
  addProcess(world, "user", userMachine, 0);
  for (const placed of machines) {
    if (placed.number === 0) addControlPlane(world, options, placed);
    else addNode(world, placed, options, headStartUs);
  }
}

/** How large a machine is. */
export type MachineSize = Pick<CompleteOptions, "cpus" | "memoryGi" | "podsPerNode">;

/** Adds one more worker to a running cluster, in a zone counted from 1; returns its name. */
export function addWorker(world: World, zone: number, size: MachineSize): string {
  const number = [...world.machines.keys()].filter((name) => name.startsWith("worker-")).length + 1;
  const placed: Placed = { name: `worker-${number}`, zone, number };
  addToNetwork(world, placed);
  addNode(world, placed, size, 0);
  disturbAll(world);
  return placed.name;
}

const nodeComponents = ["containerd", "kubelet", "kube-proxy"];

function addNode(world: World, { name, zone, number }: Placed, size: MachineSize, delayUs: number): void {
  addMachine(world, name, "worker", zoneName(zone));
  world.table<HostRow>("hosts").set(name, hostRow(size, zone, number));
  for (const component of nodeComponents) addProcess(world, component, name, delayUs);
}

const controlPlaneKey = "node-role.kubernetes.io/control-plane";

function addControlPlane(world: World, options: CompleteOptions, { zone, number }: Placed): void {
  addMachine(world, master, "control-plane", zoneName(1));
  const host = hostRow(options, zone, number);
  const labels = { ...host.labels, [controlPlaneKey]: "" };
  const taints = [{ key: controlPlaneKey, effect: "NoSchedule" as const }];
  world.table<HostRow>("hosts").set(master, options.controlPlaneNode ? { ...host, labels, taints } : host);
  addProcess(world, "etcd", master, 0);
  addProcess(world, "kube-apiserver", master, 0);
  world.table<string>("endpoints").set("kube-apiserver", `kube-apiserver/${master}`);
  addProcess(world, "kube-scheduler", master, headStartUs);
  addProcess(world, "kube-controller-manager", master, headStartUs);
  addProcess(world, "cloud-controller-manager", master, headStartUs);
  if (options.addons) addProcess(world, "kubeadm", master, headStartUs);
  if (options.controlPlaneNode) for (const name of nodeComponents) addProcess(world, name, master, headStartUs);
}

/** All machines: the control plane first, then the workers, zone by zone in turn. */
function machinesOf(options: CompleteOptions): readonly Placed[] {
  const placed: Placed[] = [{ name: master, zone: 0, number: 0 }];
  for (let index = 1; index <= options.workersPerZone; index++) {
    for (let zone = 1; zone <= options.zones; zone++) {
      const number = placed.length;
      placed.push({ name: `worker-${number}`, zone, number });
    }
  }
  return placed;
}

function zoneName(zone: number): string {
  return `${region}-${zone}`;
}

function hostRow(options: MachineSize, zone: number, number: number): HostRow {
  return {
    address: formatIpv4(machineAddress(zone, number)),
    cpus: options.cpus,
    memoryGi: options.memoryGi,
    podsMax: options.podsPerNode,
    labels: {
      "topology.kubernetes.io/region": region,
      "topology.kubernetes.io/zone": zoneName(Math.max(zone, 1)),
    },
  };
}
