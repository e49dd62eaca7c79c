import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import type { Service, ServiceSpec } from "../api/kinds/service.ts";
import { parseIpv4 } from "../net/wire/ipv4.ts";
import type { Packet } from "../net/wire/packet.ts";
import type { NodeFacts, ProxyConfig } from "./config.ts";
import { netfilterRule } from "./netfilter-rule.ts";
import { proxyRuleset } from "./netfilter-tables.ts";
import { proxyRules } from "./proxy-rules.ts";
import { iptablesRestore, iptablesSave, tables } from "./save-text.ts";

const config: ProxyConfig = {
  masqueradeAll: false,
  masqueradeBit: 14,
  detectLocal: { by: "cidr", argument: "10.244.0.0/16" },
  nodePortAddresses: [],
  localhostNodePorts: true,
  hasRandomFully: true,
  conntrackTcpBeLiberal: false,
  hasCounters: false,
};

function node(index: number): NodeFacts {
  const nodeIp = `192.168.0.${index}`;
  return { hostname: `node-${index}`, nodeIp, interfaceIps: [nodeIp], labels: {} };
}

function service(index: number, spec: Partial<ServiceSpec> = {}): Service {
  const metadata = { name: `web-${index}`, namespace: "default" };
  const ports = [{ name: "http", protocol: "TCP", port: 80 } as const];
  return { apiVersion: "v1", kind: "Service", metadata, spec: { clusterIP: `10.96.0.${index}`, ports, ...spec } };
}

function slice(index: number, endpoints: number, first = 1): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `web-${index}-a`,
      namespace: "default",
      labels: { "kubernetes.io/service-name": `web-${index}` },
    },
    addressType: "IPv4",
    ports: [{ name: "http", protocol: "TCP", port: 8080 }],
    endpoints: Array.from({ length: endpoints }, (_, i) => ({
      addresses: [`10.244.${(first + i) >> 8}.${(first + i) & 255}`],
      nodeName: `node-${i + 1}`,
    })),
  };
}

const chainsOf = (rules: ReturnType<typeof proxyRules>) => tables(rules)[0].chains;

describe("rules of a node", () => {
  const services = [service(1), service(2, { internalTrafficPolicy: "Local" })];
  const endpointSlices = [slice(1, 3), slice(2, 2)];

  it("are shared by nodes as far as they are the same", () => {
    const [one, two, three] = [1, 2, 3].map((index) =>
      chainsOf(proxyRules({ services, endpointSlices, node: node(index), config })).filter(({ name }) =>
        name.includes("-SV"),
      ),
    );
    expect(one![0]).toBe(two![0]);
    expect(one![1]).not.toBe(two![1]);
    expect(three!.map(({ name }) => name)).toEqual([one![0]!.name]);
  });

  it("keep an endpoint's chain when its slice changes around it", () => {
    const before = chainsOf(proxyRules({ services, endpointSlices, node: node(1), config }));
    const changed = [slice(1, 2), endpointSlices[1]!];
    const after = chainsOf(proxyRules({ services, endpointSlices: changed, node: node(1), config }));
    const kept = after.filter(({ name }) => name.startsWith("KUBE-SEP-"));
    expect(kept).toHaveLength(3);
    for (const chain of kept) expect(before).toContain(chain);
  });

  it("lose their comments in a large cluster, but in a partial sync only where something changed", () => {
    const small = proxyRules({ services, endpointSlices, node: node(1), config });
    const grown = { services, endpointSlices: [endpointSlices[0]!, slice(2, 1000, 10)], node: node(1), config };
    const commented = (text: string) => text.includes('"default/web-1:http -> 10.244.0.1:8080"');
    expect(commented(iptablesSave(small))).toBe(true);
    expect(commented(iptablesSave(proxyRules(grown)))).toBe(false);
    const partial = iptablesSave(proxyRules(grown, small));
    expect(commented(partial)).toBe(true);
    expect(partial).not.toContain('"default/web-2:http ->');
  });

  it("have no chains for what is not proxied", () => {
    const others = [
      service(3, { clusterIP: "None" }),
      service(4, { type: "ExternalName" }),
      service(5, { ipFamilies: ["IPv6"], clusterIP: "fd00::1", clusterIPs: ["fd00::1"] }),
    ];
    const text = iptablesSave(proxyRules({ services: others, endpointSlices: [], node: node(1), config }));
    expect(text).toBe(iptablesSave(proxyRules({ services: [], endpointSlices: [], node: node(1), config })));
  });

  it("are fed to iptables-restore without the built-in chains", () => {
    const text = iptablesRestore(proxyRules({ services, endpointSlices, node: node(1), config }));
    expect(text.startsWith("*filter\n:KUBE-EXTERNAL-SERVICES - [0:0]\n")).toBe(true);
    expect(text).not.toContain("-A INPUT");
  });
});

describe("the derived chain of all Services", () => {
  it("finds the rules that the whole chain has, and their numbers", () => {
    const spec = fc.record({
      external: fc.boolean(),
      local: fc.boolean(),
      endpoints: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 8 }), (specs) => {
        const services = specs.map(({ external, local }, i) =>
          service(i + 1, {
            ...(external ? { externalIPs: [`203.0.113.${i + 1}`] } : {}),
            ...(local ? { internalTrafficPolicy: "Local" } : {}),
          }),
        );
        const endpointSlices = specs.map(({ endpoints }, i) => slice(i + 1, endpoints, i * 10 + 1));
        const rules = proxyRules({ services, endpointSlices, node: node(2), config });
        const whole = chainsOf(rules)[0]!.rules.map((rule) => netfilterRule(rule).text);
        const derived = proxyRuleset(rules).tables.nat!.chain("KUBE-SERVICES")!;
        const found = services.flatMap(({ spec: { clusterIP = "", externalIPs = [] } }) =>
          [clusterIP, ...externalIPs].flatMap((address) => {
            const packet = { dst: parseIpv4(address)!, dport: 80 } as Packet;
            return derived.candidates!(packet).filter(({ rule }) => rule.text.includes(`-d ${address}/32 `));
          }),
        );
        expect(found.map(({ place }) => place)).toEqual(whole.slice(0, -1).map((_, i) => i));
        for (const { place, rule } of found) expect(rule.text).toBe(whole[place]);
        expect(derived.rules.map(({ text }) => text)).toEqual(whole);
      }),
    );
  });
});
