/**
 * The kubelet's own Node object and Lease: made at its first start, taken over at later ones.
 * Source: Kubernetes 1.32, pkg/kubelet/{kubelet_node_status.go,nodestatus/setters.go}.
 * Left out: volumes in use, images in the status, runtime handlers.
 * Invariant: the Node is named as the machine; its labels and addresses come from the host.
 */
import type { NodeCondition } from "../api/kinds/node.ts";
import type { JsonObject } from "../api/types.ts";
import { sendRequest } from "../client/requests.ts";
import type { Io } from "../time/component.ts";
import { rfc3339, rfc3339Micro } from "../time/instant.ts";
import { runtimeOf } from "./cri.ts";
import { hostOf } from "./host.ts";

const leaseNamespace = "kube-node-lease";

/** Asks for the Node to be created; if it exists already, `postNodeStatus` takes it over. */
export function registerNode(io: Io): void {
  const host = hostOf(io);
  const name = io.machine;
  const labels = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    ...host.labels,
  };
  const body = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    spec: host.taints === undefined ? {} : { taints: host.taints },
    status: nodeStatus(io),
  } as JsonObject;
  sendRequest(
    io,
    { group: "", version: "v1", resource: "nodes", verb: "create", body },
    { what: "register", ready: postedReady(io) },
  );
}

/** Writes the Node's status: Ready and the other conditions as this kubelet finds them. */
export function postNodeStatus(io: Io): void {
  const body = { status: { conditions: conditions(io) } } as unknown as JsonObject;
  const target = { group: "", version: "v1", resource: "nodes", name: io.machine, subresource: "status" } as const;
  sendRequest(
    io,
    { ...target, verb: "patch", patchType: "strategic", body },
    { what: "node status", ready: postedReady(io) },
  );
}

/** The runtime has gone or come back: the Node's Ready condition says so. */
export function postNodeStatusIfChanged(io: Io, posted: boolean): void {
  if (posted !== io.reachable(runtimeOf(io))) postNodeStatus(io);
}

/** What this kubelet has last said about the runtime. */
export function postedReady(io: Io): boolean {
  return io.table<boolean>("posted runtime states").get(io.machine) ?? true;
}

/** Asks for the node's Lease. */
export function createLease(io: Io): void {
  const name = io.machine;
  const body: JsonObject = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: leaseNamespace },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(io.now) },
  };
  const resource = { group: "coordination.k8s.io", version: "v1", resource: "leases", namespace: leaseNamespace };
  sendRequest(io, { ...resource, verb: "create", body }, { what: "lease" });
}

function nodeStatus(io: Io): JsonObject {
  const host = hostOf(io);
  const memoryKi = host.memoryGi * 1024 * 1024;
  const storageKi = 100 * 1024 * 1024;
  const pods = String(host.podsMax);
  const capacity = { cpu: String(host.cpus), "ephemeral-storage": `${storageKi}Ki`, memory: `${memoryKi}Ki`, pods };
  const allocatable = {
    cpu: `${host.cpus * 1000 - 100}m`,
    "ephemeral-storage": `${Math.floor(storageKi * 0.9)}Ki`,
    memory: `${memoryKi - 1024 * 1024}Ki`,
    pods,
  };
  return {
    capacity,
    allocatable,
    conditions: conditions(io) as unknown as JsonObject[],
    addresses: [
      { type: "InternalIP", address: host.address },
      { type: "Hostname", address: io.machine },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: io.machine,
      systemUUID: io.machine,
      bootID: io.machine,
      kernelVersion: "6.1.0",
      osImage: "Orrery Linux 1",
      containerRuntimeVersion: "containerd://2.0.4",
      kubeletVersion: "v1.32.3",
      kubeProxyVersion: "v1.32.3",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  };
}

function conditions(io: Io): readonly NodeCondition[] {
  const runtime = io.reachable(runtimeOf(io));
  io.table<boolean>("posted runtime states").set(io.machine, runtime);
  const now = rfc3339(io.now);
  const make = (type: string, holds: boolean, reason: string, message: string): NodeCondition => ({
    type,
    status: holds ? "True" : "False",
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  return [
    make("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    make("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    make("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    runtime
      ? make("Ready", true, "KubeletReady", "kubelet is posting ready status")
      : make("Ready", false, "KubeletNotReady", "container runtime is down"),
  ];
}
