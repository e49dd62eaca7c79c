/**
 * Who listens where: the processes of a machine, and those in its containers.
 * Models the usual ports of Kubernetes' own processes; what an image listens on is in sim/kubelet/ports.ts.
 * Left out: sockets bound to one address; sidecars that share a port.
 * Invariant: only what runs listens; a process that was told to stop and heeds it listens no longer.
 */

import type { Pod } from "../../api/kinds/pod.ts";
import type { ContainerRow, SandboxRow } from "../../kubelet/cri.ts";
import { processPorts, sshPort } from "../../kubelet/host-ports.ts";
import { listeningPorts } from "../../kubelet/ports.ts";
import type { Listener } from "../../net/namespace.ts";
import type { Io } from "../../time/component.ts";
import type { ProcessRow } from "../../time/processes.ts";
import { newest } from "./newest.ts";

/** The pod of a sandbox as etcd holds it; undefined if it is gone. */
function podOfSandbox(io: Io, uid: string, { namespace, name }: SandboxRow): Pod | undefined {
  const pod = newest<Pod>(io, "pods", namespace, name);
  return pod?.metadata.uid === uid ? pod : undefined;
}

/** What the containers of a pod listen on, by the name `pod/namespace/name/container`. */
export function podListeners(io: Io, machine: string, uid: string, sandbox: SandboxRow): readonly Listener[] {
  const pod = podOfSandbox(io, uid, sandbox);
  if (pod === undefined || sandbox.state !== "ready") return [];
  const listeners: Listener[] = [];
  for (const container of pod.spec.containers) {
    const row = io.sorted<ContainerRow>("containers").get(`${machine}|${uid}|${container.name}`);
    if (row?.state !== "running" || row.portTaken !== undefined || (row.stopping && row.behaviour.heedsTerm)) continue;
    const name = `pod/${sandbox.namespace}/${sandbox.name}/${container.name}`;
    for (const { proto, port } of listeningPorts(container)) listeners.push({ proto, address: 0, port, name });
  }
  return listeners;
}

/** What the processes of a machine listen on, its pods on the host's network included. */
export function hostListeners(io: Io, machine: string): readonly Listener[] {
  const tcp = (port: number, name: string): Listener => ({ proto: "tcp", address: 0, port, name });
  const listeners = [tcp(sshPort, `node/${machine}/sshd`)];
  for (const [component, { open }] of processPorts) {
    const process = io.table<ProcessRow>("processes").get(`${component}/${machine}`);
    // kube-proxy says itself where it listens: health checks of Services come and go (see rows.ts).
    if (process?.started !== true || component === "kube-proxy") continue;
    for (const port of open) listeners.push(tcp(port, `node/${machine}/${component}`));
  }
  for (const [key, sandbox] of io.sorted<SandboxRow>("sandboxes").range(`${machine}|`, `${machine}}`))
    if (sandbox.hostNetwork) listeners.push(...podListeners(io, machine, key.slice(machine.length + 1), sandbox));
  return listeners;
}
