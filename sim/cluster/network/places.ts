/**
 * Finding the place on the network that people name: "pod/client", "pod/shop/client", "node/worker-1", "outside".
 * Models no upstream code; the forms are kubectl's TYPE/NAME.
 * Invariant: a name that fits nothing is refused with the names that would fit; a pod without a network says why it has none.
 */

import type { Pod } from "../../api/kinds/pod.ts";
import { objectsAt, storeOf } from "../../api/server/storage.ts";
import { type Attachment, attachmentOf } from "../../calico/cni-plugin.ts";
import type { SandboxRow } from "../../kubelet/cri.ts";
import type { Io } from "../../time/component.ts";
import type { MachineRow } from "../../time/processes.ts";
import { machinesByName } from "./host-space.ts";
import { newest } from "./newest.ts";
import { fabricName, internetName, outsideName, planOf } from "./plan.ts";
import { ownerOf } from "./rows.ts";

/** A place on the network. */
export interface Place {
  /** Its canonical name, e.g. "pod/default/client". */
  readonly name: string;
  /** Name of its network namespace. */
  readonly namespace: string;
  /** Machine that it is on; "" outside. */
  readonly machine: string;
  /** The pod, if it is one. */
  readonly pod?: Pod;
}

const shownMax = 8;

function listed(names: readonly string[]): string {
  if (names.length === 0) return "there is none";
  const more = names.length > shownMax ? ` and ${names.length - shownMax} more` : "";
  return `there ${names.length === 1 ? "is" : "are"} ${names.slice(0, shownMax).join(", ")}${more}`;
}

/** The place of a name. Throws a RangeError that says what would fit. */
export function findPlace(io: Io, text: string): Place {
  const words = text.split("/");
  if (text === outsideName || text === internetName) return { name: text, namespace: text, machine: "" };
  if (words[0] === "pod" || words[0] === "pods" || words[0] === "po") {
    const [namespace, name] = words.length === 2 ? ["default", words[1]] : [words[1], words[2]];
    if (words.length <= 3 && namespace && name) return podPlace(io, namespace, name);
  }
  const isNode = words[0] === "node" || words[0] === "nodes" || words[0] === "no";
  if (words.length === 1 || (isNode && words.length === 2)) {
    const machine = words.at(-1) as string;
    const { plan, names } = machinesOf(io);
    if (machinesByName(plan).has(machine)) return machinePlace(io, machine);
    throw new RangeError(
      `"${text}" is no place on the network; nodes: ${listed(names)}; else write pod/NAME or outside`,
    );
  }
  throw new RangeError(
    `"${text}" is no place on the network; write pod/NAME, pod/NAMESPACE/NAME, node/NAME or outside`,
  );
}

function machinesOf(io: Io) {
  const plan = planOf(io);
  return { plan, names: plan.machines.map(({ name }) => name) };
}

function machinePlace(io: Io, machine: string): Place {
  if (io.table<MachineRow>("machines").get(machine)?.up !== true)
    throw new RangeError(`node/${machine} has no power, so nothing can be sent from it or run on it`);
  return { name: `node/${machine}`, namespace: machine, machine };
}

function podPlace(io: Io, namespace: string, name: string): Place {
  const revision = storeOf(io).revision;
  const pod = newest<Pod>(io, "pods", namespace, name);
  if (pod === undefined) {
    const there = [...objectsAt(io, "pods", revision)].filter(({ metadata }) => metadata.namespace === namespace);
    const names = there.map(({ metadata }) => metadata.name);
    throw new RangeError(`no pod is called "${name}" in namespace ${namespace}; ${listed(names)}`);
  }
  const machine = pod.spec.nodeName ?? "";
  const uid = pod.metadata.uid ?? "";
  const sandbox = io.sorted<SandboxRow>("sandboxes").get(`${machine}|${uid}`);
  const canonical = `pod/${namespace}/${name}`;
  if (sandbox?.state !== "ready") {
    const why = machine === "" ? "it is bound to no node" : `its sandbox on ${machine} is not ready`;
    throw new RangeError(`${canonical} has no network: ${why} (phase ${pod.status?.phase ?? "Pending"})`);
  }
  if (sandbox.hostNetwork) return { name: canonical, namespace: machine, machine, pod };
  const { netns } = attachmentOf(io, machine, uid) as Attachment;
  return { name: canonical, namespace: netns, machine, pod };
}

/** Whose a network namespace is, e.g. "pod/default/client" or "node/worker-1". */
export function placeName(io: Io, namespace: string): string {
  const owner = ownerOf(io, namespace);
  if (owner !== undefined) return `pod/${owner.attachment.podNamespace}/${owner.attachment.podName}`;
  if (namespace === fabricName || namespace === outsideName || namespace === internetName) return namespace;
  return `node/${namespace}`;
}
