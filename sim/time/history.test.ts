import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Component } from "./component.ts";
import { History } from "./history.ts";
import { InterruptedError, watchInterruptFlag } from "./interrupt.ts";
import { addMachine, addProcess, killProcess } from "./processes.ts";
import { stateHash } from "./state-hash.ts";
import { World } from "./world.ts";

/** Counts its own ticks, draws, and sends every fifth tick to its neighbour. */
const ticker: Component = {
  name: "ticker",
  start: (io) => io.after(io.random.below(50) + 1, { kind: "tick" }),
  handle(body, io) {
    if (body.kind === "boom") throw new Error("cut");
    const counts = io.table<number>("counts");
    const count = (counts.get(io.self) ?? 0) + 1;
    counts.set(io.self, count);
    io.note(body.kind, "", "", String(count));
    if (body.kind !== "tick") return;
    if (count % 5 === 0) io.send(io.self === "ticker/a" ? "ticker/b" : "ticker/a", { kind: "hello" });
    io.after(io.random.below(50) + 1, { kind: "tick" });
  },
};

type Op = { readonly kill?: string; readonly add?: number };

function apply(world: World, op: Op): boolean {
  if (op.kill !== undefined) return killProcess(world, op.kill);
  if (op.add === 13) {
    world.table<number>("counts").set("extra", 13);
    throw new Error("half done");
  }
  world.table<number>("counts").set("extra", (world.table<number>("counts").get("extra") ?? 0) + (op.add ?? 0));
  return true;
}

function start(seed: number): History<Op> {
  const world = new World({ seed, profile: "realistic", eager: false }, new Map([["ticker", ticker]]));
  for (const name of ["a", "b"]) {
    addMachine(world, name, "worker", "z");
    addProcess(world, "ticker", name, 0);
  }
  return new History<Op>(world, apply);
}

describe("history", () => {
  it("comes to the same state at every step, by any way there", () => {
    const history = start(3);
    const hashes = [stateHash(history.world)];
    for (let step = 1; step <= 1200; step++) {
      history.step();
      if (step % 400 === 0) history.operate({ add: step });
      hashes.push(stateHash(history.at(step)));
    }
    const jumps = fc.array(fc.integer({ min: 0, max: 1199 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(jumps, (steps) => {
        for (const step of steps) {
          history.goto(step);
          expect(stateHash(history.world)).toBe(hashes[step]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it("is as before when an operation throws", () => {
    const history = start(2);
    for (let n = 0; n < 20; n++) history.step();
    history.moveTo(history.world.now);
    const before = stateHash(history.world);
    expect(() => history.operate({ add: 13 })).toThrow("half done");
    expect(stateHash(history.world)).toBe(before);
    expect(history.operations).toEqual([]);
    expect(history.branch.operations).toEqual([]);
    history.operate({ add: 1 });
    expect(history.operations).toHaveLength(1);
  });

  it("does recorded operations again when it goes forward over them", () => {
    const history = start(1);
    for (let n = 0; n < 20; n++) history.step();
    history.operate({ kill: "ticker/a" });
    for (let n = 0; n < 20; n++) history.step();
    const end = stateHash(history.world);
    history.goto(5);
    while (history.step() && history.position.step < 40);
    expect(stateHash(history.world)).toBe(end);
    expect(history.branches).toHaveLength(1);
  });

  it("starts a branch when something else is done after going back, and keeps the old one", () => {
    const history = start(1);
    for (let n = 0; n < 30; n++) history.step();
    const old = stateHash(history.world);
    history.goto(10);
    history.operate({ kill: "ticker/b" });
    for (let n = 0; n < 20; n++) history.step();
    expect(history.branch.parent).toEqual({ id: 0, step: 10 });
    expect(stateHash(history.world)).not.toBe(old);
    history.goto(30, 0);
    expect(stateHash(history.world)).toBe(old);
    expect(() => history.goto(31, 0)).toThrow("there is no step 31 on branch 0; it has 0 to 30");
  });

  it("takes back what happened since the last mark, and does not do it again by itself", () => {
    const history = start(1);
    for (let n = 0; n < 10; n++) history.step();
    history.mark();
    const before = stateHash(history.world);
    history.operate({ kill: "ticker/b" });
    for (let n = 0; n < 10; n++) history.step();
    expect(history.undo()).toBe(true);
    expect(stateHash(history.world)).toBe(before);
    for (let n = 0; n < 10; n++) history.step();
    expect(history.world.processes.get("ticker/b")?.running).toBe(true);
    history.goto(10);
    expect(history.undo()).toBe(false);
  });

  it("forks into two that go on alone", () => {
    const history = start(1);
    for (let n = 0; n < 300; n++) history.step();
    const fork = history.fork();
    const here = stateHash(history.world);
    history.operate({ add: 7 });
    for (let n = 0; n < 300; n++) history.step();
    expect(stateHash(fork.world)).toBe(here);
    fork.goto(100);
    history.goto(100);
    expect(stateHash(fork.world)).toBe(stateHash(history.world));
  });

  it("stops between two events when it is asked to", () => {
    const history = start(1);
    const flag = new Int32Array(1);
    watchInterruptFlag(flag);
    for (let n = 0; n < 10; n++) history.step();
    flag[0] = 1;
    expect(() => history.step()).toThrow(InterruptedError);
    flag[0] = 0;
    watchInterruptFlag(undefined);
    expect(history.position.step).toBe(10);
  });

  it("goes back to the last whole event when a handler was cut in the middle", () => {
    const history = start(1);
    for (let n = 0; n < 300; n++) history.step();
    const whole = stateHash(history.world);
    history.world.emit(history.world.now, "ticker/a", "ticker/a", 0, { kind: "boom" });
    expect(() => history.step()).toThrow("cut");
    expect(stateHash(history.world)).toBe(whole);
  });
});
