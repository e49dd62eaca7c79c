/**
 * The Container Runtime Interface between kubelet and runtime, and the rows that the runtime keeps.
 * Source: k8s.io/cri-api v1 (runtime.v1) as Kubernetes 1.32 uses it. Left out: streaming, stats, Linux options.
 * Invariant: rows belong to the runtime; the kubelet reads them as it would list them, and changes nothing itself.
 */

import type { Io, Message } from "../time/component.ts";
import type { Duration, Instant } from "../time/instant.ts";
import type { Behaviour } from "./behaviour.ts";
import type { ListeningPort } from "./ports.ts";

/** A pod sandbox: the pause container that holds the pod's namespaces open. */
export interface SandboxRow {
  readonly id: string;
  /** "stopped": the pod has finished; the network is gone, containers and logs stay until the pod is removed. */
  readonly state: "creating" | "ready" | "stopped";
  /** Pod address, once ready; the machine's own for a pod on the host's network. When stopped: the one it had. */
  readonly address: string;
  readonly namespace: string;
  readonly name: string;
  /** The pod uses the host's network namespace instead of one of its own. */
  readonly hostNetwork: boolean;
}

/** A container, from its first start to its removal. */
export interface ContainerRow {
  readonly id: string;
  readonly image: string;
  readonly state: "starting" | "running" | "exited";
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly exitCode: number;
  /** "Completed", "Error" or "OOMKilled" once exited. */
  readonly reason: string;
  /** How often this container of this pod has been started before. */
  readonly attempt: number;
  readonly behaviour: Behaviour;
  /** SIGTERM has been sent. */
  readonly stopping: boolean;
  /** The id of the run before this one, whose log is kept too. */
  readonly previous?: string;
  /** The ports that it wants on the machine's own network; absent in a pod that has a network of its own. */
  readonly hostPorts?: readonly ListeningPort[];
  /** The port that it could not have because another process listens there: it ends at once. */
  readonly portTaken?: ListeningPort;
}

/** One call; the runtime answers by runtime events. */
export interface CriBody extends Message {
  readonly kind: "cri";
  readonly call:
    | {
        readonly verb: "RunPodSandbox";
        readonly pod: string;
        readonly namespace: string;
        readonly name: string;
        readonly hostNetwork: boolean;
      }
    | { readonly verb: "PullImage"; readonly image: string; readonly pod: string; readonly container: string }
    | {
        readonly verb: "StartContainer";
        readonly pod: string;
        readonly container: string;
        readonly image: string;
        readonly attempt: number;
        readonly behaviour: Behaviour;
        /** The ports that it will listen on if the pod is on the host's network; else []. */
        readonly hostPorts: readonly ListeningPort[];
      }
    | { readonly verb: "StopContainer"; readonly pod: string; readonly container: string; readonly graceUs: Duration }
    | { readonly verb: "StopPodSandbox"; readonly pod: string }
    | { readonly verb: "RemovePodSandbox"; readonly pod: string };
}

/** Something that the runtime did for a pod (what the pod lifecycle event generator would find). */
export interface RuntimeBody extends Message {
  readonly kind: "runtime";
  /** Pod uid. */
  readonly pod: string;
  readonly what: "sandbox ready" | "sandbox failed" | "image pulled" | "image failed" | "started" | "exited";
  readonly container: string;
  readonly image: string;
  /** How long it took, for pulls. */
  readonly tookUs: Duration;
  /** Why it failed, for "sandbox failed"; else "". */
  readonly message: string;
}

/** Process id of the runtime on this machine. */
export function runtimeOf(io: Io): string {
  return `containerd/${io.machine}`;
}

/** Key of a pod's sandbox on this machine. */
export function sandboxKey(io: Io, pod: string): string {
  return `${io.machine}|${pod}`;
}

/** Key of a container on this machine. */
export function containerKey(io: Io, pod: string, container: string): string {
  return `${io.machine}|${pod}|${container}`;
}

/** The pod's sandbox, as the runtime lists it. */
export function sandboxOf(io: Io, pod: string): SandboxRow | undefined {
  return io.sorted<SandboxRow>("sandboxes").get(sandboxKey(io, pod));
}

/** A container of a pod, as the runtime lists it. */
export function containerOf(io: Io, pod: string, container: string): ContainerRow | undefined {
  return io.sorted<ContainerRow>("containers").get(containerKey(io, pod, container));
}

/** Whether an image is on this machine, or on its way. */
export function imageState(io: Io, image: string): "pulling" | "present" | undefined {
  return io.table<"pulling" | "present">("images").get(`${io.machine}|${image}`);
}
