/** The recordings' words for what a client saw. */
import type { Outcome } from "../../../sim/net/probe.ts";
import { formatIpv4 } from "../../../sim/net/wire/ipv4.ts";

const localWords: Readonly<Record<string, string>> = {
  ENETUNREACH: "net-unreachable",
  EHOSTUNREACH: "host-unreachable",
  EACCES: "eacces",
  EINVAL: "einval",
  EPERM: "eperm",
  EMSGSIZE: "msgsize",
};

/** The errno that a socket reports for an ICMP error, by its code (net/ipv4/icmp.c, icmp_err_convert). */
const codeWords = [
  "net",
  "host",
  "proto",
  "port",
  "msgsize",
  "sr",
  "net",
  "host",
  "host",
  "net",
  "host",
  "net",
  "host",
  "host",
];

function icmpWord(type: number, code: number): string {
  if (type === 11) return "host-unreachable";
  const word = codeWords[code] ?? "host";
  if (word === "port") return "refused";
  return word === "msgsize" ? word : `${word}-unreachable`;
}

export function outcomeWord(outcome: Outcome): string {
  if (outcome.kind === "error") return icmpWord(outcome.type, outcome.code);
  return outcome.kind === "local-error" ? localWords[outcome.refusal.errno]! : outcome.kind;
}

/** A UDP socket's error queue. */
export function errorOf(outcome: Outcome): object | undefined {
  const errno = outcomeWord(outcome);
  if (outcome.kind === "error") {
    const { type, code, info, sender } = outcome;
    return { errno, origin: "icmp", icmpType: type, icmpCode: code, info, sender: formatIpv4(sender) };
  }
  if (outcome.kind !== "local-error" || outcome.refusal.errno !== "EMSGSIZE") return undefined;
  return { errno, origin: "local", icmpType: 0, icmpCode: 0, info: outcome.refusal.mtu };
}
