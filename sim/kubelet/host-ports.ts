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

/** Port of a machine's SSH server, which always runs. */
export const sshPort = 22;

/** TCP ports of one kind of process. */
interface ProcessPorts {
  /** On all addresses. */
  readonly open: readonly number[];
  /** On the loopback address: nobody else reaches them, but they too stand in the way of 0.0.0.0. */
  readonly loopback: readonly number[];
}

/** TCP ports of a machine's processes, by component. */
export const processPorts: ReadonlyMap<string, ProcessPorts> = new Map([
  ["kubelet", { open: [10250], loopback: [10248] }],
  ["kube-apiserver", { open: [6443], loopback: [] }],
  ["etcd", { open: [2379, 2380], loopback: [2381] }],
  ["kube-scheduler", { open: [10259], loopback: [] }],
  ["kube-controller-manager", { open: [10257], loopback: [] }],
  ["kube-proxy", { open: [10256], loopback: [10249] }],
]);

/** What a server does that can't have its port: it says so and ends. */
export const unboundBehaviour: Behaviour = { lifeUs: 50 * millisecond, exitCode: 1, heedsTerm: true };

/** The first of these ports of this machine on which somebody listens already; undefined if all are free. */
export function takenPort(io: Io, wanted: readonly ListeningPort[]): ListeningPort | undefined {
  const held = new Set([`tcp/${sshPort}`]);
  for (const [process, { open, loopback }] of processPorts) {
    const isUp = io.table<ProcessRow>("processes").get(`${process}/${io.machine}`)?.started === true;
    if (isUp) for (const port of [...open, ...loopback]) held.add(`tcp/${port}`);
  }
  for (const [, row] of io.sorted<ContainerRow>("containers").range(`${io.machine}|`, `${io.machine}}`))
    if (listens(row)) for (const { proto, port } of row.hostPorts ?? []) held.add(`${proto}/${port}`);
  return wanted.find(({ proto, port }) => held.has(`${proto}/${port}`));
}

function listens({ state, stopping, behaviour, portTaken }: ContainerRow): boolean {
  return state === "running" && portTaken === undefined && !(stopping && behaviour.heedsTerm);
}
