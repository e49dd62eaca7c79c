/**
 * Which pairs of processes or machines can't talk to each other now.
 * Models a silent network: packets are lost, nobody is told. Left out: one-way cuts, loss rates, delay.
 * Invariant: a pair is stored once, its ends in code-unit order.
 */
import type { Table } from "./table.ts";

/** One cut: process ids or machine names. */
export type Cut = readonly [string, string];

function keyOf(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

/** Cuts the link between two processes or machines; false if it was cut. */
export function cutLink(links: Table<Cut>, a: string, b: string): boolean {
  const key = keyOf(a, b);
  if (links.has(key)) return false;
  links.set(key, a < b ? [a, b] : [b, a]);
  return true;
}

/** Repairs it; false if it was not cut. */
export function healLink(links: Table<Cut>, a: string, b: string): boolean {
  return links.delete(keyOf(a, b));
}

/** Whether a message between two processes on their machines is lost. */
export function isCut(links: Table<Cut>, from: string, fromMachine: string, to: string, toMachine: string): boolean {
  if (links.size === 0) return false;
  return (
    links.has(keyOf(from, to)) ||
    (fromMachine !== toMachine && links.has(keyOf(fromMachine, toMachine))) ||
    links.has(keyOf(from, toMachine)) ||
    links.has(keyOf(fromMachine, to))
  );
}
