import { describe, expect, it } from "vitest";
import { validateMetadata } from "../validation/metadata.ts";
import { validateServiceStatus } from "../validation/service.ts";
import { type EndpointSlice, endpointSliceKind } from "./endpoint-slice.ts";
import type { Kind } from "./kind.ts";
import { type LoadBalancerIngress, type Service, type ServiceSpec, serviceKind } from "./service.ts";

const { defaults, validate, validateUpdate } = serviceKind.strategy;

function service(spec: ServiceSpec, name = "web"): Service {
  const metadata = { name, creationTimestamp: "2024-01-01T00:00:00Z" };
  return defaults!({ apiVersion: "v1", kind: "Service", metadata, spec });
}

function slice(given: Partial<EndpointSlice>): EndpointSlice {
  const metadata = { name: "web-abcde", creationTimestamp: "2024-01-01T00:00:00Z" };
  const { strategy } = endpointSliceKind;
  return strategy.defaults!({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata,
    addressType: "IPv4",
    ...given,
  });
}

const address = { clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.1"] };
const wrong = (spec: ServiceSpec) => validate!(service(spec)).map(({ field, body }) => `${field}: ${body}`);

describe("a Service", () => {
  it("gets the defaults of its type", () => {
    expect(service({ ports: [{ port: 80 }] }).spec).toEqual({
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      type: "ClusterIP",
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
    });
    expect(service({ type: "LoadBalancer", sessionAffinity: "ClientIP" }).spec).toMatchObject({
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
    });
  });

  it("is refused in the words of the real server", () => {
    expect(wrong({ ...address })).toEqual(["spec.ports: Required value"]);
    const ports = [{ port: 80 }, { name: "b", port: 80, nodePort: 30_000 }];
    expect(wrong({ ...address, ports })).toEqual([
      "spec.ports[0].name: Required value",
      "spec.ports[1].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
      'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    ]);
    expect(wrong({ type: "ExternalName" })).toEqual(["spec.externalName: Required value"]);
    const external = { ...address, ports: [{ port: 80 }], externalIPs: ["127.0.0.1", "x"] };
    expect(wrong(external)).toEqual([
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
    const ranges = { ...address, ports: [{ port: 80 }], loadBalancerSourceRanges: ["10.0.0.0/33", " 10.0.0.0/8 "] };
    expect(wrong(ranges)).toEqual([
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]);
  });

  it("has a name that starts with a letter", () => {
    const named = (name: string) => validateMetadata(serviceKind as unknown as Kind, { name, namespace: "default" });
    expect(named("1web")[0]!.body).toContain("a DNS-1035 label");
    expect(named("web1")).toEqual([]);
  });

  it("takes only the status of a load balancer, and an address with its mode", () => {
    const reported = (type: "NodePort" | "LoadBalancer", ...ingress: readonly LoadBalancerIngress[]) =>
      validateServiceStatus({ ...service({ ...address, type }), status: { loadBalancer: { ingress } } }).map(
        ({ field, body }) => `${field}: ${body}`,
      );
    expect(reported("NodePort", { ip: "203.0.113.5" })).toEqual([
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ]);
    expect(reported("LoadBalancer", { ip: "203.0.113.5", ipMode: "VIP" }, { hostname: "lb.example.com" })).toEqual([]);
    expect(reported("LoadBalancer", { ip: "203.0.113.5" }, { hostname: "203.0.113.5" })).toEqual([
      "status.loadBalancer.ingress[0].ipMode: Required value: must be specified when `ip` is set",
      'status.loadBalancer.ingress[1].hostname: Invalid value: "203.0.113.5": must be a DNS name, not an IP address',
    ]);
  });

  it("keeps its address", () => {
    const before = service({ ...address, ports: [{ port: 80 }] });
    const moved = service({ clusterIP: "10.96.0.2", clusterIPs: ["10.96.0.2"], ports: [{ port: 80 }] });
    expect(validateUpdate!(moved, before).map(({ field, body }) => `${field}: ${body}`)).toEqual([
      'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.2"}: may not change once set',
    ]);
    expect(validateUpdate!(before, before)).toEqual([]);
  });

  it("prints its addresses and ports", () => {
    const ports = [
      { name: "a", port: 80, nodePort: 30_080 },
      { name: "b", port: 443 },
    ];
    const printed = (spec: ServiceSpec, status = {}) =>
      serviceKind.printer.cells({ ...service(spec), status }, 1_704_067_260);
    expect(printed({ ...address, type: "LoadBalancer", ports, selector: { b: "1", a: "2" } })).toEqual([
      "web",
      "LoadBalancer",
      "10.96.0.1",
      "<pending>",
      "80:30080/TCP,443/TCP",
      "60s",
      "a=2,b=1",
    ]);
    const ingress = [{ ip: "203.0.113.1" }, { hostname: "lb.example.com" }];
    expect(printed({ ...address, type: "LoadBalancer", ports }, { loadBalancer: { ingress } })[3]).toBe(
      "203.0.113.1,l...",
    );
    expect(printed({ type: "ExternalName", externalName: "a.b" }).slice(1, 5)).toEqual([
      "ExternalName",
      "<none>",
      "a.b",
      "<none>",
    ]);
  });
});

describe("an EndpointSlice", () => {
  const { strategy, printer } = endpointSliceKind;
  const endpoint = (last: number) => ({ addresses: [`10.0.0.${last}`] });

  it("is refused in the words of the real server", () => {
    const given = slice({
      endpoints: [{ addresses: ["fd00::1"] }, { addresses: [] }, { ...endpoint(1), nodeName: "A" }],
      ports: [{ port: 80 }, { port: 81 }],
    });
    expect(strategy.validate!(given).map(({ field, body }) => `${field}: ${body.split("(")[0]!.slice(0, 60)}`)).toEqual(
      [
        'endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address',
        "endpoints[1].addresses: Required value: must contain at least 1 address",
        'endpoints[2].nodeName: Invalid value: "A": a lowercase RFC 1123 subdomain must cons',
        'ports[1].name: Duplicate value: ""',
      ],
    );
    expect(strategy.validateUpdate!(slice({ addressType: "IPv6" }), slice({}))).toHaveLength(1);
  });

  it("counts a generation for endpoints, ports and labels", () => {
    const before = slice({ endpoints: [endpoint(1)] });
    expect(strategy.changesGeneration!(slice({ endpoints: [endpoint(2)] }), before)).toBe(true);
    expect(strategy.changesGeneration!(slice({ endpoints: [endpoint(1)] }), before)).toBe(false);
  });

  it("prints the first three addresses", () => {
    const given = slice({ endpoints: [1, 2, 3, 4, 5].map(endpoint), ports: [{ port: 80 }] });
    expect(printer.cells(given, 1_704_067_260)).toEqual([
      "web-abcde",
      "IPv4",
      "80",
      "10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...",
      "60s",
    ]);
    expect(printer.cells(slice({}), 1_704_067_260).slice(2, 4)).toEqual(["<unset>", "<unset>"]);
  });
});
