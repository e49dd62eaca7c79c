/**
 * Which place in its node's grid a pod has, over a series of moments. Invariant: a pod keeps its slot for as long as it
 * stays on the node; a newcomer takes the lowest slot that nobody holds.
 */
import type { ClusterModel, PodView } from "../cluster-model.ts";

/** Slots of one moment: pod key → slot number, counted from 0 within its node (or within the tray for ""). */
export type SlotMap = ReadonlyMap<string, number>;

/** Slots of every moment, and how many slots each node needs to hold all moments. */
export interface Slots {
  readonly frames: readonly SlotMap[];
  readonly capacity: ReadonlyMap<string, number>;
}

/** Place that stands for "no node yet" in `capacity`. */
export const TRAY = "";

function arrivalOrder(a: PodView, b: PodView): number {
  if (a.created !== b.created) return a.created < b.created ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

function settle(pods: readonly PodView[], before: ReadonlyMap<string, number>, now: Map<string, number>): number {
  const taken = new Set<number>();
  const newcomers: PodView[] = [];
  for (const pod of pods) {
    const slot = before.get(pod.key);
    if (slot === undefined) newcomers.push(pod);
    else {
      now.set(pod.key, slot);
      taken.add(slot);
    }
  }
  let free = 0;
  for (const pod of newcomers.sort(arrivalOrder)) {
    while (taken.has(free)) free++;
    now.set(pod.key, free);
    taken.add(free);
  }
  let top = -1;
  for (const slot of taken) if (slot > top) top = slot;
  return top + 1;
}

/** Gives every pod of every moment its slot; `models` oldest first. */
export function assignSlots(models: readonly ClusterModel[]): Slots {
  const frames: SlotMap[] = [];
  const capacity = new Map<string, number>();
  let previous = new Map<string, Map<string, number>>();
  for (const model of models) {
    const places = new Map<string, Map<string, number>>();
    const all = new Map<string, number>();
    const seat = (place: string, pods: readonly PodView[]): void => {
      const now = new Map<string, number>();
      const needed = settle(pods, previous.get(place) ?? new Map(), now);
      capacity.set(place, Math.max(capacity.get(place) ?? 0, needed));
      places.set(place, now);
      for (const [key, slot] of now) all.set(key, slot);
    };
    for (const [node, pods] of model.podsByNode) seat(node, pods);
    seat(TRAY, model.unscheduled);
    frames.push(all);
    previous = places;
  }
  return { frames, capacity };
}
