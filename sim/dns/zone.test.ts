/** What CoreDNS answers about a cluster with Services of every kind. */
import { describe, expect, it } from "vitest";
import { replicaSet, ServiceWorld, serviceFor } from "../../test/support/service-world.ts";
import type { EndpointSlice } from "../api/kinds/endpoint-slice.ts";
import type { Service } from "../api/kinds/service.ts";
import { storeOf } from "../api/server/storage.ts";
import type { RecordType } from "./question.ts";
import { answer } from "./zone.ts";
import { zoneViewAt } from "./zone-view.ts";

const cluster = new ServiceWorld({ seed: 8 }, []);
const ports = [
  { name: "http", port: 80 },
  { name: "admin", port: 8080, targetPort: 80 },
];
cluster.create("services", serviceFor("web", { ports }));
cluster.create("services", serviceFor("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432 }] }));
cluster.create("services", { ...serviceFor("outer", {}), spec: { type: "ExternalName", externalName: "example.com" } });
cluster.create("services", {
  ...serviceFor("inner", {}),
  spec: { type: "ExternalName", externalName: "web.default.svc.cluster.local" },
});
cluster.create("services", {
  ...serviceFor("loop", {}),
  spec: { type: "ExternalName", externalName: "loop2.default.svc.cluster.local" },
});
cluster.create("services", {
  ...serviceFor("loop2", {}),
  spec: { type: "ExternalName", externalName: "loop.default.svc.cluster.local" },
});
cluster.create("services", serviceFor("empty", { clusterIP: "None" }));
cluster.create("replicasets", replicaSet("db", 2, { hostname: "db-0", subdomain: "db" }), "default", "apps");
cluster.settle();

const webAddress = cluster.get<Service>("services", "web")?.spec.clusterIP ?? "";
const dbAddresses = cluster
  .list<EndpointSlice>("endpointslices", "default")
  .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === "db")
  .flatMap(({ endpoints = [] }) => endpoints.flatMap(({ addresses }) => addresses));

const ask = (name: string, type: RecordType = "A") =>
  answer(zoneViewAt(cluster.io, storeOf(cluster.io).revision), { name, type });
const values = (name: string, type: RecordType = "A") => ask(name, type).records.map(({ value }) => value);
const reverse = (address: string) => `${address.split(".").reverse().join(".")}.in-addr.arpa`;
const own = "default.svc.cluster.local";

describe("CoreDNS", () => {
  it("knows a Service by its cluster address, once, in any case and with or without the trailing dot", () => {
    for (const name of [`web.${own}`, `WEB.${own}.`]) expect(values(name)).toEqual([webAddress]);
    expect(ask(`web.${own}`)).toMatchObject({ rcode: "NOERROR", ttl: 30 });
  });

  it("knows a headless Service by its ready endpoints, and each of them by its hostname", () => {
    expect(values(`db.${own}`).sort()).toEqual([...dbAddresses].sort());
    expect(dbAddresses).toHaveLength(2);
    expect(values(`db-0.db.${own}`).sort()).toEqual([...dbAddresses].sort());
  });

  it("answers SRV for ports by name and protocol", () => {
    expect(values(`_http._tcp.web.${own}`, "SRV")).toEqual([`0 100 80 web.${own}.`]);
    expect(values(`web.${own}`, "SRV")).toEqual([`0 50 80 web.${own}.`, `0 50 8080 web.${own}.`]);
    expect(values(`_sql._tcp.db.${own}`, "SRV")).toEqual([`0 50 5432 db-0.db.${own}.`]);
    expect(ask(`_http._udp.web.${own}`, "SRV").rcode).toBe("NXDOMAIN");
  });

  it("finds names of addresses, and leaves unknown ones to the name servers outside", () => {
    expect(values(reverse(webAddress), "PTR")).toEqual([`web.${own}.`]);
    expect(values(reverse(dbAddresses[0] ?? ""), "PTR")).toEqual([`db-0.db.${own}.`]);
    expect(ask(reverse("172.30.99.99"), "PTR").rcode).toBe("NXDOMAIN");
  });

  it("follows aliases inside and outside the zone, but not in a circle", () => {
    expect(values(`outer.${own}`)).toEqual(["example.com.", "198.51.100.80"]);
    expect(values(`inner.${own}`)).toEqual([`web.${own}.`, webAddress]);
    expect(values(`outer.${own}`, "CNAME")).toEqual(["example.com."]);
    expect(ask(`loop.${own}`)).toMatchObject({ rcode: "NOERROR", records: [] });
    expect(ask(`any.outer.${own}`).rcode).toBe("NXDOMAIN");
  });

  it("believes any address in the name of a pod, in a namespace that exists", () => {
    expect(values("172-30-1-2.default.pod.cluster.local")).toEqual(["172.30.1.2"]);
    expect(ask("172-30-1-999.default.pod.cluster.local").rcode).toBe("NXDOMAIN");
    expect(ask("172-30-1-2.nowhere.pod.cluster.local").rcode).toBe("NXDOMAIN");
  });

  it.each([
    [`web.${own}`, "AAAA", "NOERROR"],
    [`web.${own}`, "MX", "NOERROR"],
    [own, "A", "NOERROR"],
    ["svc.cluster.local", "A", "NOERROR"],
    ["cluster.local", "A", "NOERROR"],
    [`nobody.${own}`, "A", "NXDOMAIN"],
    [`nobody.${own}`, "TXT", "NOERROR"],
    [`empty.${own}`, "A", "NXDOMAIN"],
    ["web.nowhere.svc.cluster.local", "A", "NXDOMAIN"],
    ["web.default.cluster.local", "A", "NXDOMAIN"],
    [`a.b.c.d.${own}`, "A", "NXDOMAIN"],
    ["no.such.name", "A", "NXDOMAIN"],
  ] as const)("says of %s %s that it has no record: %s", (name, type, rcode) => {
    expect(ask(name, type)).toMatchObject({ rcode, records: [] });
  });

  it("knows the version of its names, and a few names outside", () => {
    expect(values("dns-version.cluster.local", "TXT")).toEqual(['"1.1.0"']);
    expect(values("example.com")).toEqual(["198.51.100.80"]);
    expect(ask("example.com", "AAAA")).toMatchObject({ rcode: "NOERROR", records: [] });
  });

  it("answers from the revision that it has seen", () => {
    const before = storeOf(cluster.io).revision;
    cluster.create("services", serviceFor("late"));
    cluster.settle();
    expect(answer(zoneViewAt(cluster.io, before), { name: `late.${own}`, type: "A" }).rcode).toBe("NXDOMAIN");
    expect(values(`late.${own}`)).toHaveLength(1);
  });
});
