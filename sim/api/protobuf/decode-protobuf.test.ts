import { describe, expect, it } from "vitest";
import { KUBE_SCHEMA } from "../kinds/registry.ts";
import { base64OfBytes, utf8Bytes } from "../schema/base64.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { countOfNumbers, numberedStructs } from "./numbers.ts";
import { WireError } from "./wire.ts";

/** A field with a number: text, bytes of a message, or a whole number. */
type Part = readonly [number, string | readonly number[] | number];

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

function message(...parts: readonly Part[]): number[] {
  return parts.flatMap(([number, value]) => {
    if (typeof value === "number") return [...varint(number * 8), ...varint(value)];
    const bytes = typeof value === "string" ? utf8Bytes(value) : value;
    return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
  });
}

/** A whole body: the prefix, the type, the object. */
function body(apiVersion: string, kind: string, ...parts: readonly Part[]): Uint8Array {
  const type = message([1, apiVersion], [2, kind]);
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...message([1, type], [2, message(...parts)], [3, ""], [4, ""])]);
}

const entry = (key: string, value: string): Part => [2, message([1, key], [2, value])];

it("reads text, maps and times as JSON has them", () => {
  const metadata = message([1, "settings"], [3, "alpha"], [8, message([1, 1_767_603_600], [2, 0])]);
  const label: Part = [11, message([1, "app"], [2, "grün €"])];
  expect(
    decodeProtobuf(body("v1", "ConfigMap", [1, [...metadata, ...message(label)]], entry("a", "1"), entry("b", ""))),
  ).toEqual({
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: {
      name: "settings",
      namespace: "alpha",
      creationTimestamp: "2026-01-05T09:00:00Z",
      labels: { app: "grün €" },
    },
    data: { a: "1", b: "" },
  });
  expect(decodeProtobuf(body("v1", "Namespace", [1, message([1, "n"], [8, []])])).metadata).toEqual({
    name: "n",
    creationTimestamp: null,
  });
});

it("reads bytes as base64", () => {
  const secret = decodeProtobuf(
    body("v1", "Secret", [1, message([1, "s"])], entry("password", "geheim"), [3, "Opaque"]),
  );
  expect(secret).toMatchObject({ data: { password: base64OfBytes(utf8Bytes("geheim")) }, type: "Opaque" });
});

it("finds fields by their numbers, in messages that Go embeds too", () => {
  const source = message([6, message([1, "certificates"])]);
  const volume = message([1, "certs"], [2, source]);
  const port = message([3, 80], [4, "TCP"]);
  const quantity = message([1, "cpu"], [2, message([1, "500m"])]);
  const container = message([1, "c"], [2, "nginx"], [6, port], [8, message([1, quantity])]);
  const pod = decodeProtobuf(body("v1", "Pod", [2, message([1, volume], [2, container], [4, 30], [11, 1])]));
  expect(pod).toMatchObject({
    spec: {
      volumes: [{ name: "certs", secret: { secretName: "certificates" } }],
      containers: [
        {
          name: "c",
          image: "nginx",
          ports: [{ containerPort: 80, protocol: "TCP" }],
          resources: { limits: { cpu: "500m" } },
        },
      ],
      terminationGracePeriodSeconds: 30,
      hostNetwork: true,
    },
  });
});

it("reads an autoscaler in the version that kubectl autoscale sends", () => {
  const spec = message([1, message([1, "Deployment"], [2, "web"])], [2, 1], [3, 5], [4, 70]);
  expect(decodeProtobuf(body("autoscaling/v1", "HorizontalPodAutoscaler", [2, spec]))).toMatchObject({
    apiVersion: "autoscaling/v1",
    spec: { scaleTargetRef: { name: "web" }, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 70 },
  });
});

it("tells numbers from names in ports", () => {
  const target = (...parts: readonly Part[]) => message([3, 80], [4, message(...parts)]);
  const ports: Part[] = [
    [1, target([1, 0], [2, 8080])],
    [1, target([1, 1], [3, "http"])],
  ];
  const service = decodeProtobuf(body("v1", "Service", [2, message(...ports)]));
  expect(service).toMatchObject({ spec: { ports: [{ targetPort: 8080 }, { targetPort: "http" }] } });
});

describe("what can't be read", () => {
  it.each([
    ["another prefix", Uint8Array.from([1, 2, 3, 4, 5])],
    ["an unknown kind", body("example.org/v1", "Widget", [1, "x"])],
    ["a known kind in a version that is not served", body("apps/v1beta1", "Deployment", [1, message([1, "x"])])],
    ["an end in the middle", body("v1", "ConfigMap", [1, message([1, "long enough a name"])]).slice(0, -8)],
    ["a field without a table", body("v1", "Pod", [2, message([1, message([1, "v"], [2, message([3, [10, 0]])])])])],
  ])("is refused: %s", (_what, bytes) => {
    expect(() => decodeProtobuf(bytes)).toThrow(WireError);
  });

  it("is passed over where it is only a field that is newer than the tables", () => {
    expect(decodeProtobuf(body("v1", "Namespace", [1, message([1, "n"])], [99, "new"])).metadata).toEqual({
      name: "n",
    });
  });
});

it("has as many numbers as fields", () => {
  for (const name of numberedStructs) {
    expect([name, countOfNumbers(name)]).toEqual([name, KUBE_SCHEMA.find(name).fields.length]);
  }
});
