/** Why something is as it is: the chain of journal entries that led there, each tied to what caused it, newest last. */
import { type HierarchyNode, stratify } from "d3-hierarchy";
import type { JournalEntry } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import {
  actorWords,
  causeWords,
  deedWords,
  ENTRY_COLUMNS,
  entryCells,
  entryWords,
  saidWords,
  timeWords,
} from "./caption.ts";
import { box, icon, roundGroup, text } from "./draw.ts";
import { plural, thousands } from "./order.ts";
import type { Group, IconName, Scene, Shape, TwinRow } from "./scene.ts";
import { textWidth, wrapText } from "./text-width.ts";

/** An entry, its place in the list, and the place of the entry that caused it. */
interface Cause {
  readonly at: number;
  readonly entry: JournalEntry;
  readonly parent: number;
}

/** Where an entry's card and its dot on the rails stand. */
interface Place {
  readonly rail: number;
  readonly y: number;
  readonly h: number;
  readonly lines: readonly string[];
}

const WIDTH = 900;
const MARGIN = 16;
const TOP = 62;
const GAP = 10;
const RAIL = 20;
const RAILS_MAX = 6;
const ROWS_MAX = 40;
const SAID_LINES = 3;
const SAID_STYLE = { size: 11 } as const;
const ROOT = -1;

/** Nearest earlier entry of the step that caused this one. */
function parentOf(entries: readonly JournalEntry[], at: number): number {
  const { cause, step } = entries[at]!;
  for (let before = at - 1; before >= 0; before--) {
    if (entries[before]!.step === cause && cause !== step) return before;
  }
  return ROOT;
}

/** Rail of each entry: a first effect goes on below its cause, further effects branch off to the right. */
function railsOf(causes: readonly Cause[]): readonly number[] {
  const first = causes[0];
  if (!first) return [];
  const root: Cause = { at: ROOT, entry: first.entry, parent: ROOT };
  const tree: HierarchyNode<Cause> = stratify<Cause>()
    .id((cause) => String(cause.at))
    .parentId((cause) => (cause.at === ROOT ? null : String(cause.parent)))([root, ...causes]);
  const rails: number[] = [];
  tree.each((vertex) => {
    const { parent } = vertex;
    if (!parent) return;
    const isOrigin = parent.data.at === ROOT;
    const before = isOrigin ? 0 : (rails[parent.data.at] ?? 0);
    const further = isOrigin ? 0 : (parent.children ?? []).indexOf(vertex);
    rails[vertex.data.at] = Math.min(RAILS_MAX - 1, before + further);
  });
  return rails;
}

function placesOf(causes: readonly Cause[], cardX: number): readonly Place[] {
  const rails = railsOf(causes);
  let y = TOP;
  return causes.map(({ at, entry }) => {
    const said = saidWords(entry) || `because of ${causeWords(entry)}`;
    const lines = wrapText(said, WIDTH - MARGIN - cardX - 46, SAID_LINES, SAID_STYLE);
    const place = { rail: rails[at] ?? 0, y, h: 26 + lines.length * 14, lines };
    y += place.h + GAP;
    return place;
  });
}

function actorIcon(actor: string): IconName {
  if (/^(user|kubectl)/.test(actor)) return "person";
  if (actor.startsWith("etcd")) return "store";
  if (actor.startsWith("kube-apiserver")) return "gate";
  if (actor.startsWith("kube-scheduler")) return "target";
  if (/controller/.test(actor)) return "gears";
  return actor.startsWith("kubelet") ? "agent" : "gear";
}

const TROUBLE = /fail|backoff|unhealthy|kill|lost|evict|refus|denied|forbidden|notready/i;

function entryCard({ at, entry }: Cause, place: Place, cardX: number, last: boolean): Group {
  const w = WIDTH - MARGIN - cardX;
  const bad = TROUBLE.test(`${entry.reason} ${entry.verb}`);
  const tone = bad ? "bad" : last ? "info" : "muted";
  const when = `step ${thousands(entry.step)} · ${timeWords(entry.at)}`;
  const whenWidth = textWidth(when, { size: 11 }) + 1;
  const actor = actorWords(entry.actor);
  const nameMax = Math.min(textWidth(actor, { size: 12, bold: true }) + 1, w * 0.4);
  const shapes: Shape[] = [
    box(
      { x: 0, y: 0, w, h: place.h },
      { r: 6, tone, line: bad ? "heavy-dashed" : last ? "heavy" : "solid", fill: bad ? "tint" : "card" },
    ),
    icon(9, 9, 16, bad ? "cross" : actorIcon(entry.actor), tone),
    text(34, 17, actor, nameMax, { size: 12, bold: true }),
    text(42 + nameMax, 17, deedWords(entry), w - 60 - nameMax - whenWidth, { size: 12 }),
    text(w - 10, 17, when, whenWidth, { size: 11, tone: "muted", anchor: "end" }),
    ...place.lines.map((line, row) =>
      text(34, 33 + row * 14, line, w - 46, { ...SAID_STYLE, tone: bad ? "bad" : "muted" }),
    ),
  ];
  const label = `${when}: ${entryWords(entry)}, because of ${causeWords(entry)}`;
  return { key: `journal/${entry.step}/${at}`, x: cardX, y: place.y, label, shapes };
}

const railX = (place: Place): number => MARGIN + 6 + place.rail * RAIL;
const dotY = (place: Place): number => place.y + 17;

/** Dots on rails, lines from cause to effect, and from each dot to its card. */
function drawRails(causes: readonly Cause[], places: readonly Place[], cardX: number): Group {
  const shapes: Shape[] = [];
  causes.forEach(({ at, parent }) => {
    const place = places[at]!;
    const from = places[parent];
    shapes.push({ kind: "line", points: [railX(place), dotY(place), cardX, dotY(place)], line: "hairline" });
    if (!from) return;
    const points = [
      railX(from),
      dotY(from) + 5,
      railX(from),
      from.y + from.h + GAP / 2,
      railX(place),
      from.y + from.h + GAP / 2,
    ];
    shapes.push({ kind: "line", points: [...points, railX(place), dotY(place) - 5], tone: "info", head: true });
  });
  for (const place of places) {
    const dot = { x: railX(place) - 5, y: dotY(place) - 5, w: 10, h: 10 };
    shapes.push(box(dot, { r: 5, tone: "info", fill: "solid", line: "none" }));
  }
  return { key: "causes", x: 0, y: 0, shapes };
}

function drawHeading(title: string, caption: string, links: string): Group {
  const w = WIDTH - 2 * MARGIN;
  const shapes: Shape[] = [
    text(0, 25, title, w - 160, { size: 18, bold: true }),
    text(w, 25, links, 150, { size: 12, tone: "muted", anchor: "end" }),
    text(0, 46, caption, w, { size: 13 }),
  ];
  return { key: "heading", x: MARGIN, y: 0, label: title, shapes };
}

/** The chain as a scene; `subject` is what was asked about, e.g. "pod/default/web-1". The newest 40 entries. */
export function whyScene(entries: readonly JournalEntry[], subject = ""): Scene {
  const kept = entries.slice(-ROWS_MAX);
  const causes = kept.map((entry, at): Cause => ({ at, entry, parent: parentOf(kept, at) }));
  const cardX = MARGIN + (Math.max(0, ...railsOf(causes)) + 1) * RAIL + 2;
  const places = placesOf(causes, cardX);
  const last = kept[kept.length - 1];
  const end = places[places.length - 1];
  const title = subject === "" ? "Chain of causes" : `Why ${subject.replace("//", "/")}`;
  const caption = last ? entryWords(last) : "Nothing in the journal is about it.";
  const cards = causes.map((cause) => entryCard(cause, places[cause.at]!, cardX, cause.at === kept.length - 1));
  const rows = causes.map(
    ({ at, entry }): TwinRow => ({ key: `journal/${entry.step}/${at}`, depth: 0, cells: entryCells(entry) }),
  );
  const said = causes.slice(-6).map(({ entry }) => entryWords(entry));
  return {
    width: WIDTH,
    height: Math.ceil((end ? end.y + end.h : TOP) + MARGIN),
    step: last?.step ?? 0,
    title,
    desc: `${plural(kept.length, "cause")}, oldest first: ${said.join("; then ")}.`,
    caption,
    groups: [
      drawHeading(title, caption, plural(entries.length, "entry")),
      drawRails(causes, places, cardX),
      ...cards,
    ].map(roundGroup),
    legend: [],
    table: { columns: ENTRY_COLUMNS, rows },
  };
}

/** The chain of causes as something that a notebook can show; entries as `why(object)` gives them, newest last. */
export function whyView(entries: readonly JournalEntry[], subject = ""): Display {
  return makeDisplay("why", [whyScene(entries, subject)], 0);
}
