/**
 * A world's containers behind the interface that handlers have, for code that looks at a world from outside a step.
 * Models no upstream code.
 * Invariant: has containers and the time, nothing that sends, draws or notes.
 */
import type { Io } from "../time/component.ts";
import type { World } from "../time/world.ts";

/** The containers of a world for reading functions that take an `Io`. */
export function readOnlyIo(world: World): Io {
  const container: Io["container"] = (name, make) => world.container(name, make);
  return {
    now: world.now,
    container,
    table: (name: string) => world.table(name),
    sorted: (name: string) => world.sorted(name),
  } as unknown as Io;
}
