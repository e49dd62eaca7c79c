/** A trace as it can be drawn: missing fields read as empty, and texts that are longer than anybody reads are cut. */
import type { Hop, Leg, RuleHit, Trace } from "../../sim/index.ts";

/** Longest text of a hop or a rule, in characters; a rule of kube-proxy has about 150. */
const TEXT_MAX = 240;

const cut = (text: unknown, otherwise = ""): string => {
  if (typeof text !== "string" || text === "") return otherwise;
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
};

function readableRule(hit: RuleHit): RuleHit {
  const { table, chain, text, verdict } = hit;
  return { ...hit, table: cut(table), chain: cut(chain), text: cut(text), verdict: cut(verdict) };
}

function readableHop(hop: Hop): Hop {
  const { namespace, place, device, route, text, rules } = hop;
  return {
    ...hop,
    role: hop.role ?? "request",
    namespace: cut(namespace),
    place: cut(place),
    device: cut(device),
    route: cut(route),
    text: cut(text),
    rules: (rules ?? []).map(readableRule),
  };
}

function readableLeg(leg: Leg): Leg {
  const { query, answer, target, hops } = leg;
  const texts = { query: cut(query, "?"), answer: cut(answer), target: cut(target, "?") };
  return { ...leg, ...texts, proto: leg.proto ?? "?", hops: (hops ?? []).map(readableHop) };
}

/** The trace with texts of a readable length; what is missing is "" or, where a name belongs, "?". */
export function readable(trace: Trace): Trace {
  const { from, to, legs, outcome } = trace;
  return {
    ...trace,
    from: cut(from, "?"),
    to: cut(to, "?"),
    legs: (legs ?? []).map(readableLeg),
    ...(outcome ? { outcome: { ...outcome, text: cut(outcome.text) } } : {}),
  };
}
