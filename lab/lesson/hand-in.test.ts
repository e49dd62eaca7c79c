import { expect, it } from "vitest";
import type { LessonProgress } from "../../lessons/live/lesson-protocol.ts";
import { isHandedIn, toHandIn } from "./hand-in.ts";

const nothing: LessonProgress = { predictions: {}, hints: {}, checks: {}, visited: ["a"] };
const some: LessonProgress = { ...nothing, predictions: { b: "yes", a: "no" }, hints: { room: 2 } };

it("hands in predictions and hints, and neither points nor visits", () => {
  expect(JSON.stringify(toHandIn({ ...some, checks: { room: { points: 2, of: 2 } } }))).toBe(
    '{"predictions":{"a":"no","b":"yes"},"hints":{"room":2}}',
  );
});

it("changes a notebook only where it says something else, and none that has nothing to say", () => {
  expect([undefined, null, toHandIn(some), toHandIn(nothing), "x"].map((each) => isHandedIn(some, each))).toEqual([
    false,
    false,
    true,
    false,
    false,
  ]);
  expect([undefined, {}].map((each) => isHandedIn(nothing, each))).toEqual([true, false]);
});
