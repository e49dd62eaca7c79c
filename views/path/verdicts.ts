/** How a hop's verdict looks and reads: its word, icon, tone and outline, and the glyph that stands for it in a terminal. */
import type { HopVerdict, TraceOutcome } from "../../sim/index.ts";
import { ownOf } from "../order.ts";
import type { IconName, LineStyle, Tone } from "../scene.ts";

/** Look of a verdict; the word says the same as the icon, and the icon the same as the tone. */
export interface VerdictLook {
  readonly word: string;
  readonly glyph: string;
  readonly icon: IconName;
  readonly tone: Tone;
  readonly line: LineStyle;
}

const look = (word: string, glyph: string, icon: IconName, tone: Tone, line: LineStyle = "solid"): VerdictLook => ({
  word,
  glyph,
  icon,
  tone,
  line,
});

const VERDICTS: Readonly<Record<HopVerdict, VerdictLook>> = {
  sent: look("SENT", "→", "envelope", "plain"),
  passed: look("PASSED", "→", "arrow", "plain"),
  routed: look("ROUTED", "→", "fork", "plain"),
  accepted: look("ACCEPT", "✓", "check", "ok"),
  dropped: look("DROP", "✗", "cross", "bad", "heavy"),
  rejected: look("REJECT", "✗", "stop", "bad", "heavy"),
  dnat: look("DNAT", "↷", "turn", "info", "heavy"),
  snat: look("SNAT", "↶", "turn-back", "info", "heavy"),
  encapsulated: look("ENCAP", "⧉", "wrap", "going", "heavy"),
  decapsulated: look("DECAP", "⧇", "unwrap", "going", "heavy"),
  delivered: look("DELIVERED", "⚑", "done", "ok", "heavy"),
  refused: look("REFUSED", "✗", "stop", "bad", "heavy"),
  unreachable: look("UNREACHABLE", "✗", "cut", "bad", "heavy"),
  unanswered: look("NO ANSWER", "…", "clock", "bad", "heavy-dashed"),
};

const UNKNOWN: VerdictLook = look("UNKNOWN", "?", "dots", "muted", "dotted");

/** Look of a verdict; "unknown" for a word that is not one of them. */
export function verdictLook(verdict: HopVerdict): VerdictLook {
  return ownOf(VERDICTS, verdict) ?? UNKNOWN;
}

/** True for verdicts that end a packet before it has come where it was sent. */
export function endsPacket(verdict: HopVerdict): boolean {
  return verdictLook(verdict).tone === "bad";
}

const OUTCOMES: Readonly<Record<TraceOutcome["kind"], VerdictLook>> = {
  answered: look("ANSWERED", "✓", "check", "ok", "heavy"),
  refused: look("REFUSED", "✗", "stop", "bad", "heavy"),
  "timed out": look("TIMED OUT", "✗", "clock", "bad", "heavy-dashed"),
  "no route": look("NO ROUTE", "✗", "cut", "bad", "heavy"),
  unreachable: look("UNREACHABLE", "✗", "cut", "bad", "heavy"),
  "name not found": look("NAME NOT FOUND", "✗", "cross", "bad", "heavy"),
  "not permitted": look("NOT PERMITTED", "✗", "stop", "bad", "heavy"),
};

/** Look of an outcome; "unknown" for a word that is not one of them. */
export function outcomeLook(kind: TraceOutcome["kind"]): VerdictLook {
  return ownOf(OUTCOMES, kind) ?? UNKNOWN;
}
