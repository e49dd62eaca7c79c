/**
 * Running until nothing is left to do.
 * Models no upstream code. Periodic work (leases, resyncs) never ends and does not count.
 * Invariant: gives up where ten simulated minutes of steps have changed nothing in etcd: that is somebody who tries again
 * and again, e.g. while the API server is away.
 */
import { storeOf } from "../api/server/storage.ts";
import type { History } from "../time/history.ts";
import { type Instant, minute } from "../time/instant.ts";
import type { World } from "../time/world.ts";
import type { Operation } from "./operations.ts";
import { readOnlyIo } from "./read-only-io.ts";

/** How long a run to rest goes on without any change, and every how many steps it looks. */
const patienceUs = 10 * minute;
const patienceEvery = 64;

/** Whether anything but periodic work is left to happen. */
export function hasWork(world: World): boolean {
  world.next();
  return world.activeEvents > 0;
}

/** What the cluster does for its own upkeep, for ever: nobody waits for it. */
const upkeep: ReadonlySet<string> = new Set(["beat", "maintain", "flush unschedulable", "controller timer"]);

/** When the next event is due that somebody may wait for: work, the end of a back-off, of a process; undefined if none is. */
export function nextNews(world: World): Instant | undefined {
  return world.timeline.pending().find((event) => !upkeep.has(event.body.kind) && world.concerns(event))?.at;
}

/** Runs at most `budget` events; whether rest was reached. */
export function runToRest(history: History<Operation>, budget: number): boolean {
  const revision = () => storeOf(readOnlyIo(history.world)).revision;
  let changed = { revision: revision(), at: history.world.now };
  for (let taken = 0; hasWork(history.world); ) {
    if (taken >= budget || !history.step()) return false;
    taken += 1;
    if (taken % patienceEvery !== 0) continue;
    if (revision() !== changed.revision) changed = { revision: revision(), at: history.world.now };
    else if (history.world.now - changed.at > patienceUs) return false;
  }
  return true;
}
