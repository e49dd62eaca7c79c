/**
 * Finds the rules that one packet meets without making all the others: which Service port an address and port belong to, where
 * its rule stands in KUBE-SERVICES, and the chain behind a name (Kubernetes 1.32, pkg/proxy/iptables/proxier.go; the
 * Linux kernel reads the chain from the top instead).
 * Left out: two Services with the same external address and port, of which the first wins, as in the chain.
 * Invariant: the number of a rule is the one that it has in the text of save-text.ts.
 */
import type { Service } from "../api/kinds/service.ts";
import { madeOnce } from "./memory.ts";
import type { PortRules } from "./port-rules.ts";
import type { ProxyRules } from "./proxy-rules.ts";
import type { Chain, Rule } from "./rule.ts";
import type { ProxiedPort } from "./service-port.ts";
import { type ServiceView, serviceRules, usableEndpoints } from "./service-rules.ts";

/** A destination as a packet has it; `protocol` in lower case. */
export interface Destination {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

/** The rule of the nat table's KUBE-SERVICES that a destination meets. */
export interface Dispatched {
  readonly rule: Rule;
  /** Its place in KUBE-SERVICES, counted from 1. */
  readonly ruleNumber: number;
  readonly service: Service;
  readonly rules: PortRules;
}

type Places = ReadonlyMap<string, readonly number[]>;
const places = new WeakMap<readonly ServiceView[], Places>();
const numberings = new WeakMap<readonly ServiceView[], Numbering>();

function keyOf({ protocol, address, port }: Destination): string {
  return `${protocol} ${address} ${port}`;
}

/** Which views answer on which destination. */
function findPlaces(views: readonly ServiceView[]): Places {
  const made = new Map<string, number[]>();
  views.forEach(({ ports }, index) => {
    for (const { protocol, port, clusterIp, externalIps, loadBalancerIps } of ports) {
      for (const address of [clusterIp, ...externalIps, ...loadBalancerIps]) {
        const key = keyOf({ protocol, address, port });
        const there = made.get(key);
        if (there === undefined) made.set(key, [index]);
        else if (there[there.length - 1] !== index) there.push(index);
      }
    }
  });
  return made;
}

/** The same on every node: how many rules stand before each view, and which ports may have one more on some nodes. */
interface Numbering {
  readonly before: Int32Array;
  readonly sometimes: readonly { readonly index: number; readonly view: ServiceView; readonly port: ProxiedPort }[];
}

const NOWHERE = { hostname: "", labels: {} };

/** Counts the rules of KUBE-SERVICES without making them. */
function count(views: readonly ServiceView[]): Numbering {
  const before = new Int32Array(views.length + 1);
  const sometimes: Numbering["sometimes"][number][] = [];
  views.forEach((view, index) => {
    let rules = 0;
    for (const port of view.ports) {
      if (!usableEndpoints(view, port, NOWHERE).anywhere) continue;
      rules += port.externalIps.length + port.loadBalancerIps.length;
      if (port.internalLocal) sometimes.push({ index, view, port });
      else rules++;
    }
    before[index + 1] = before[index]! + rules;
  });
  return { before, sometimes };
}

/** How many rules of KUBE-SERVICES stand before those of a view on a node. */
function rulesBefore({ views, node }: ProxyRules, index: number): number {
  const { before, sometimes } = madeOnce(numberings, views, () => count(views));
  const here = sometimes.filter(
    (each) => each.index < index && usableEndpoints(each.view, each.port, node).local.length > 0,
  );
  return before[index]! + here.length;
}

function hasDestination({ matches }: Rule, address: string, port: number): boolean {
  return (
    matches.some((match) => match.kind === "destination" && match.network === address) &&
    matches.some((match) => match.kind === "destinationPort" && match.port === port)
  );
}

/** The rule that captures a destination, undefined where no Service answers or has no endpoint. */
export function dispatch(rules: ProxyRules, { protocol, address, port }: Destination): Dispatched | undefined {
  const { views } = rules;
  const found = madeOnce(places, views, () => findPlaces(views)).get(keyOf({ protocol, address, port })) ?? [];
  for (const index of found) {
    const view = views[index]!;
    let ruleNumber = rulesBefore(rules, index) + 1;
    for (const made of serviceRules(view, rules)) {
      for (const rule of made.nat.services) {
        if (made.port.protocol === protocol && hasDestination(rule, address, port)) {
          return { rule, ruleNumber, service: view.service, rules: made };
        }
        ruleNumber++;
      }
    }
  }
  return undefined;
}

/** How many rules the nat table's KUBE-SERVICES has, without the entry to the node ports. */
export function serviceRuleCount(rules: ProxyRules): number {
  return rulesBefore(rules, rules.views.length);
}

/** A chain of the Service port that a packet is in, by its name. */
export function chainOf({ chains }: PortRules, name: string): Chain | undefined {
  return chains.find((chain) => chain.name === name);
}
