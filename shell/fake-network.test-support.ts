import type { NamespaceSnapshot } from "../sim/snapshot.ts";
import type { Hop, Leg, Trace, TraceOutcome } from "../sim/trace.ts";
import type { CommandResult, HttpAnswer, HttpRequest, ShellNetwork, TraceOptions } from "./client.ts";

/** What a test says about one target of the fake network. */
export interface FakeTarget {
  readonly outcome: TraceOutcome["kind"];
  /** The address that the name stands for; absent: there is no such name, or the target is an address itself. */
  readonly address?: string;
  readonly by?: string;
  readonly afterUs?: number;
  readonly ttl?: number;
}

const headers = {
  src: "",
  dst: "",
  proto: "icmp",
  sport: 0,
  dport: 0,
  ttl: 64,
  flags: "",
  mark: "",
  length: 84,
} as const;

/** A network of fixed answers: who asks what, in which words, is kept for the test to look at. */
export class FakeNetwork implements ShellNetwork {
  readonly asked: { readonly from: string; readonly to: string; readonly options: TraceOptions | undefined }[] = [];
  readonly configured: { readonly place: string; readonly words: readonly string[] }[] = [];
  /** By host name or address. */
  readonly targets = new Map<string, FakeTarget>();
  readonly spaces = new Map<string, NamespaceSnapshot>();
  search = ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"];
  nameServer = "172.21.0.10";
  answer: (by: string, request: HttpRequest) => HttpAnswer | undefined = () => undefined;

  trace(from: string, to: string, options?: TraceOptions): Trace {
    this.asked.push({ from, to, options });
    const [, host = "", port = "0"] = /^(?:\w+:\/\/|ping )?([^:/]+)(?::(\d+))?/.exec(to)!;
    const bare = host.replace(/\.$/, "");
    const target = this.targets.get(bare) ?? { outcome: "name not found" };
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
    const lookups = isAddress ? [] : this.lookups(host, target);
    const afterUs = target.outcome === "timed out" ? (options?.timeoutUs ?? 0) : (target.afterUs ?? 500);
    const outcome = { kind: target.outcome, by: target.by ?? "", text: "", afterUs };
    const address = isAddress ? host : target.address;
    const legs = [...lookups, ...(address === undefined ? [] : [request(address, port, outcome, target)])];
    return { from, to, step: 0, now: 0, legs, outcome, toString: () => "" };
  }

  namespace(place: string): NamespaceSnapshot | undefined {
    return this.spaces.get(place);
  }

  configure(place: string, words: readonly string[]): CommandResult {
    this.configured.push({ place, words });
    return { exit: 0, stdout: "", stderr: "" };
  }

  httpAnswer({ outcome }: Trace, request: HttpRequest): HttpAnswer | undefined {
    return this.answer(outcome.by, request);
  }

  private lookups(host: string, { address, outcome }: FakeTarget): readonly Leg[] {
    const names = host.endsWith(".") ? [host] : [...this.search.map((domain) => `${host}.${domain}.`), `${host}.`];
    const asked = address === undefined ? names : names.slice(0, 1);
    return asked.map((query) => ({
      ...{ purpose: "lookup", query, target: `${this.nameServer}:53`, proto: "udp", hops: [] },
      answer: address !== undefined ? `A ${address}` : outcome === "timed out" ? "" : "NXDOMAIN",
      outcome: { kind: outcome === "timed out" ? "timed out" : "answered", by: "", text: "", afterUs: 300 },
    }));
  }
}

function request(address: string, port: string, outcome: TraceOutcome, { ttl = 62 }: FakeTarget): Leg {
  const isPing = port === "0";
  const hop: Hop = {
    ...{ kind: "socket", role: "answer", namespace: "x", place: "pod/default/x", device: "eth0", hook: "", table: "" },
    ...{ route: "", rules: [], before: headers, verdict: "delivered", text: "" },
    after: { ...headers, src: address, ttl },
  };
  return {
    ...{ purpose: "request", query: "", answer: "", proto: isPing ? "icmp" : "tcp", outcome },
    target: isPing ? address : `${address}:${port}`,
    hops: outcome.kind === "answered" ? [hop] : [],
  };
}

/** A pod's network namespace as a snapshot shows it, with what a test cares about. */
export function fakeSpace(change: Partial<NamespaceSnapshot> = {}): NamespaceSnapshot {
  return {
    ...{ name: "cni-1", kind: "pod", machine: "worker-1", pod: "default/web", podUid: "u1", listeners: [] },
    interfaces: [
      { name: "lo", kind: "loopback", mac: "00:00:00:00:00:00", mtu: 65_536, up: true, addresses: ["127.0.0.1/8"] },
      {
        ...{ name: "eth0", kind: "veth", mac: "ea:6b:9a:00:00:01", mtu: 1450, up: true },
        addresses: ["172.30.1.5/32"],
        peer: { namespace: "worker-1", device: "cali0a1b2c3d4e5" },
      },
    ],
    routes: ["default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link"],
    neighbours: ["169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee REACHABLE"],
    connections: [],
    chains: () => [],
    ...change,
  };
}
