/**
 * The hash of a whole world: every container, every pending event, every random stream.
 * Models no upstream code; tests hold forks, replays and straight runs against each other with it.
 * Invariant: two worlds with equal hashes go on equally (as far as 32 bits tell).
 */
import { hashJson, mixNumber, mixString } from "./hash.ts";
import { Log } from "./log.ts";
import { SortedMap } from "./sorted-map.ts";
import { Table } from "./table.ts";
import type { World } from "./world.ts";

const memo = new WeakMap<object, number>();

function ofEntries(entries: Iterable<readonly [string, unknown]>): number {
  let hash = 0;
  for (const [key, value] of entries) hash = mixNumber(mixString(hash, key), hashJson(value, memo));
  return hash;
}

function ofContainer(container: unknown): number {
  if (container instanceof Table) return ofEntries(container.entries());
  if (container instanceof SortedMap) return ofEntries(container.range(""));
  if (container instanceof Log) {
    if (container.end === 0) return 0;
    let hash = mixNumber(0, container.start);
    for (let index = container.start; index < container.end; index++)
      hash = mixNumber(hash, hashJson(container.at(index), memo));
    return hash;
  }
  return (container as { hash(): number }).hash();
}

/** A hash as eight hex digits. */
export function hashText(hash: number): string {
  return hash.toString(16).padStart(8, "0");
}

/** Eight hex digits over everything. Costs time with the size of the world, less where parts were hashed before. */
export function stateHash(world: World): string {
  let hash = mixNumber(mixNumber(mixNumber(0, world.now), world.steps), world.timeline.nextSeq);
  for (const event of world.timeline.pending())
    if (world.concerns(event)) hash = mixNumber(hash, hashJson(event, memo));
  for (const [name, drawn] of world.random.drawn()) hash = mixNumber(mixString(hash, name), drawn);
  for (const [name, container] of world.containers()) {
    const part = ofContainer(container);
    // A container that was asked for but never filled is as good as none.
    if (part !== 0) hash = mixNumber(mixString(hash, name), part);
  }
  return hashText(hash >>> 0);
}
