/**
 * Which images a kubelet is pulling for its containers now, and which it has just pulled for a start that is to come.
 * Source: Kubernetes 1.32, pkg/kubelet/images/image_manager.go (EnsureImageExists). Left out: parallel pull limits.
 * Invariant: a pull is in here from the call until its container starts; calls end with the runtime or the link to it.
 */
import type { Io } from "../time/component.ts";
import type { SortedMap } from "../time/sorted-map.ts";

type Pull = "pulling" | "pulled";

function pulls(io: Io): SortedMap<Pull> {
  return io.sorted<Pull>("image pulls");
}

function keyOf(io: Io, uid: string, container: string): string {
  return `${io.machine}|${uid}|${container}`;
}

/** How far the pull for the next start of a container is; undefined if there is none. */
export function pullOf(io: Io, uid: string, container: string): Pull | undefined {
  return pulls(io).get(keyOf(io, uid, container));
}

/** Remembers that a pull has begun or succeeded; undefined: that it failed. */
export function setPull(io: Io, uid: string, container: string, pull: Pull | undefined): void {
  if (pull === undefined) pulls(io).delete(keyOf(io, uid, container));
  else pulls(io).set(keyOf(io, uid, container), pull);
}

/** The container is about to start: true if its image was pulled for this start. */
export function takePull(io: Io, uid: string, container: string): boolean {
  return pulls(io).delete(keyOf(io, uid, container));
}

function forgetRange(io: Io, prefix: string): void {
  for (const [key] of [...pulls(io).range(`${prefix}|`, `${prefix}}`)]) pulls(io).delete(key);
}

/** The pod is gone. */
export function forgetPulls(io: Io, uid: string): void {
  forgetRange(io, `${io.machine}|${uid}`);
}

/** The kubelet starts anew, or its calls to the runtime have broken off: all pulls must be asked for again. */
export function forgetAllPulls(io: Io): void {
  forgetRange(io, io.machine);
}
