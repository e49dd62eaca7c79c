import { expect, it } from "vitest";
import type { ClockState, LiveFrameSet } from "../../lessons/live/protocol.ts";
import { packFrames } from "../../views/frames.ts";
import type { Scene } from "../../views/index.ts";
import { FrameStore } from "./frame-store.ts";

const sceneAt = (step: number, title = "recorded"): Scene => ({
  ...{ width: 10, height: 10, title, desc: "", caption: "", groups: [], legend: [] },
  table: { columns: [], rows: [] },
  step,
});
const clockAt = (step: number, branch: number, since: number): ClockState => ({
  ...{ tip: step, time: "", caption: "" },
  ...{ step, branch, since },
});

/** Frames of the steps 1 to 6, drawn while the cluster was on a branch. */
function recorded(branch?: number): FrameStore {
  const scenes = [1, 2, 3, 4, 5, 6].map((step) => sceneAt(step));
  const set: LiveFrameSet = packFrames("live", scenes, 0);
  const live = { session: "", id: "", moves: true, branch: branch as number };
  return new FrameStore(branch === undefined ? set : { ...set, live });
}

it("has the cluster's present step among its stops", () => {
  const store = recorded(0);
  store.setClock(clockAt(9, 0, 0));
  expect(store.stops).toEqual([1, 2, 3, 4, 5, 6, 9]);
  store.setNow(sceneAt(9));
  expect([store.stop, store.scene.step]).toEqual([6, 9]);
});

it("forgets the frames of a branch that was left, and keeps the shown one until another comes", () => {
  const store = recorded(0);
  store.setClock(clockAt(6, 0, 0));
  store.setClock(clockAt(4, 1, 3));
  expect(store.stops).toEqual([1, 2, 3, 4]);
  expect(store.scene.step).toBe(6);
  expect(store.stop).toBe(3);
  store.setNow(sceneAt(4, "of the new branch"));
  expect(store.stops).toEqual([1, 2, 3, 4]);
  expect(store.scene.title).toBe("of the new branch");
});

it("forgets recorded frames of a branch that was left while the page was away", () => {
  const store = recorded(0);
  store.setClock(clockAt(3, 1, 2));
  expect(store.stops).toEqual([1, 2, 3]);
});

it("keeps recorded frames of the branch that the cluster is on, and those of nobody knows which", () => {
  for (const branch of [1, undefined]) {
    const store = recorded(branch);
    store.setClock(clockAt(6, 1, 2));
    expect(store.stops).toEqual([1, 2, 3, 4, 5, 6]);
  }
});

it("goes on among what is left when the cluster is gone", () => {
  const store = recorded(0);
  store.setClock(clockAt(4, 1, 3));
  store.leave();
  expect(store.show(0)).toBe(true);
  expect(store.scene.step).toBe(1);
});
