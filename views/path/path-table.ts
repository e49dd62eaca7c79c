/** A trace as a table in tree order: legs, places, hops, and the rules that matched. It reads as a tree in a terminal. */
import type { Hop, Leg } from "../../sim/index.ts";
import { timeWords } from "../caption.ts";
import { thousands } from "../order.ts";
import type { TwinRow, TwinTable } from "../scene.ts";
import { fieldChanges, fieldWords } from "./fields.ts";
import { hopTitle, legTitle, ruleLines, sentenceOf, undecidedWords } from "./row-words.ts";
import { isUndecided, type Story } from "./story.ts";
import { outcomeLook, verdictLook } from "./verdicts.ts";

const COLUMNS = ["Where", "What happened", "Route or rule", "Packet"];
const HOPS_MAX = 120;
/** Characters of all rows together; a way of 40 hops with its rules has about 10,000. */
const TEXT_MAX = 32_000;

/** The packet where it comes to a place, and what changes there. */
function packetWords(hop: Hop, arrives: boolean): string {
  const changes = fieldChanges(hop.before, hop.after);
  const changed = changes.filter(({ before, after }) => before !== after);
  if (changed.length > 0) return `▲ ${changed.map(fieldWords).join("; ")}`;
  return arrives ? changes.map(fieldWords).join(" ") : "";
}

function hopRows(hop: Hop, key: string, arrives: boolean): TwinRow[] {
  const { glyph, word } = verdictLook(hop.verdict);
  const depth = 2;
  const where = `${glyph} ${word} ${hopTitle(hop)}`;
  if (isUndecided(hop)) {
    return [{ key, depth, cells: [where, undecidedWords(hop), "", packetWords(hop, arrives)] }];
  }
  const rules = ruleLines(hop);
  const only = rules.length === 1 ? rules[0] : undefined;
  const ruled = only ? [only.lead, only.text.startsWith("-P ") ? "" : only.text].filter(Boolean).join(": ") : "";
  const cells = [where, sentenceOf(hop), hop.route || ruled, packetWords(hop, arrives)];
  const rows: TwinRow[] = [{ key, depth, cells }];
  if (rules.length < 2) return rows;
  rules.forEach((rule, at) => {
    const text = rule.text.startsWith("-P ") ? "" : rule.text;
    rows.push({ key: `${key}/${at}`, depth: depth + 1 + rule.depth, cells: [rule.lead, "", text, ""] });
  });
  return rows;
}

function legRow(leg: Leg, at: number): TwinRow {
  const { glyph, word } = outcomeLook(leg.outcome?.kind);
  const said = leg.answer || (leg.outcome?.text ?? "");
  const when = leg.outcome ? `after ${timeWords(leg.outcome.afterUs)}` : "";
  const cells = [legTitle(leg), `${glyph} ${word.toLowerCase()} ${when}`.trim(), said, `${leg.proto} to ${leg.target}`];
  return { key: `leg/${at}`, depth: 0, cells };
}

function hopsOf(leg: Leg, number: number): TwinRow[] {
  const rows: TwinRow[] = [];
  const hops = leg.hops ?? [];
  const hidden = hops.length - HOPS_MAX;
  let place = "";
  hops.forEach((hop, at) => {
    if (hidden > 0 && at >= HOPS_MAX / 2 && at < HOPS_MAX / 2 + hidden) {
      const cells = [`… ${hidden} hops like these`, "", "", ""];
      if (at === HOPS_MAX / 2) rows.push({ key: `fold/${number}/middle`, depth: 2, cells });
      return;
    }
    const where = `${hop.place || hop.namespace || "?"}${hop.role === "request" ? "" : `, ${hop.role}`}`;
    const arrives = where !== place;
    if (arrives) rows.push({ key: `place/${number}/${at}`, depth: 1, cells: [where, "", "", ""] });
    place = where;
    rows.push(...hopRows(hop, `hop/${number}/${at}`, arrives));
  });
  return rows;
}

/** How many rows at the start of a list have less than half of the text that a table may have. */
function halfOf(rows: readonly TwinRow[]): number {
  let room = TEXT_MAX / 2;
  const first = rows.findIndex(({ cells }) => {
    room -= cells.join("").length;
    return room < 0;
  });
  return first < 0 ? rows.length : first;
}

/** A table that is longer than anybody reads loses its middle. */
function shorten(rows: readonly TwinRow[]): readonly TwinRow[] {
  const head = halfOf(rows);
  const tail = halfOf(rows.toReversed());
  const hidden = rows.length - head - tail;
  if (hidden <= 0) return rows;
  const cells = [`… ${thousands(hidden)} rows like these`, "", "", ""];
  return [...rows.slice(0, head), { key: "fold/rows", depth: 2, cells }, ...rows.slice(rows.length - tail)];
}

/** All legs, the one that is told with all of its hops; then what the sender sees. */
export function pathTable(story: Story): TwinTable {
  const { trace } = story;
  const rows = (trace.legs ?? []).flatMap((leg, at) => [
    legRow(leg, at),
    ...(leg === story.leg ? hopsOf(leg, at) : []),
  ]);
  const { glyph, word } = outcomeLook(trace.outcome?.kind);
  const wait = trace.outcome ? `after ${timeWords(trace.outcome.afterUs)}` : "";
  rows.push({
    key: "outcome",
    depth: 0,
    cells: [`${trace.from} sees`, `${glyph} ${word.toLowerCase()} ${wait}`.trim(), trace.outcome?.text ?? "", ""],
  });
  return { columns: COLUMNS, rows: shorten(rows) };
}
