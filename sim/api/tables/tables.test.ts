import { describe, expect, it } from "vitest";
import type { Pod } from "../kinds/pod.ts";
import type { PodStatus } from "../kinds/pod-status.ts";
import { humanDuration } from "./duration.ts";
import { podPrinter } from "./pod-columns.ts";
import { secondsOf } from "./rfc3339.ts";

it.each([
  [-5, "<invalid>"],
  [0, "0s"],
  [119, "119s"],
  [120, "2m"],
  [192, "3m12s"],
  [600, "10m"],
  [3 * 3600, "3h"],
  [3 * 3600 + 60, "3h1m"],
  [8 * 3600 + 60, "8h"],
  [51 * 3600, "2d3h"],
  [9 * 86400, "9d"],
  [365 * 2 * 86400 + 20 * 86400, "2y20d"],
])("prints %d seconds as %s", (seconds, expected) => {
  expect(humanDuration(seconds)).toBe(expected);
});

it("reads instants of any zone", () => {
  expect(secondsOf("1970-01-01T00:00:00Z")).toBe(0);
  expect(secondsOf("2024-02-29T12:00:00Z")).toBe(1709208000);
  expect(secondsOf("2024-02-29T13:00:00.5+01:00")).toBe(1709208000.5);
  expect(secondsOf("yesterday")).toBeUndefined();
});

describe("the STATUS of a pod", () => {
  const one = { name: "c", ready: false, restartCount: 0, image: "", imageID: "" };
  const cells = (status: PodStatus, spec: object = {}, metadata: object = {}) =>
    podPrinter.cells(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p", ...metadata },
        spec: { containers: [{ name: "c" }], ...spec },
        status,
      } as Pod,
      1000,
    );
  const waiting = (reason: string) => ({ ...one, state: { waiting: { reason } } });
  const ended = (exitCode: number, more: object = {}) => ({ ...one, state: { terminated: { exitCode, ...more } } });

  it.each<[string, PodStatus, object?, object?]>([
    ["ContainerCreating", { phase: "Pending", containerStatuses: [waiting("ContainerCreating")] }],
    ["CrashLoopBackOff", { phase: "Running", containerStatuses: [waiting("CrashLoopBackOff")] }],
    ["Completed", { phase: "Succeeded", containerStatuses: [ended(0, { reason: "Completed" })] }],
    ["ExitCode:3", { phase: "Failed", containerStatuses: [ended(3)] }],
    ["Signal:9", { phase: "Failed", containerStatuses: [ended(137, { signal: 9 })] }],
    ["Evicted", { phase: "Failed", reason: "Evicted" }],
    ["Terminating", { phase: "Running" }, {}, { deletionTimestamp: "2024-01-01T00:00:00Z" }],
    ["Init:0/1", { phase: "Pending", initContainerStatuses: [one] }, { initContainers: [{ name: "i" }] }],
    [
      "Init:Error",
      { phase: "Pending", initContainerStatuses: [ended(1, { reason: "Error" })] },
      { initContainers: [{ name: "i" }] },
    ],
  ])("is %s", (word, status, spec, metadata) => {
    expect(cells(status, spec, metadata)[2]).toBe(word);
  });

  it("tells when the last restart was", () => {
    const restarted = {
      ...one,
      ready: true,
      restartCount: 2,
      state: { running: {} },
      lastState: { terminated: { exitCode: 1, finishedAt: "1970-01-01T00:10:00Z" } },
    };
    expect(cells({ phase: "Running", containerStatuses: [restarted] }).slice(1, 4)).toEqual([
      "1/1",
      "Running",
      "2 (6m40s ago)",
    ]);
  });
});
