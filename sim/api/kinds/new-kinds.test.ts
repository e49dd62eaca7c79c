import { describe, expect, it } from "vitest";
import { decode } from "../schema/decode.ts";
import type { JsonObject, KubeObject } from "../types.ts";
import { cronJobKind } from "./cron-job.ts";
import { ingressKind } from "./ingress.ts";
import type { Kind } from "./kind.ts";
import { networkPolicyKind } from "./network-policy.ts";
import { persistentVolumeKind } from "./persistent-volume.ts";
import { persistentVolumeClaimKind } from "./persistent-volume-claim.ts";
import { roleBindingKind, roleKind } from "./rbac.ts";
import { KUBE_SCHEMA } from "./registry.ts";
import { secretKind } from "./secret.ts";
import { storageClassKind } from "./storage-class.ts";

/** An object as the API server would have it after decoding and defaulting. */
function made<T extends KubeObject>(kind: Kind<T>, fields: JsonObject): T {
  const { object } = decode(KUBE_SCHEMA, kind.struct, { metadata: { name: "x", namespace: "a" }, ...fields });
  const typed = { apiVersion: kind.version, kind: kind.kind, ...object } as unknown as T;
  return kind.strategy.defaults?.(typed) ?? typed;
}

function errors<T extends KubeObject>(kind: Kind<T>, fields: JsonObject): readonly string[] {
  return (kind.strategy.validate?.(made(kind, fields)) ?? []).map(({ field, body }) => `${field}: ${body}`);
}

function changeErrors<T extends KubeObject>(kind: Kind<T>, before: JsonObject, after: JsonObject): readonly string[] {
  const found = kind.strategy.validateUpdate?.(made(kind, after), made(kind, before)) ?? [];
  return found.map(({ field, body }) => `${field}: ${body}`);
}

describe("Secret", () => {
  it("keeps texts as data, in base64", () => {
    const { data, stringData, type } = made(secretKind, { data: { a: "eA==", b: "eA==" }, stringData: { a: "é€😀" } });
    expect({ data, stringData, type }).toEqual({
      data: { a: Buffer.from("é€😀").toString("base64"), b: "eA==" },
      stringData: undefined,
      type: "Opaque",
    });
  });

  it("refuses what is no base64, and well-known types without their keys", () => {
    expect(() => made(secretKind, { data: { a: "!" } })).toThrow("illegal base64 data at input byte 0");
    expect(errors(secretKind, { type: "kubernetes.io/tls" })).toEqual([
      "data[tls.crt]: Required value",
      "data[tls.key]: Required value",
    ]);
  });
});

describe("PersistentVolumeClaim", () => {
  const claim = (spec: JsonObject): JsonObject => ({ spec: { accessModes: ["ReadWriteOnce"], ...spec } });
  const size = (storage: string): JsonObject => ({ resources: { requests: { storage } } });

  it("wants access modes and a size", () => {
    expect(errors(persistentVolumeClaimKind, { spec: {} })).toEqual([
      "spec.accessModes: Required value: at least 1 access mode is required",
      "spec.resources[storage]: Required value",
    ]);
    expect(errors(persistentVolumeClaimKind, claim(size("0")))).toEqual([
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ]);
  });

  it("takes its volume once and grows only when bound", () => {
    const free = claim(size("1Gi"));
    const named = claim({ ...size("1Gi"), volumeName: "v" });
    expect(changeErrors(persistentVolumeClaimKind, free, named)).toEqual([]);
    expect(changeErrors(persistentVolumeClaimKind, named, claim({ ...size("1Gi"), volumeName: "w" }))[0]).toContain(
      "spec is immutable after creation except resources.requests",
    );
    expect(changeErrors(persistentVolumeClaimKind, free, claim(size("2Gi")))).toHaveLength(1);
    const bound = { status: { phase: "Bound", capacity: { storage: "1Gi" } } };
    expect(changeErrors(persistentVolumeClaimKind, { ...free, ...bound }, { ...claim(size("2Gi")), ...bound })).toEqual(
      [],
    );
  });
});

it("a PersistentVolume has one source and a size", () => {
  expect(
    errors(persistentVolumeKind, { spec: { accessModes: ["ReadWriteMany"], capacity: { storage: "1Gi" } } }),
  ).toEqual(["spec: Required value: must specify a volume type"]);
  const local = { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, local: { path: "/d" } };
  expect(errors(persistentVolumeKind, { spec: local })).toEqual([
    "spec.nodeAffinity: Required value: Local volume requires node affinity",
  ]);
});

it("a StorageClass never changes how it makes volumes", () => {
  const before = { provisioner: "example.com/p" };
  expect(changeErrors(storageClassKind, before, { provisioner: "example.com/q" })).toEqual([
    "provisioner: Forbidden: updates to provisioner are forbidden.",
  ]);
});

describe("RBAC", () => {
  it("wants verbs, groups and resources in the rules of a Role", () => {
    expect(errors(roleKind, { rules: [{ verbs: [] }, { verbs: ["get"], nonResourceURLs: ["/x"] }] })).toEqual([
      "rules[0].verbs: Required value: verbs must contain at least one value",
      "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      "rules[0].resources: Required value: resource rules must supply at least one resource",
      'rules[1].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
    ]);
  });

  it("keeps what a binding binds to", () => {
    const bound = (name: string): JsonObject => ({
      roleRef: { kind: "Role", name },
      subjects: [{ kind: "User", name: "u" }],
    });
    expect(errors(roleBindingKind, bound("r"))).toEqual([]);
    expect(changeErrors(roleBindingKind, bound("r"), bound("s"))).toEqual([
      'roleRef: Invalid value: rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"Role", Name:"s"}: cannot change roleRef',
    ]);
  });
});

describe("routing", () => {
  it("wants rules or a backend in an Ingress, and a type for each path", () => {
    expect(errors(ingressKind, { spec: {} })).toEqual([
      "spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified",
    ]);
    const backend = { service: { name: "web", port: { number: 80 } } };
    expect(errors(ingressKind, { spec: { rules: [{ http: { paths: [{ path: "x", backend }] } }] } })).toEqual([
      "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
    ]);
  });

  it("gives a NetworkPolicy its directions and protocols", () => {
    const { spec } = made(networkPolicyKind, { spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] } });
    expect(spec).toMatchObject({ policyTypes: ["Ingress", "Egress"], egress: [{ ports: [{ protocol: "TCP" }] }] });
    expect(errors(networkPolicyKind, { spec: { podSelector: {}, ingress: [{ from: [{}] }] } })).toEqual([
      "spec.ingress[0].from[0]: Required value: must specify a peer",
    ]);
  });
});

it.each([
  ["*/5 * * * *", undefined],
  ["@daily", undefined],
  ["0 9-17 * jan-mar mon,fri", undefined],
  ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
  ["60 * * * *", "end of range (60) above maximum (59): 60"],
  ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
])("a CronJob with the schedule %s", (schedule, mistake) => {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] } };
  const found = errors(cronJobKind, { spec: { schedule, jobTemplate: { spec: { template } } } });
  expect(found).toEqual(
    mistake === undefined ? [] : [`spec.schedule: Invalid value: ${JSON.stringify(schedule)}: ${mistake}`],
  );
});
