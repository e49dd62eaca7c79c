/** Ground plan of a ladder: the map of places on top, a lane for each place, and the rungs with what they say. */
import { textWidth, wrapText } from "../text-width.ts";
import { type FieldChange, fieldWords } from "./fields.ts";
import { type RowWords, type RuleLine, rowWords } from "./row-words.ts";
import { type Place, type Rung, type Story, stageOf } from "./story.ts";

/** A line of text of a rung, placed in its card. */
export interface RowLine {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly bold: boolean;
}

/** A field of the strip that has changed, or the words of those that stay, placed in the card. */
export interface StripField {
  readonly x: number;
  readonly y: number;
  readonly max: number;
  readonly field: FieldChange | string;
}

/** A rung on the page: its card, its lines, and where its pill stands in its lane. */
export interface RowPlan {
  readonly rung: Rung;
  readonly words: RowWords;
  readonly y: number;
  readonly h: number;
  /** Name of the place, where it is another one than above. */
  readonly place: string;
  /** What stands beside the title. */
  readonly inline: string;
  readonly lines: readonly RowLine[];
  readonly strip: readonly StripField[];
  readonly pillX: number;
  readonly stage: string;
}

/** Where everything stands, the same in every frame. */
export interface LadderPlan {
  readonly width: number;
  readonly height: number;
  readonly story: Story;
  /** Places that have a lane of their own; the last one stands for all further ones. */
  readonly places: readonly Place[];
  readonly lane: number;
  readonly lanesTop: number;
  readonly lanesBottom: number;
  readonly cardX: number;
  readonly cardW: number;
  readonly rows: readonly RowPlan[];
  readonly outcomeY: number;
  readonly legendY: number;
}

/** Margin around the picture. */
export const MARGIN = 16;
/** Top and height of the map of places. */
export const MAP = { y: 62, h: 66 } as const;
/** A pill: what stands in a lane for a rung. */
export const PILL = { w: 38, h: 18 } as const;
/** Width of a verdict's badge. */
export const BADGE_WIDTH = 116;
/** Height of the card that says how it ended. */
export const OUTCOME_HEIGHT = 46;
const PLACES_MAX = 8;
const LANES_WIDTH = 310;
const LANE_MAX = 68;
const LANE_HEADING = 30;
const ROW_GAP = 8;
const INDENT = 12;
const LINE = 15;
/** Size of the small text of rules and header fields. */
export const SMALL = 10.5;
/** Width of a field's mark: the triangle that says "changed". */
export const MARK_WIDTH = 13;

/** Width that a piece of the strip takes. */
function fieldWidth(field: FieldChange | string): number {
  if (typeof field === "string") return textWidth(field, { size: SMALL }) + 2;
  const was = field.before === "" ? "" : `${field.before} → `;
  const is = textWidth(field.after || "taken off", { size: SMALL, bold: true });
  return MARK_WIDTH + textWidth(`${field.name} ${was}`, { size: SMALL }) + is + 4;
}

/** Both ends as one field where neither has changed. */
function joinEnds(fields: readonly FieldChange[]): readonly FieldChange[] {
  const at = fields.findIndex(({ name, before, after }) => name === "src" && before === after);
  const [src, dst] = [fields[at], fields[at + 1]];
  if (!src || dst?.name !== "dst" || dst.before !== dst.after) return fields;
  const way = `${src.after} → ${dst.after}`;
  return [...fields.slice(0, at), { name: "packet", before: way, after: way }, ...fields.slice(at + 2)];
}

/** Changed fields one by one, and neighbouring unchanged ones as one text that is broken where a line ends. */
function planStrip(
  fields: readonly FieldChange[],
  top: number,
  width: number,
): { strip: StripField[]; bottom: number } {
  const strip: StripField[] = [];
  let x = INDENT;
  let y = top;
  for (const field of joinEnds(fields)) {
    const same = field.before === field.after;
    const words = same ? fieldWords(field) : field;
    const w = fieldWidth(words);
    const last = strip[strip.length - 1];
    if (x > INDENT && x + w > width - 8) {
      x = INDENT;
      y += LINE;
    } else if (same && last && typeof last.field === "string") {
      const joined = `${last.field} · ${words}`;
      strip[strip.length - 1] = { ...last, field: joined, max: Math.min(fieldWidth(joined), width - 8 - last.x) };
      x = last.x + fieldWidth(joined) + 10;
      continue;
    }
    strip.push({ x, y: y + 11, max: Math.min(w, width - 8 - x), field: words });
    x += w + 10;
  }
  return { strip, bottom: fields.length > 0 ? y + LINE + 2 : top };
}

/** Rules of a rung that are written out, and lines of each; fewer where a ladder has a great many rules. */
interface RuleRoom {
  readonly rules: number;
  readonly lines: number;
}
const RULE_ROOM: RuleRoom = { rules: 7, lines: 2 };
const CROWDED_ROOM: RuleRoom = { rules: 3, lines: 1 };
const RULES_CROWDED = 120;

function ruleRoom(rungs: readonly Rung[]): RuleRoom {
  const counts = rungs.map((rung) => (rung.kind === "hop" ? Math.min(RULE_ROOM.rules, rung.hop.rules.length) : 0));
  return counts.reduce((sum, count) => sum + count, 0) > RULES_CROWDED ? CROWDED_ROOM : RULE_ROOM;
}

function planLines(
  sentence: string,
  rules: readonly RuleLine[],
  width: number,
  room: RuleRoom,
): { readonly lines: RowLine[]; readonly bottom: number } {
  const lines: RowLine[] = [];
  let y = 23;
  const add = (x: number, text: string, bold: boolean, most: number): void => {
    for (const line of wrapText(text, width - x - 8, most, { size: SMALL, bold })) {
      lines.push({ x, y: y + 11, text: line, bold });
      y += LINE - 1;
    }
  };
  add(INDENT, sentence, false, 2);
  const hidden = rules.length - room.rules;
  const head = Math.ceil(room.rules / 2) - 1;
  rules.forEach((rule, at) => {
    if (hidden > 0 && at >= head && at < head + hidden) {
      if (at === head) add(INDENT, `… ${hidden} more rules matched on the way`, false, 1);
      return;
    }
    const x = INDENT + Math.min(rule.depth, 4) * 10;
    add(x, rule.lead, true, 1);
    if (rule.text !== "" && !rule.text.startsWith("-P ")) add(x + 10, rule.text, false, room.lines);
  });
  return { lines, bottom: y };
}

/** Where the text beside a title starts. */
export function inlineX(words: RowWords): number {
  return BADGE_WIDTH + 20 + textWidth(words.title, { size: 11.5, bold: true });
}

/** Room at the right of a card for the name of its place. */
export function placeRoom(place: string): number {
  return place === "" ? 0 : Math.min(96, textWidth(place, { size: SMALL }) + 1);
}

/** Splits what is said into what fits beside the title and what goes below. */
function splitWords(words: RowWords, cardW: number): { inline: string; sentence: string; rules: readonly RuleLine[] } {
  const only = words.rules.length === 1 ? words.rules[0]! : undefined;
  const bare = only && (only.text === "" || only.text.startsWith("-P ")) ? only.lead : (only?.text ?? "");
  const candidate = words.sentence === "" ? (only?.lead === "ip route" ? only.text : bare) : words.sentence;
  const room = cardW - inlineX(words) - 16;
  const fits = textWidth(candidate, { size: SMALL }) <= room;
  if (!fits) return { inline: "", sentence: words.sentence, rules: words.rules };
  if (words.sentence !== "") return { inline: candidate, sentence: "", rules: words.rules };
  const said = only && (only.lead === "ip route" || bare === only.lead);
  return said ? { inline: candidate, sentence: "", rules: [] } : { inline: "", sentence: "", rules: words.rules };
}

function planRow(row: Pick<RowPlan, "rung" | "words" | "place">, y: number, page: Page): RowPlan {
  const { rung, words, place } = row;
  const { cardW, lane, columnsMax } = page;
  const isRules = rung.kind === "fold" && rung.hops.every((hop) => hop.hook !== "" && hop.hook === rung.hops[0]!.hook);
  const stage = rung.kind === "hop" ? stageOf(rung.hop) : isRules ? stageOf(rung.hops[0]!) : STAGE_WORDS[rung.kind];
  const column = Math.max(0, Math.min(rung.column, columnsMax - 1));
  const pillX = MARGIN + column * lane + (lane - 2 - PILL.w) / 2;
  const { inline, sentence, rules } = splitWords(words, cardW - placeRoom(place));
  const { lines, bottom } = planLines(sentence, rules, cardW, page.room);
  const { strip, bottom: end } = planStrip(words.strip, bottom, cardW);
  return { ...row, y, h: end + (end > 23 ? 3 : 1), inline, lines, strip, pillX, stage };
}

/** Sizes that all rungs share. */
interface Page {
  readonly cardW: number;
  readonly lane: number;
  readonly columnsMax: number;
  readonly room: RuleRoom;
}

const STAGE_WORDS = { back: "back", leg: "DNS", fold: "more" } as const;

/** Lays out a story on a page `width` pixels wide. */
export function planLadder(story: Story, width: number): LadderPlan {
  const places = story.places.slice(0, PLACES_MAX);
  const lane = places.length === 0 ? 0 : Math.min(LANE_MAX, LANES_WIDTH / Math.max(places.length, 2));
  const lanesWidth = lane * places.length;
  const cardX = MARGIN + lanesWidth + (lanesWidth > 0 ? 12 : 0);
  const cardW = width - MARGIN - cardX;
  const lanesTop = places.length === 0 ? MAP.y : MAP.y + MAP.h + 16;
  let y = lanesTop + (places.length === 0 ? 0 : LANE_HEADING);
  const page: Page = { cardW, lane, columnsMax: places.length, room: ruleRoom(story.rungs) };
  let placeBefore = "";
  const rows = story.rungs.map((rung) => {
    const words = rowWords(rung);
    // The lane tells the place; its name is written where it changes.
    const place = words.place === placeBefore ? "" : words.place;
    placeBefore = words.place;
    const row = planRow({ rung, words, place }, y, page);
    y += row.h + ROW_GAP;
    return row;
  });
  const lanesBottom = y;
  const outcomeY = lanesBottom + 8;
  const legendY = outcomeY + OUTCOME_HEIGHT + 12;
  return {
    width,
    height: Math.ceil(legendY + 30),
    story,
    places,
    lane,
    lanesTop,
    lanesBottom,
    cardX,
    cardW,
    rows,
    outcomeY,
    legendY,
  };
}
