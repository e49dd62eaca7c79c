import { describe, expect, it } from "vitest";
import { Cluster } from "../sim/index.ts";
import { sendHttp } from "./http.ts";

const path = "/api/v1/namespaces/default/configmaps";
const note = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { colour: "blue" } });

describe("plain HTTP to the API server", () => {
  const cluster = Cluster.create({ workersPerZone: 0, addons: false });

  it("creates and reads as any client does, under its own name", () => {
    const created = sendHttp(cluster, { method: "POST", path, agent: "curl/8.5.0", body: note("one") });
    expect([created.status, created.body]).toMatchObject([201, note("one")]);
    expect(sendHttp(cluster, { path: `${path}/one` })).toMatchObject({ status: 200, body: note("one") });
    const last = cluster.operations.filter(({ operation }) => operation.kind === "request").at(-2);
    expect(last?.operation).toMatchObject({ request: { userAgent: "curl/8.5.0", verb: "create" } });
    expect(String(created)).toMatch(/^HTTP\/1.1 201\n\{/);
  });

  it("is refused as the API server refuses", () => {
    expect(sendHttp(cluster, { path: `${path}/two` })).toMatchObject({ status: 404, body: { reason: "NotFound" } });
    expect(sendHttp(cluster, { method: "POST", path, body: "{" }).status).toBe(400);
    expect(sendHttp(cluster, { path: "/nowhere" }).status).toBe(404);
    expect(() => sendHttp(cluster, { path: `${path}?watch=1` })).toThrow(RangeError);
  });
});
