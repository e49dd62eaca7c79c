/**
 * One iptables rule as a value: what it matches, in the order in which it was written, and what becomes of a match
 * (the subset of iptables-extensions(8) that Kubernetes 1.32's pkg/proxy/iptables writes).
 * Left out: counters, which belong to a node and not to the rule.
 * Invariant: rules are shared by all nodes that have them and are never changed.
 */

/** One condition; all conditions of a rule must hold. A comment always holds. */
export type Match =
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "protocol"; readonly protocol: string }
  | { readonly kind: "source" | "destination"; readonly network: string; readonly negated?: true }
  | { readonly kind: "destinationPort"; readonly port: number }
  | { readonly kind: "inInterface"; readonly name: string; readonly negated?: true }
  | { readonly kind: "localSource" | "localDestination" }
  | { readonly kind: "state"; readonly states: string; readonly negated?: true }
  | { readonly kind: "mark"; readonly mark: string; readonly negated?: true }
  | { readonly kind: "oneIn"; readonly count: number }
  | { readonly kind: "remember"; readonly list: string }
  | { readonly kind: "remembered"; readonly list: string; readonly withinSeconds: number }
  | { readonly kind: "count"; readonly counter: string };

/** What becomes of a packet that matches. */
export type Target =
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "accept" | "drop" | "reject" | "return" }
  | { readonly kind: "destinationNat"; readonly to: string }
  | { readonly kind: "masquerade"; readonly randomFully: boolean }
  | { readonly kind: "setMark" | "flipMark"; readonly mark: string };

/** A rule; without a target it only counts. */
export interface Rule {
  readonly matches: readonly Match[];
  readonly target?: Target;
}

/** A chain and its rules in the order in which the Linux kernel asks them. */
export interface Chain {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The tables that kube-proxy writes to. */
export type TableName = "nat" | "filter";

/** A comment; it holds always. */
export function comment(text: string): Match {
  return { kind: "comment", text };
}

/** A jump into another chain of the same table. */
export function jump(chain: string): Target {
  return { kind: "jump", chain };
}

const TEN_DIGITS = 10_000_000_000;

/** 1/n with ten decimals, halves rounded to even as Go's fmt does; only the probabilities of rules are of this form. */
function probabilityText(count: number): string {
  const whole = Math.floor(TEN_DIGITS / count);
  const rest = TEN_DIGITS - whole * count;
  const up = rest * 2 > count || (rest * 2 === count && whole % 2 === 1);
  const digits = String(up ? whole + 1 : whole).padStart(11, "0");
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`;
}

function not(negated: true | undefined): string {
  return negated ? "! " : "";
}

function matchText(match: Match): string {
  switch (match.kind) {
    case "comment":
      return `-m comment --comment ${match.text.includes(" ") ? `"${match.text}"` : match.text}`;
    case "protocol":
      return `-m ${match.protocol} -p ${match.protocol}`;
    case "source":
      return `${not(match.negated)}-s ${match.network}`;
    case "destination":
      return `${not(match.negated)}-d ${match.network}`;
    case "destinationPort":
      return `--dport ${match.port}`;
    case "inInterface":
      return `${not(match.negated)}-i ${match.name}`;
    case "localSource":
      return "-m addrtype --src-type LOCAL";
    case "localDestination":
      return "-m addrtype --dst-type LOCAL";
    case "state":
      return `-m conntrack ${not(match.negated)}--ctstate ${match.states}`;
    case "mark":
      return `-m mark ${not(match.negated)}--mark ${match.mark}/${match.mark}`;
    case "oneIn":
      return `-m statistic --mode random --probability ${probabilityText(match.count)}`;
    case "remember":
      return `-m recent --name ${match.list} --set`;
    case "remembered":
      return `-m recent --name ${match.list} --rcheck --seconds ${match.withinSeconds} --reap`;
    case "count":
      return `-m nfacct --nfacct-name ${match.counter}`;
  }
}

function targetText(target: Target): string {
  switch (target.kind) {
    case "jump":
      return ` -j ${target.chain}`;
    case "destinationNat":
      return ` -j DNAT --to-destination ${target.to}`;
    case "masquerade":
      return target.randomFully ? " -j MASQUERADE --random-fully" : " -j MASQUERADE";
    case "setMark":
      return ` -j MARK --or-mark ${target.mark}`;
    case "flipMark":
      return ` -j MARK --xor-mark ${target.mark}`;
    default:
      return ` -j ${target.kind.toUpperCase()}`;
  }
}

/** The rule in the words in which kube-proxy writes it, "-A CHAIN …". */
export function ruleText(chain: string, { matches, target }: Rule): string {
  let text = `-A ${chain}`;
  for (const match of matches) text += ` ${matchText(match)}`;
  return target === undefined ? text : text + targetText(target);
}
