/**
 * A trace as text: one line a hop, indented by place, for terminals and screen readers.
 * Models no upstream code.
 * Invariant: says what the hops say, in their order; the sender's end comes last.
 */
import type { Hop, Leg, Trace } from "../../trace.ts";
import { endText } from "./headers.ts";

function packetText({ after }: Hop): string {
  const outer = after.outer === undefined ? "" : `[${after.outer.src} → ${after.outer.dst} ${after.outer.proto}] `;
  const flags = after.flags === "" ? "" : ` ${after.flags}`;
  return `${outer}${endText(after.src, after.sport)} → ${endText(after.dst, after.dport)} ${after.proto}${flags}`;
}

function legLines({ purpose, query, answer, target, hops, outcome }: Leg): string[] {
  const what = purpose === "lookup" ? `${query} at ${target}` : target;
  const end = purpose === "lookup" && answer !== "" ? answer : outcome.text;
  const lines = [`${purpose} ${what}`];
  let place = "";
  for (const hop of hops) {
    const where = `${hop.place}${hop.role === "request" ? "" : ` (${hop.role})`}`;
    if (where !== place) lines.push(`  ${where}`);
    place = where;
    lines.push(`    ${hop.verdict}: ${hop.text}  ${packetText(hop)}`);
  }
  return [...lines, `  = ${end}`];
}

/** The whole story as text. */
export function traceText({ from, to, legs, outcome }: Omit<Trace, "toString">): string {
  return [`${from} → ${to}`, ...legs.flatMap(legLines), `${outcome.kind}: ${outcome.text}`].join("\n");
}
