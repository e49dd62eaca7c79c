/**
 * Reads one rule as iptables takes it, and words it as iptables-save prints it (iptables 1.8, libxtables and its extensions).
 * Left out: modules that neither kube-proxy nor Calico's data plane writes; asking for one is refused with iptables' words.
 * Invariant: reading a rule's text again gives the same rule and the same text.
 */
import { parseMatch, withLimits } from "./match-text.ts";
import { type Reader, RuleError, take } from "./reader.ts";
import type { Match, Rule, Target } from "./ruleset.ts";
import { parseTarget, targetText } from "./target-text.ts";

const order: readonly string[] = ["source", "destination", "in", "out", "protocol"];

/** iptables-save prints addresses, devices and protocol first, then the modules in the order in which they were named. */
function canonical(matches: readonly Match[]): readonly Match[] {
  const rank = (match: Match) => (order.includes(match.kind) ? order.indexOf(match.kind) : order.length);
  return matches
    .map((match, index) => ({ match, index }))
    .sort((a, b) => rank(a.match) - rank(b.match) || a.index - b.index)
    .map(({ match }) => match);
}

/** Modules that a first option brings along: `--dport` behind `-p tcp` is `-m tcp --dport`. */
function withModules(matches: readonly Match[]): string {
  return matches.map((match) => match.text).join(" ");
}

/** Reads the words of one rule, behind `-A CHAIN`. Throws RuleError. */
export function parseRule(ruleWords: readonly string[]): Rule {
  const reader: Reader = { words: ruleWords, at: 0 };
  const matches: Match[] = [];
  let target: Target | undefined;
  let inverted = false;
  while (reader.at < ruleWords.length) {
    const option = take(reader, "");
    if (option === "!") {
      inverted = true;
      continue;
    }
    if (option === "-j" || option === "--jump") target = parseTarget(reader, false);
    else if (option === "-g" || option === "--goto") target = parseTarget(reader, true);
    else matches.push(...parseMatch(option, inverted, reader, matches));
    inverted = false;
  }
  const isEmpty = matches.some(
    ({ text }, index) => text === "-m conntrack" && (matches[index + 1]?.kind ?? "module") === "module",
  );
  if (isEmpty) throw new RuleError("conntrack: At least one option is required");
  const sorted = withLimits(canonical(matches));
  const texts = [withModules(sorted), target === undefined ? "" : targetText(target)];
  return { matches: sorted, target, text: texts.filter((text) => text !== "").join(" ") };
}
