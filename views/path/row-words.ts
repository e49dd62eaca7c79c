/** What a rung of the ladder says: title, sentence, rules in the order in which they matched, and the header strip. */
import type { Hop, Leg, RuleHit } from "../../sim/index.ts";
import { timeWords } from "../caption.ts";
import { ownOf, plural } from "../order.ts";
import { type FieldChange, fieldChanges } from "./fields.ts";
import { isPlain, isUndecided, type Rung } from "./story.ts";
import { outcomeLook, type VerdictLook, verdictLook } from "./verdicts.ts";

/** A line of a rung: a bold lead, and the text that it introduces; `depth` counts jumps into chains. */
export interface RuleLine {
  readonly depth: number;
  readonly lead: string;
  readonly text: string;
}

/** What a rung says. `strip` is empty where the packet stays as it is and the row is one line. */
export interface RowWords {
  readonly look: VerdictLook;
  readonly title: string;
  readonly place: string;
  readonly sentence: string;
  readonly rules: readonly RuleLine[];
  readonly strip: readonly FieldChange[];
}

/** Verdict of a rule in words: "jump KUBE-SVC-…", "DNAT"; a target that rewrites says more than that it accepts. */
function hitVerdict({ verdict, text }: RuleHit): string {
  const rewrite = / -j (DNAT|SNAT|MASQUERADE|REDIRECT|REJECT)\b/.exec(text ?? "")?.[1];
  if (rewrite) return rewrite;
  const [word = "", target = ""] = verdict.split(":");
  return target === "" ? word : `${word.toLowerCase()} ${target}`;
}

/** What a hop at which no rule decided has gone through, and the policy that it met. */
export function undecidedWords(hop: Hop): string {
  const hits = hop.rules ?? [];
  const policy = hits.find((hit) => hit.index === 0);
  const end = policy ? ` → policy ${policy.verdict}` : "";
  const chains = [...new Set(hits.map((hit) => /^(?:JUMP|GOTO):(.+)/.exec(hit.verdict)?.[1] ?? ""))].filter(Boolean);
  if (chains.length === 0) return `no rule ${hits.some((hit) => hit.index > 0) ? "decided" : "matched"}${end}`;
  const named = chains.length > 3 ? `${plural(chains.length, "chain")}` : chains.join(", ");
  return `through ${named}; no rule decided${end}`;
}

/** The rules that matched, each with table, chain and number; jumps go one level deeper. */
export function ruleLines(hop: Hop): readonly RuleLine[] {
  const hits = hop.rules ?? [];
  if (hop.kind !== "rules" || !hop.hook) return [];
  if (hits.length === 0) return [{ depth: 0, lead: "no rule matched", text: "" }];
  const chains: string[] = [];
  return hits.map((hit): RuleLine => {
    if (hit.index === 0) {
      const before = hits.length > 1 ? "no further rule matched" : "no rule matched";
      return { depth: 0, lead: `${before} → policy ${hit.verdict}`, text: hit.text };
    }
    const known = chains.indexOf(hit.chain);
    if (known < 0) chains.push(hit.chain);
    else chains.length = known + 1;
    const lead = `${hit.chain} #${hit.index} → ${hitVerdict(hit)}`;
    return { depth: chains.length - 1, lead, text: hit.text.replace(`-A ${hit.chain} `, "") };
  });
}

/** Where in its place a hop happens, in Linux's words. */
export function hopTitle(hop: Hop): string {
  switch (hop.kind) {
    case "rules":
      return `${hop.hook || "conntrack"} · ${hop.table || "rules"}`;
    case "route":
      return "routing decision";
    case "neighbour":
      return hop.device ? `neighbour on ${hop.device}` : "neighbour table";
    case "socket":
      return "socket";
    default:
      return hop.device ? `device ${hop.device}` : "device";
  }
}

/** Name of a hop's place without its kind and namespace. */
function placeName(hop: Hop): string {
  return (hop.place || hop.namespace || "").replace(/^.*\//, "");
}

/** What happened, without what the title and the route's own line say already. */
export function sentenceOf(hop: Hop): string {
  const said = hop.text ?? "";
  if (hop.kind === "rules" && hop.hook) return said.split("; ").slice(1).join("; ");
  return hop.verdict === "routed" && hop.route && said.includes(hop.route) ? "" : said;
}

function hopWords(hop: Hop): RowWords {
  const look = verdictLook(hop.verdict);
  const title = hopTitle(hop);
  const place = placeName(hop);
  if (isUndecided(hop)) {
    const strip = isPlain(hop) ? [] : fieldChanges(hop.before, hop.after);
    return { look, title, place, sentence: undecidedWords(hop), rules: [], strip };
  }
  const route: RuleLine[] = hop.route ? [{ depth: 0, lead: "ip route", text: hop.route }] : [];
  const strip = fieldChanges(hop.before, hop.after);
  return { look, title, place, sentence: sentenceOf(hop), rules: [...route, ...ruleLines(hop)], strip };
}

const roleWords = { request: "request", answer: "answer", error: "error" } as const;

/** Verdicts of several hops that say more than "went on", in order. */
function notable(hops: readonly Hop[]): string {
  const words = hops
    .map((hop) => verdictLook(hop.verdict))
    .filter(({ tone }) => tone !== "plain" && tone !== "ok")
    .map(({ word }) => word);
  return words.length === 0 ? "" : `, ${words.join(", ")}`;
}

function severalWords(hops: readonly Hop[], kind: "back" | "fold"): RowWords {
  const first = hops[0]!;
  const last = hops[hops.length - 1]!;
  const place = placeName(first);
  if (kind === "fold" && hops.every(isPlain)) {
    const hooks = [...new Set(hops.map((hop) => hop.hook))];
    const tables = [...new Set(hops.map((hop) => hop.table))];
    const title = `${hooks.join(", ")} · ${tables.join(", ")}`;
    const sentence = hops.length > 2 || hooks.length > 1 ? "no rule decided → policy ACCEPT" : undecidedWords(first);
    return { look: verdictLook("accepted"), title, place, sentence, rules: [], strip: [] };
  }
  const places = [...new Set(hops.map((hop) => hop.place || hop.namespace))];
  const strip = fieldChanges(
    (hops.find((hop) => fieldChanges(hop.before, hop.before).some(({ name }) => name === "src")) ?? first).before,
    last.after,
  );
  if (kind === "fold") {
    const sentence = `${plural(hops.length, "hop")} folded, on ${places.slice(0, 3).join(", ")}${notable(hops.slice(-3))}`;
    return { look: verdictLook("passed"), title: "the same again", place, sentence, rules: [], strip };
  }
  const role = ownOf(roleWords, first.role) ?? "answer";
  const sentence = `${plural(hops.length, "hop")}: ${[...new Set(hops.map(hopTitle))].join(", ")}`;
  const telling = hops.findLast((hop) => !["plain", "ok"].includes(verdictLook(hop.verdict).tone)) ?? last;
  return { look: verdictLook(telling.verdict), title: `${role} on its way back`, place, sentence, rules: [], strip };
}

/** A whole exchange in words: "lookup web.default.svc.cluster.local. at 172.21.0.10:53". */
export function legTitle(leg: Leg): string {
  return leg.purpose === "lookup" ? `lookup ${leg.query}` : `request to ${leg.target}`;
}

function legWords(leg: Leg): RowWords {
  const kind = leg.outcome?.kind ?? "timed out";
  const isNamed = leg.purpose !== "lookup" || /^A+ /.test(leg.answer);
  const look = kind === "answered" && !isNamed ? outcomeLook("name not found") : outcomeLook(kind);
  const word = kind === "answered" && !isNamed ? leg.answer.split(" ")[0] || look.word : look.word;
  const said = leg.purpose === "lookup" ? leg.answer || "no answer" : (leg.outcome?.text ?? "");
  const after = leg.outcome ? ` after ${timeWords(leg.outcome.afterUs)}` : "";
  const sentence = `${said}${after} · ${leg.proto} to ${leg.target} · ${plural(leg.hops?.length ?? 0, "hop")}, folded`;
  return { look: { ...look, word }, title: legTitle(leg), place: "", sentence, rules: [], strip: [] };
}

/** What a rung says. */
export function rowWords(rung: Rung): RowWords {
  if (rung.kind === "hop") return hopWords(rung.hop);
  return rung.kind === "leg" ? legWords(rung.leg) : severalWords(rung.hops, rung.kind);
}
