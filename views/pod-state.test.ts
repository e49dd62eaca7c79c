import { expect, it } from "vitest";
import type { KubeObject } from "../sim/api/types.ts";
import { podState } from "./pod-state.ts";

const podWith = (status: unknown): KubeObject =>
  ({ kind: "Pod", metadata: { name: "p" }, status }) as unknown as KubeObject;

it("names the init container's trouble as kubectl does", () => {
  const waiting = { initContainerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }] };
  expect(podState(podWith({ phase: "Pending", ...waiting }))).toEqual({
    podClass: "crash",
    word: "Init:ImagePullBackOff",
  });
});

it("counts ready containers", () => {
  const containerStatuses = [
    { ready: true, state: { running: {} } },
    { ready: false, state: { running: {} } },
  ];
  expect(podState(podWith({ phase: "Running", containerStatuses }))).toEqual({
    podClass: "unready",
    word: "Not ready 1/2",
  });
});

it("says how a container ended", () => {
  const containerStatuses = [{ state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }];
  expect(podState(podWith({ phase: "Running", containerStatuses })).word).toBe("OOMKilled");
  expect(podState(podWith({ phase: "Failed", containerStatuses }))).toEqual({ podClass: "failed", word: "OOMKilled" });
});

it.each([[undefined], [null], [3], [{}], [{ conditions: 4, containerStatuses: [null] }]])(
  "takes %j for pending",
  (status) => {
    expect(podState(podWith(status))).toEqual({ podClass: "pending", word: "Pending" });
  },
);
