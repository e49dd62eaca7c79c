import { describe, expect, it } from "vitest";
import type { PodSpec } from "../api/kinds/pod-spec.ts";
import { podNonZeroRequests, podRequests } from "./resource.ts";

function container(cpu: string, memory: string, restartPolicy?: "Always") {
  return { name: "c", resources: { requests: { cpu, memory } }, ...(restartPolicy && { restartPolicy }) };
}

describe("podRequests", () => {
  it("adds containers and overhead", () => {
    const spec: PodSpec = {
      containers: [container("100m", "1Mi"), container("0.2", "2Mi")],
      overhead: { cpu: "50m", memory: "1Mi" },
    };
    expect(podRequests(spec)).toMatchObject({ milliCpu: 350, memory: 4 * 2 ** 20 });
  });

  it("takes the greatest init container when that is more", () => {
    const spec: PodSpec = { containers: [container("100m", "8Mi")], initContainers: [container("1", "1Mi")] };
    expect(podRequests(spec)).toMatchObject({ milliCpu: 1000, memory: 8 * 2 ** 20 });
  });

  it("counts a sidecar beside the containers and beside later init containers", () => {
    const spec: PodSpec = {
      containers: [container("100m", "1Mi")],
      initContainers: [container("300m", "1Mi"), container("200m", "1Mi", "Always"), container("300m", "1Mi")],
    };
    expect(podRequests(spec)).toMatchObject({ milliCpu: 500, memory: 2 * 2 ** 20 });
  });

  it("gives scoring a default for each container without a request", () => {
    const spec: PodSpec = { containers: [{ name: "a" }, container("300m", "1Mi")] };
    expect(podNonZeroRequests(spec)).toEqual({ milliCpu: 400, memory: 201 * 2 ** 20 });
    expect(podRequests(spec)).toMatchObject({ milliCpu: 300, memory: 2 ** 20 });
  });
});
