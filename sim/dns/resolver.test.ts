/** A pod's resolver: its files, and the names that are tried. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pod } from "../api/kinds/pod.ts";
import type { PodSpec } from "../api/kinds/pod-spec.ts";
import { hostsOf, namesToTry, type ResolvConf, resolvConfOf, resolvConfText } from "./resolver.ts";

function pod(spec: Partial<PodSpec> = {}): Pod {
  const metadata = { name: "client", namespace: "shop" };
  const status = { podIP: "172.30.0.9" };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [], ...spec }, status };
}

const machine: ResolvConf = { nameservers: ["10.0.0.2"], searches: ["corp.example"], options: ["timeout:2"] };
const textOf = (spec: Partial<PodSpec>) => resolvConfText(resolvConfOf(pod(spec), "172.21.0.10", machine));

describe("resolv.conf", () => {
  const cluster =
    "search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 172.21.0.10\noptions ndots:5\n";
  const own = "search corp.example\nnameserver 10.0.0.2\noptions timeout:2\n";

  it.each([
    [{}, cluster],
    [{ hostNetwork: true }, own],
    [{ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }, cluster],
    [{ dnsPolicy: "Default" }, own],
    [{ dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1"] } }, "nameserver 1.1.1.1\n"],
  ] as const)("of %j", (spec, text) => {
    expect(textOf(spec)).toBe(text);
  });

  it("takes what the pod adds, each once, and lets it overrule options", () => {
    const dnsConfig = {
      nameservers: ["172.21.0.10", "9.9.9.9"],
      searches: ["svc.cluster.local", "my.zone"],
      options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
    };
    expect(resolvConfOf(pod({ dnsConfig }), "172.21.0.10", machine)).toEqual({
      nameservers: ["172.21.0.10", "9.9.9.9"],
      searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "corp.example", "my.zone"],
      options: ["ndots:2", "edns0"],
    });
  });

  it("names the pod in its hosts file", () => {
    expect(hostsOf(pod({ hostname: "db-0", subdomain: "db" }))[1]).toEqual({
      address: "172.30.0.9",
      names: ["db-0.db.shop.svc.cluster.local", "db-0"],
    });
  });
});

describe("the names that are tried", () => {
  const conf = resolvConfOf(pod(), "172.21.0.10", { nameservers: [], searches: [], options: [] });
  const searched = (name: string) => conf.searches.map((search) => `${name}.${search}`);

  it("are the search list first for a short name, the name itself first for one with five dots", () => {
    expect(namesToTry("web", conf)).toEqual([...searched("web"), "web"]);
    expect(namesToTry("web.shop.svc.cluster.local", conf)).toEqual([
      ...searched("web.shop.svc.cluster.local"),
      "web.shop.svc.cluster.local",
    ]);
    expect(namesToTry("a.b.c.d.e.f", conf)).toEqual(["a.b.c.d.e.f", ...searched("a.b.c.d.e.f")]);
    expect(namesToTry("example.com.", conf)).toEqual(["example.com"]);
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
  const name = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => labels.join("."));
  const confs = fc.record({
    nameservers: fc.constant(["10.0.0.2"]),
    searches: fc.uniqueArray(name, { maxLength: 6 }),
    options: fc.option(fc.nat({ max: 20 }), { nil: undefined }).map((n) => (n === undefined ? [] : [`ndots:${n}`])),
  });

  it("hold the name itself once, first just if it has dots enough, and every search domain in order", () => {
    fc.assert(
      fc.property(name, confs, (wanted, given) => {
        const tried = namesToTry(wanted, given);
        expect(new Set(tried).size).toBe(tried.length);
        const ndots = Math.min(15, Number(given.options[0]?.split(":")[1] ?? 1));
        const isFirst = wanted.split(".").length - 1 >= ndots || given.searches.length === 0;
        expect(tried.indexOf(wanted)).toBe(isFirst ? 0 : tried.length - 1);
        expect(tried.filter((one) => one !== wanted)).toEqual(given.searches.map((search) => `${wanted}.${search}`));
        expect(namesToTry(`${wanted}.`, given)).toEqual([wanted]);
      }),
    );
  });
});
