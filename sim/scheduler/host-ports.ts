/**
 * Host ports that pods hold on a node.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/types.go (`HostPortInfo`). Left out: ports of init containers.
 * Invariant: an absent address is 0.0.0.0, which collides with every address; an absent protocol is TCP.
 */
import type { PodSpec } from "../api/kinds/pod-spec.ts";

/** One host port with its defaults filled in. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const anyAddress = "0.0.0.0";
const noPorts: readonly HostPort[] = [];

/** The host ports that the pod's containers ask for. */
export function hostPorts(spec: PodSpec): readonly HostPort[] {
  let ports: HostPort[] | undefined;
  for (const container of spec.containers) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort === undefined || hostPort <= 0) continue;
      ports ??= [];
      ports.push({ ip: hostIP || anyAddress, protocol: protocol ?? "TCP", port: hostPort });
    }
  }
  return ports ?? noPorts;
}

/** Whether one of the wanted ports is taken. */
export function portsCollide(used: readonly HostPort[], wanted: readonly HostPort[]): boolean {
  for (const want of wanted) {
    for (const have of used) {
      if (have.port !== want.port || have.protocol !== want.protocol) continue;
      if (have.ip === want.ip || have.ip === anyAddress || want.ip === anyAddress) return true;
    }
  }
  return false;
}
