/**
 * Ports on a machine's own network: who has them, and what becomes of a container that wants one that is taken (EADDRINUSE).
 * Models bind(2) in the host's network namespace and the default ports of Kubernetes 1.32's processes.
 * Left out: sockets bound to one address, SO_REUSEPORT, servers that try again before they give up.
 * Invariant: of two that want the same port the one that started first has it, until it ends.
 */
import type { Io } from "../time/component.ts";
import { millisecond } from "../time/instant.ts";
import type { ProcessRow } from "../time/processes.ts";
import type { Behaviour } from "./behaviour.ts";
import type { ContainerRow } from "./cri.ts";
import type { ListeningPort } from "./ports.ts";

const sshPort = 22;

/** TCP ports of a machine's processes, those on the loopback address included: they too stand in the way of 0.0.0.0. */
const byProcess: ReadonlyMap<string, readonly number[]> = new Map([
  ["kubelet", [10248, 10250]],
  ["kube-proxy", [10249, 10256]],
  ["kube-apiserver", [6443]],
  ["etcd", [2379, 2380, 2381]],
  ["kube-scheduler", [10259]],
  ["kube-controller-manager", [10257]],
]);

/** What a server does that can't have its port: it says so and ends. */
export const unboundBehaviour: Behaviour = { lifeUs: 50 * millisecond, exitCode: 1, heedsTerm: true };

/** The first of these ports of this machine on which somebody listens already; undefined if all are free. */
export function takenPort(io: Io, wanted: readonly ListeningPort[]): ListeningPort | undefined {
  const held = new Set([`tcp/${sshPort}`]);
  for (const [process, ports] of byProcess) {
    const isUp = io.table<ProcessRow>("processes").get(`${process}/${io.machine}`)?.started === true;
    if (isUp) for (const port of ports) held.add(`tcp/${port}`);
  }
  for (const [, row] of io.sorted<ContainerRow>("containers").range(`${io.machine}|`, `${io.machine}}`))
    if (listens(row)) for (const { proto, port } of row.hostPorts ?? []) held.add(`${proto}/${port}`);
  return wanted.find(({ proto, port }) => held.has(`${proto}/${port}`));
}

function listens({ state, stopping, behaviour, portTaken }: ContainerRow): boolean {
  return state === "running" && portTaken === undefined && !(stopping && behaviour.heedsTerm);
}
