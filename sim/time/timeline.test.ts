import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Timeline } from "./timeline.ts";

describe("the timeline", () => {
  it("hands events out by instant and then by the order of putting in, whatever was taken meanwhile", () => {
    const actions = fc.array(fc.oneof(fc.nat(50), fc.constant("pop" as const)), { maxLength: 300 });
    fc.assert(
      fc.property(actions, (list) => {
        const timeline = new Timeline();
        const model: [number, number][] = [];
        for (const action of list) {
          if (action === "pop") {
            model.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
            const event = timeline.pop();
            expect(event && [event.at, event.seq]).toEqual(model.shift());
          } else {
            const seq = timeline.push(action, "a", "a", 0, 0, { kind: "timer" });
            model.push([action, seq]);
          }
          expect(timeline.size).toBe(model.length);
        }
      }),
    );
  });

  it("forks so that neither side sees what the other does later", () => {
    const timeline = new Timeline();
    for (let at = 0; at < 200; at++) timeline.push((at * 37) % 101, "a", "a", 0, 0, { kind: "timer" });
    const before = timeline.pending();
    const fork = timeline.fork();
    for (let n = 0; n < 50; n++) timeline.pop();
    fork.push(0, "b", "b", 0, 0, { kind: "timer" });
    expect(fork.size).toBe(201);
    expect(timeline.size).toBe(150);
    expect(fork.pending().filter((event) => event.to === "a")).toEqual(before);
    expect(timeline.pending()).toEqual(before.slice(50));
  });
});
