/**
 * What a machine is to the kubelet on it: address, size, and the pod addresses that it may hand out.
 * Models what cAdvisor and the CNI configuration tell a kubelet (Kubernetes 1.32, pkg/kubelet/cadvisor).
 * Left out: disks, pressure, several network cards.
 * Invariant: a pod address is handed out once at a time.
 */
import type { Io } from "../time/component.ts";

/** The machine under a kubelet. */
export interface HostRow {
  /** Internal address, e.g. "10.0.1.11". */
  readonly address: string;
  /** Whole CPUs. */
  readonly cpus: number;
  readonly memoryGi: number;
  readonly podsMax: number;
  /** First three octets of the node's pod network, e.g. "172.30.1". */
  readonly podNetwork: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The host of the machine that the process runs on. */
export function hostOf(io: Io): HostRow {
  return io.table<HostRow>("hosts").get(io.machine) as HostRow;
}

const firstHost = 2;
const lastHost = 254;

/** Hands out a free pod address of this machine: the next after the last one handed out. Undefined if none is free. */
export function allocatePodAddress(io: Io, pod: string): string | undefined {
  const network = hostOf(io).podNetwork;
  const used = io.table<string>("pod addresses");
  const cursor = io.table<number>("pod address cursors");
  let next = cursor.get(network) ?? firstHost;
  for (let tried = firstHost; tried <= lastHost; tried++) {
    const address = `${network}.${next}`;
    next = next === lastHost ? firstHost : next + 1;
    if (used.has(address)) continue;
    used.set(address, pod);
    cursor.set(network, next);
    return address;
  }
  return undefined;
}

/** Gives a pod address back. */
export function releasePodAddress(io: Io, address: string): void {
  io.table<string>("pod addresses").delete(address);
}
