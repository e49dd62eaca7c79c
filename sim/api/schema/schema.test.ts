import { expect, it } from "vitest";
import { KINDS, KUBE_SCHEMA } from "../kinds/registry.ts";
import { DecodeError, decode } from "./decode.ts";
import type { FieldType } from "./notation.ts";

it("has every struct that a struct or a kind refers to", () => {
  const referred = (type: FieldType): readonly string[] =>
    type.form === "struct" ? [type.struct] : type.form === "scalar" ? [] : referred(type.of);
  for (const name of [...KUBE_SCHEMA.names(), ...KINDS.map((kind) => kind.struct)]) {
    for (const { type } of KUBE_SCHEMA.find(name).fields) {
      for (const other of referred(type)) expect(KUBE_SCHEMA.find(other).name).toBe(other);
    }
  }
});

it("drops empty optional fields, keeps zeros behind pointers, and writes what has no omitempty", () => {
  const { object } = decode(KUBE_SCHEMA, "DeploymentSpec", { replicas: 0, paused: false, minReadySeconds: 0 });
  expect(object).toEqual({
    replicas: 0,
    selector: {},
    template: { metadata: { creationTimestamp: null }, spec: { containers: null } },
    strategy: {},
  });
});

it("reports unknown fields in the order of the body and wrong types in Go's words", () => {
  const body = { spec: { foo: 1, containers: [{ name: "c", imge: "x" }] }, metadata: { nmae: "x" } };
  expect(decode(KUBE_SCHEMA, "Pod", body).unknown).toEqual(["spec.foo", "spec.containers[0].imge", "metadata.nmae"]);
  expect(() => decode(KUBE_SCHEMA, "Deployment", { spec: { replicas: "3" } })).toThrow(
    new DecodeError("json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"),
  );
});

it("writes quantities in canonical form and returns unchanged parts by identity", () => {
  const decoded = decode(KUBE_SCHEMA, "ResourceRequirements", { limits: { cpu: "1000m", memory: "1024Mi" } });
  expect(decoded.object).toEqual({ limits: { cpu: "1", memory: "1Gi" } });
  expect(decode(KUBE_SCHEMA, "ResourceRequirements", decoded.object).object).toBe(decoded.object);
});
