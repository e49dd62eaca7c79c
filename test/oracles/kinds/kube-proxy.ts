/**
 * Replays one recorded set of Services and EndpointSlices through the simulated kube-proxy and compares whole rule sets.
 * Recorded from the real iptables proxier of Kubernetes 1.32.3 (see ../kube-proxy/README.md).
 * A rule set is right when its canonical form has one of the recorded hashes; the second step is a partial sync after the first.
 */
import { createHash } from "node:crypto";
import type { EndpointSlice } from "../../../sim/api/kinds/endpoint-slice.ts";
import type { Service } from "../../../sim/api/kinds/service.ts";
import type { DetectLocal, NodeFacts, ProxyConfig } from "../../../sim/proxy/config.ts";
import { type ProxyRules, proxyRules } from "../../../sim/proxy/proxy-rules.ts";
import { iptablesSave } from "../../../sim/proxy/save-text.ts";

interface RecordedConfig {
  readonly hostname: string;
  readonly nodeIP: string;
  readonly interfaceIPs?: readonly string[];
  readonly nodeLabels?: Readonly<Record<string, string>>;
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  readonly detectLocal: DetectLocal["by"];
  readonly detectLocalArg?: string;
  readonly nodePortAddresses?: readonly string[];
  readonly localhostNodePorts: boolean;
  readonly hasRandomFully: boolean;
  readonly conntrackTCPBeLiberal: boolean;
  readonly nfacct: boolean;
}

/** One rule set in the recorded form. */
interface RuleSet {
  readonly change?: string;
  readonly iptablesSave: string;
  readonly canonSha256: readonly string[];
}

interface RecordedStep extends Partial<RuleSet> {
  readonly services?: readonly Service[];
  readonly endpointSlices?: readonly EndpointSlice[];
}

interface Recorded {
  readonly config: RecordedConfig;
  readonly steps: readonly RecordedStep[];
}

/** The outcome for one recorded case; `agree` is null when nothing was recorded to compare with. */
export interface Replayed {
  readonly agree: boolean | null;
  readonly actual: { readonly steps: readonly RuleSet[] };
  readonly expected?: { readonly steps: readonly Partial<RuleSet>[] };
  /** Agreement step by step, null where nothing was recorded. */
  readonly steps: readonly (boolean | null)[];
}

/** Chains whose rules the real proxier writes in random order, all but the jump to the last of them. */
const UNORDERED = new Set(["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL"]);
const LAST = "-j KUBE-NODEPORTS";

function canonicalRules(chain: string, rules: readonly string[]): readonly string[] {
  if (!UNORDERED.has(chain)) return rules;
  const isLast = (rule: string) => rule.endsWith(LAST);
  return [...rules.filter((rule) => !isLast(rule)).sort(), ...rules.filter(isLast)];
}

/** The canonical form of iptables-save text: chains sorted by name, rules in order, but sorted in the unordered chains. */
export function canonical(text: string): string {
  const out: string[] = [];
  for (const table of text.split("COMMIT\n")) {
    if (table.trim() === "") continue;
    const chains = new Map<string, string[]>();
    let title = "";
    for (const line of table.split("\n")) {
      if (line.startsWith("*")) title = line;
      else if (line.startsWith(":")) chains.set(line.slice(1).split(" ")[0]!, []);
      else if (line.startsWith("-A ")) {
        const chain = line.split(" ")[1]!;
        const rules = chains.get(chain) ?? [];
        chains.set(chain, rules);
        rules.push(line);
      }
    }
    const names = [...chains.keys()].sort();
    out.push(title, ...names.map((name) => `:${name}`));
    for (const name of names) out.push(...canonicalRules(name, chains.get(name)!));
    out.push("COMMIT");
  }
  return `${out.join("\n")}\n`;
}

/** Go prints absent fields as null; they are dropped, as the API server's decoder does. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]));
}

function configOf(config: RecordedConfig): ProxyConfig {
  const { detectLocal, detectLocalArg = "" } = config;
  return {
    masqueradeAll: config.masqueradeAll,
    masqueradeBit: config.masqueradeBit,
    detectLocal: detectLocal === "none" ? { by: detectLocal } : { by: detectLocal, argument: detectLocalArg },
    nodePortAddresses: config.nodePortAddresses ?? [],
    localhostNodePorts: config.localhostNodePorts,
    hasRandomFully: config.hasRandomFully,
    conntrackTcpBeLiberal: config.conntrackTCPBeLiberal,
    hasCounters: config.nfacct,
  };
}

function nodeOf({ hostname, nodeIP, interfaceIPs, nodeLabels }: RecordedConfig): NodeFacts {
  return { hostname, nodeIp: nodeIP, interfaceIps: interfaceIPs ?? [], labels: nodeLabels ?? {} };
}

function ruleSetOf(rules: ProxyRules, change: string | undefined): RuleSet {
  const text = iptablesSave(rules);
  const canonSha256 = [createHash("sha256").update(canonical(text)).digest("hex")];
  return { ...(change === undefined ? {} : { change }), iptablesSave: text, canonSha256 };
}

/** The rules that the simulated kube-proxy derives in each step of a recorded case. */
export function recordedRules(recorded: unknown): readonly ProxyRules[] {
  const { config: given, steps } = withoutNulls(recorded) as Recorded;
  const config = configOf(given);
  const node = nodeOf(given);
  let rules: ProxyRules | undefined;
  return steps.map(({ services = [], endpointSlices = [] }) => {
    rules = proxyRules({ services, endpointSlices, node, config }, rules);
    return rules;
  });
}

/** Derives the rule sets of a recorded case step by step; the recorded rule sets may be absent. */
export function replay(recorded: unknown): Replayed {
  const { steps } = recorded as Recorded;
  const actual = recordedRules(recorded).map((rules, i) => ruleSetOf(rules, steps[i]!.change ?? undefined));
  const agreement = steps.map(({ canonSha256, iptablesSave: text }, i) => {
    const own = actual[i]!.canonSha256[0]!;
    if (canonSha256 !== undefined) return canonSha256.includes(own);
    return text === undefined ? null : canonical(text) === canonical(actual[i]!.iptablesSave);
  });
  const compared = agreement.filter((agree) => agree !== null);
  if (compared.length === 0) return { agree: null, actual: { steps: actual }, steps: agreement };
  const expected = steps.map(({ services: _services, endpointSlices: _slices, ...ruleSet }) => ruleSet);
  return { agree: !compared.includes(false), actual: { steps: actual }, expected: { steps: expected }, steps: agreement };
}
