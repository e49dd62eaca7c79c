/**
 * What is still to happen, counted in words.
 * Models no upstream code.
 * Invariant: the order is that of the timeline.
 */
import type { World } from "../time/world.ts";

const kindsMax = 20;

/** Kinds of pending events with where they go and how many there are, e.g. "3 × timer at kubelet/worker-1". */
export function pendingEvents(world: World): readonly string[] {
  const counts = new Map<string, number>();
  for (const event of world.timeline.pending()) {
    const name = `${event.body.kind} at ${event.to}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).slice(0, kindsMax);
}
