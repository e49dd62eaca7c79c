import { expect, it } from "vitest";
import { META_STRUCTS } from "./core-structs.ts";
import { decode } from "./decode.ts";
import { NETWORK_STRUCTS } from "./network-structs.ts";
import { Schema } from "./notation.ts";

const schema = new Schema(META_STRUCTS, NETWORK_STRUCTS);

it("keeps what a port's zero means, and drops empty optional fields", () => {
  const spec = { ports: [{ port: 80, nodePort: 0 }], clusterIP: "", publishNotReadyAddresses: false };
  expect(decode(schema, "ServiceSpec", spec).object).toEqual({ ports: [{ port: 80, targetPort: 0 }] });
  expect(decode(schema, "ServiceSpec", { allocateLoadBalancerNodePorts: false }).object).toEqual({
    allocateLoadBalancerNodePorts: false,
  });
});

it("tells an absent condition of an endpoint from a false one", () => {
  const given = { addressType: "IPv4", endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: false } }] };
  const { object, unknown } = decode(schema, "EndpointSlice", { ...given, subsets: [] });
  expect(unknown).toEqual(["subsets"]);
  expect(object).toMatchObject({ ...given, ports: null });
});
