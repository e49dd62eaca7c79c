import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Player } from "./player.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("asks for one step at a time, and for the next when the one before has come and its time has", () => {
  let asked = 0;
  const player = new Player({ next: () => ++asked > 0, changed: () => {} });
  player.start();
  vi.advanceTimersByTime(3000);
  expect(asked).toBe(1);
  player.arrived();
  vi.advanceTimersByTime(1);
  expect(asked).toBe(2);
  player.arrived();
  vi.advanceTimersByTime(498);
  expect(asked).toBe(2);
  vi.advanceTimersByTime(1);
  expect(asked).toBe(3);
});

it("stops when there is no next step, and when an answer does not come", () => {
  const at = { end: false };
  const player = new Player({ next: () => !at.end, changed: () => {} });
  player.start();
  vi.advanceTimersByTime(10_000);
  expect(player.playing).toBe(false);
  at.end = true;
  player.start();
  expect(player.playing).toBe(false);
});
