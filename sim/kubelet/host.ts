/**
 * What a machine is to the kubelet on it: its address and its size.
 * Models what cAdvisor tells a kubelet (Kubernetes 1.32, pkg/kubelet/cadvisor).
 * Left out: disks, pressure, several network cards.
 * Invariant: a host is described once, when its cluster is made.
 */
import type { Taint } from "../api/kinds/node.ts";
import type { Io } from "../time/component.ts";

/** The machine under a kubelet. */
export interface HostRow {
  /** Internal address, e.g. "10.0.1.11". */
  readonly address: string;
  /** Whole CPUs. */
  readonly cpus: number;
  readonly memoryGi: number;
  readonly podsMax: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What its Node is tainted with when it registers (`--register-with-taints`). */
  readonly taints?: readonly Taint[];
}

/** The host of the machine that the process runs on. */
export function hostOf(io: Io): HostRow {
  return io.table<HostRow>("hosts").get(io.machine) as HostRow;
}
