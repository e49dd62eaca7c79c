/**
 * A range of numbers of which each may be taken once: a static band for those who ask for a number, and a dynamic band from
 * which a free one is drawn first (Kubernetes 1.32, pkg/registry/core/service/allocator/bitmap.go randomScanStrategyWithOffset).
 * Left out: the bitmap in etcd; what is taken follows from the Services that exist.
 * Invariant: a number is drawn from the static band only if the dynamic band is full.
 */

/** Numbers from `first`, `count` of them; the first `staticCount` are the static band. */
export interface Band {
  readonly first: number;
  readonly count: number;
  readonly staticCount: number;
}

/** A random whole number from 0 to `bound` - 1. */
export type Draw = (bound: number) => number;

function freeFrom(first: number, count: number, isTaken: (value: number) => boolean, draw: Draw): number | undefined {
  if (count <= 0) return undefined;
  const start = draw(count);
  for (let step = 0; step < count; step++) {
    const value = first + ((start + step) % count);
    if (!isTaken(value)) return value;
  }
  return undefined;
}

/** Draws a free number, undefined if none is left: from a random place on, in the dynamic band and then in the static one. */
export function drawFree(
  { first, count, staticCount }: Band,
  isTaken: (value: number) => boolean,
  draw: Draw,
): number | undefined {
  const dynamic = freeFrom(first + staticCount, count - staticCount, isTaken, draw);
  return dynamic ?? freeFrom(first, staticCount, isTaken, draw);
}

/** Whether the band has the number. */
export function isInBand({ first, count }: Band, value: number): boolean {
  return value >= first && value < first + count;
}

/** A part of the whole as the size of the static band, within limits; none in a range too small to share. */
export function staticShare(size: number, part: number, sizeMin: number, sizeMax: number): number {
  if (size <= sizeMin) return 0;
  return Math.min(Math.max(Math.floor(size / part), sizeMin), sizeMax);
}
