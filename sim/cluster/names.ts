/**
 * Finding processes and machines by the names that people use.
 * Models no upstream code; kubectl-like: one way to name a thing, and help when it fails.
 * Invariant: a name that fits nothing, or more than one thing, is refused with the names that would fit.
 */
import type { World } from "../time/world.ts";

const shownMax = 12;

function listed(names: readonly string[]): string {
  return names.length > shownMax
    ? `${names.slice(0, shownMax).join(", ")} and ${names.length - shownMax} more`
    : names.join(", ");
}

/** A process id from an id ("kubelet/worker-1") or a component's name of which there is one ("kube-scheduler"). */
export function findProcess(world: World, name: string): string {
  if (world.processes.has(name)) return name;
  const ids = [...world.processes.keys()];
  const fitting = ids.filter((id) => id.startsWith(`${name}/`));
  if (fitting.length === 1) return fitting[0] as string;
  if (fitting.length > 1) throw new RangeError(`"${name}" may be ${listed(fitting)}; name one of them`);
  throw new RangeError(`no process is called "${name}"; there are ${listed(ids)}`);
}

/** A machine's name. */
export function findMachine(world: World, name: string): string {
  if (world.machines.has(name)) return name;
  throw new RangeError(`no machine is called "${name}"; there are ${listed([...world.machines.keys()])}`);
}

/** One end of a link: a process or a machine. */
export function findEnd(world: World, name: string): string {
  return world.machines.has(name) ? name : findProcess(world, name);
}
