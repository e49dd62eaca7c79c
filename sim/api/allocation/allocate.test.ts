import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultService } from "../defaults/service.ts";
import type { Service, ServiceSpec } from "../kinds/service.ts";
import { validateService } from "../validation/service.ts";
import { allocateService } from "./allocate.ts";
import type { Draw } from "./band.ts";
import { serviceRanges, takenBy } from "./ranges.ts";
import { dropTypeDependent } from "./type-change.ts";

const ranges = serviceRanges("10.96.0.0/24", 30_000, 30_099);
const lowest: Draw = () => 0;

function service(spec: ServiceSpec, name = "web"): Service {
  const ports = [{ name: "http", port: 80 }];
  return defaultService({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports, ...spec } });
}

function allocated(next: Service, others: readonly Service[] = [], previous?: Service, draw: Draw = lowest): Service {
  const allocation = allocateService(next, previous, { ranges, taken: takenBy(others), draw, dryRun: false });
  if (allocation.kind !== "allocated") throw new Error(JSON.stringify(allocation));
  return allocation.service;
}

function refusal(next: Service, others: readonly Service[] = [], previous?: Service): unknown {
  const allocation = allocateService(next, previous, { ranges, taken: takenBy(others), draw: lowest, dryRun: false });
  return allocation.kind === "invalid" ? allocation.errors.map(({ field, body }) => `${field}: ${body}`) : allocation;
}

describe("ranges", () => {
  it("keep a share for those who choose themselves", () => {
    expect(serviceRanges("10.96.0.0/12")).toMatchObject({
      addresses: { count: 2 ** 20 - 2, staticCount: 256 },
      nodePorts: { first: 30_000, count: 2768, staticCount: 86 },
    });
    expect(serviceRanges("10.0.0.16/28").addresses).toMatchObject({ count: 14, staticCount: 0 });
    expect(() => serviceRanges("10.0.0.0")).toThrow("is no IPv4 network");
  });
});

describe("allocation for a new Service", () => {
  it("gives an address of the dynamic band and the family of the cluster", () => {
    expect(allocated(service({})).spec).toMatchObject({
      clusterIP: "10.96.0.17",
      clusterIPs: ["10.96.0.17"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
    });
  });

  it("gives no address to headless Services and to names", () => {
    expect(allocated(service({ clusterIP: "None", selector: { a: "b" } })).spec).toMatchObject({
      clusterIPs: ["None"],
      ipFamilies: ["IPv4"],
    });
    expect(allocated(service({ clusterIP: "None" })).spec.ipFamilies).toEqual(["IPv4", "IPv6"]);
    expect(allocated(service({ type: "ExternalName", externalName: "a.b" })).spec.clusterIPs).toBeUndefined();
  });

  it("grants a wanted address or refuses it", () => {
    const first = allocated(service({ clusterIP: "10.96.0.3" }));
    expect(first.spec.clusterIPs).toEqual(["10.96.0.3"]);
    expect(refusal(service({ clusterIP: "10.96.0.3" }), [first])).toEqual([
      'spec.clusterIPs: Invalid value: []string{"10.96.0.3"}: failed to allocate IP 10.96.0.3: provided IP is already allocated',
    ]);
    expect(refusal(service({ clusterIP: "10.97.0.3" }))).toEqual([
      'spec.clusterIPs: Invalid value: []string{"10.97.0.3"}: failed to allocate IP 10.97.0.3: the provided IP (10.97.0.3) is not in the valid range. The range of valid IPs is 10.96.0.0/24',
    ]);
    expect(refusal(service({ ipFamilyPolicy: "RequireDualStack" }))).toEqual([
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ]);
  });

  it("gives one node port to a number that two protocols share", () => {
    const ports = [
      { name: "a", port: 53, protocol: "TCP" },
      { name: "b", port: 53, protocol: "UDP" },
      { name: "c", port: 80, protocol: "TCP" },
    ] as const;
    const { spec } = allocated(service({ type: "NodePort", ports }));
    expect(spec.ports!.map(({ nodePort }) => nodePort)).toEqual([30_016, 30_016, 30_017]);
  });

  it("gives a health-check port and leaves node ports out where they are not wanted", () => {
    const { spec } = allocated(
      service({ type: "LoadBalancer", externalTrafficPolicy: "Local", allocateLoadBalancerNodePorts: false }),
    );
    expect(spec.healthCheckNodePort).toBe(30_016);
    expect(spec.ports![0]!.nodePort).toBeUndefined();
  });

  it("refuses a node port that is taken or out of range", () => {
    const ports = (nodePort: number) => [{ port: 80, nodePort }];
    const first = allocated(service({ type: "NodePort", ports: ports(30_001) }));
    expect(refusal(service({ type: "NodePort", ports: ports(30_001) }), [first])).toEqual([
      "spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated",
    ]);
    expect(refusal(service({ type: "NodePort", ports: ports(80) }))).toEqual([
      "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30099",
    ]);
  });

  it("stands in for numbers in a dry run", () => {
    const taken = takenBy([]);
    const allocation = allocateService(
      service({
        type: "NodePort",
        ports: [
          { name: "a", port: 1 },
          { name: "b", port: 2 },
        ],
      }),
      undefined,
      { ranges, taken, draw: lowest, dryRun: true },
    );
    expect(allocation).toMatchObject({
      service: { spec: { clusterIP: "10.96.0.0", ports: [{ nodePort: 32_769 }, { nodePort: 32_770 }] } },
    });
  });

  it("never gives anything twice, and uses every address before it fails", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1_000_000)), (numbers) => {
        const draw: Draw = (bound) => numbers.next().value! % bound;
        const context = { ranges: serviceRanges("10.96.0.0/27", 30_000, 30_039), draw, dryRun: false };
        const made: Service[] = [];
        for (let count = 0; count < 30; count++) {
          const allocation = allocateService(service({ type: "NodePort" }), undefined, {
            ...context,
            taken: takenBy(made),
          });
          if (allocation.kind !== "allocated") throw new Error("refused");
          if (count < 14) expect(Number(allocation.service.spec.clusterIP!.split(".")[3])).toBeGreaterThan(16);
          expect(validateService(allocation.service)).toEqual([]);
          made.push(allocation.service);
        }
        expect(takenBy(made).addresses.size).toBe(30);
        expect(takenBy(made).nodePorts.size).toBe(30);
        expect(allocateService(service({}), undefined, { ...context, taken: takenBy(made) })).toEqual({
          kind: "failed",
          message: "failed to allocate a serviceIP: range is full",
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe("allocation for a changed Service", () => {
  const ports = [{ name: "http", port: 80 }];
  const before = allocated(service({ type: "NodePort", ports }));

  it("keeps what the same manifest does not mention", () => {
    expect(allocated(service({ type: "NodePort", ports }), [], before).spec).toEqual(before.spec);
  });

  it("lets go what another type does not need", () => {
    const plain = allocated(service({ ...before.spec, type: "ClusterIP" }), [], before);
    const changed = dropTypeDependent(plain, before);
    expect(changed.spec.ports![0]!.nodePort).toBeUndefined();
    expect(changed.spec.externalTrafficPolicy).toBeUndefined();
    expect(changed.spec.clusterIP).toBe(before.spec.clusterIP);
    expect(validateService(changed)).toEqual([]);
  });

  it("gives node ports to a Service that becomes reachable, but no new address", () => {
    const plain = allocated(service({}));
    const { spec } = allocated(service({ type: "NodePort" }), [before], plain);
    expect(spec.clusterIP).toBe(plain.spec.clusterIP);
    expect(spec.ports![0]!.nodePort).toBe(30_017);
  });

  it("gives an address to what was only a name", () => {
    const name = allocated(service({ type: "ExternalName", externalName: "a.b" }));
    expect(allocated(service({}), [], name).spec.clusterIP).toBe("10.96.0.17");
  });
});
