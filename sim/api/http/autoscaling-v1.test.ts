import { describe, expect, it } from "vitest";
import { newAutoscaler, oldAutoscaler } from "./autoscaling-v1.ts";
import { readHttp } from "./read-http.ts";
import { writeHttp } from "./write-http.ts";

const user = { name: "admin", groups: ["system:masters"] };
const path = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
const spec = { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 2, maxReplicas: 5 };
const old = {
  apiVersion: "autoscaling/v1",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web" },
  spec: { ...spec, targetCPUUtilizationPercentage: 70 },
};

describe("an autoscaler in autoscaling/v1", () => {
  it("is v2 with a metric, and back", () => {
    const target = { type: "Utilization", averageUtilization: 70 };
    const stored = newAutoscaler(old);
    expect(stored).toEqual({
      ...old,
      apiVersion: "autoscaling/v2",
      spec: { ...spec, metrics: [{ type: "Resource", resource: { name: "cpu", target } }] },
    });
    expect(oldAutoscaler(stored)).toEqual({ ...old, status: { currentReplicas: 0 } });
  });

  it("is asked for and told in v1, alone and in lists", () => {
    const reading = readHttp({ method: "GET", path, headers: {}, body: "" }, user);
    if (reading.kind !== "request") throw new Error(`expected a request, not ${reading.kind}`);
    expect(reading.request.version).toBe("v2");
    const items = [newAutoscaler(old)];
    const list = { kind: "HorizontalPodAutoscalerList", apiVersion: "autoscaling/v2", metadata: {}, items };
    const { body } = writeHttp({ code: 200, body: list as never }, reading.shape);
    expect(JSON.parse(body)).toMatchObject({ apiVersion: "autoscaling/v1", items: [{ spec: old.spec }] });
  });

  it("is not watched or patched", () => {
    for (const [method, target] of [
      ["GET", `${path}?watch=true`],
      ["PATCH", `${path}/web`],
    ] as const) {
      const headers = { "content-type": "application/merge-patch+json" };
      expect(readHttp({ method, path: target, headers, body: "{}" }, user)).toMatchObject({
        response: { status: 404 },
      });
    }
  });
});
