/** The journal of the last steps: who acted when, on a lane each, and which act caused which; then the same as lines. */
import { scalePoint } from "d3-scale";
import type { JournalEntry, Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { actorNames, actorWords, causeWords, ENTRY_COLUMNS, entryCells, entryWords } from "./caption.ts";
import { badge, box, type Rect, roundGroup, text } from "./draw.ts";
import { compareNatural, plural, thousands } from "./order.ts";
import type { Group, Scene, Shape, TwinRow } from "./scene.ts";
import { textWidth } from "./text-width.ts";

const WIDTH = 900;
const MARGIN = 16;
const TOP = 62;
const LANE = 36;
const NAME_WIDTH = 200;
const ENTRIES_MAX = 18;
const ROW = 20;

/** Newest entries of the snapshots given, oldest first; an entry that two snapshots hold counts once. */
function lastEntries(snapshots: readonly Snapshot[]): readonly JournalEntry[] {
  const seen = new Set<string>();
  const entries: JournalEntry[] = [];
  for (const snapshot of snapshots) {
    const fresh = snapshot.journal.filter((entry) => !seen.has(JSON.stringify(entry)));
    for (const entry of fresh) {
      seen.add(JSON.stringify(entry));
      entries.push(entry);
    }
  }
  return entries.sort((a, b) => a.step - b.step).slice(-ENTRIES_MAX);
}

interface Chart {
  readonly entries: readonly JournalEntry[];
  readonly actors: readonly string[];
  /** Actor → its name without the machine, where that is clear. */
  readonly names: ReadonlyMap<string, string>;
  readonly area: Rect;
  readonly x: (at: number) => number;
  readonly y: (actor: string) => number;
}

function chartOf(entries: readonly JournalEntry[]): Chart {
  const actors = [...new Set(entries.map((entry) => entry.actor))].sort(
    (a, b) => rank(a) - rank(b) || compareNatural(a, b),
  );
  const area = { x: MARGIN, y: TOP, w: WIDTH - 2 * MARGIN, h: Math.max(1, actors.length) * LANE + 30 };
  const places = scalePoint<number>(
    entries.map((_, at) => at),
    [NAME_WIDTH + 24, area.w - 24],
  );
  return {
    entries,
    actors,
    names: actorNames(actors),
    area,
    x: (at) => places(at) ?? NAME_WIDTH,
    y: (actor) => 20 + actors.indexOf(actor) * LANE,
  };
}

const ORDER = [/^(user|kubectl)/, /^kube-apiserver/, /^etcd/, /controller/, /^kube-scheduler/, /^kubelet/];

function rank(actor: string): number {
  const at = ORDER.findIndex((pattern) => pattern.test(actor));
  return at < 0 ? ORDER.length : at;
}

function lanes(chart: Chart): Group {
  const { area, actors } = chart;
  const shapes: Shape[] = [box({ ...area, x: 0, y: 0 }, { r: 10, fill: "panel" })];
  for (const actor of actors) {
    const y = chart.y(actor);
    shapes.push(text(12, y + 4, actorWords(actor, chart.names), NAME_WIDTH - 16, { size: 11, bold: true }));
    shapes.push({ kind: "line", points: [NAME_WIDTH + 4, y, area.w - 12, y], line: "hairline" });
  }
  let free = 0;
  chart.entries.forEach((entry, at) => {
    const label = thousands(entry.step);
    const w = textWidth(label, { size: 10 });
    const x = chart.x(at);
    if (x - w / 2 < free || entry.step === chart.entries[at - 1]?.step) return;
    shapes.push(text(x, area.h - 8, label, w + 1, { size: 10, tone: "muted", anchor: "middle" }));
    free = x + w / 2 + 6;
  });
  shapes.push(text(12, area.h - 8, "step", NAME_WIDTH - 16, { size: 10, tone: "muted" }));
  return { key: "lanes", x: area.x, y: area.y, label: `${plural(actors.length, "actor")}`, shapes };
}

/** Arrows from cause to effect, between the lanes; each leaves its cause at a height of its own. */
function causes(chart: Chart): Group {
  const shapes: Shape[] = [];
  chart.entries.forEach((entry, at) => {
    const cause = chart.entries.findIndex(
      (candidate) => candidate.step === entry.cause && candidate.step !== entry.step,
    );
    if (cause < 0 || cause >= at) return;
    const [x0, y0, x1, y1] = [chart.x(cause), chart.y(chart.entries[cause]!.actor), chart.x(at), chart.y(entry.actor)];
    const down = y1 >= y0 ? 1 : -1;
    const turn = y0 + down * (11 + 3 * (cause % 3));
    const end = y1 === y0 ? y1 + 9 : y1 - down * 9;
    shapes.push({ kind: "line", points: [x0, y0 + down * 8, x0, turn, x1, turn, x1, end], tone: "info", head: true });
  });
  return { key: "causes", x: chart.area.x, y: chart.area.y, shapes };
}

function dots(chart: Chart): Group[] {
  return chart.entries.map((entry, at): Group => {
    const x = chart.area.x + chart.x(at);
    const y = chart.area.y + chart.y(entry.actor);
    return {
      key: `entry/${entry.step}/${at}`,
      x,
      y,
      label: `step ${entry.step}: ${entryWords(entry, chart.names)}`,
      shapes: badge(0, 0, String(at + 1), "info"),
    };
  });
}

function lines(chart: Chart, top: number): Group {
  const { entries, area, names } = chart;
  const shapes: Shape[] = [];
  entries.forEach((entry, at) => {
    const y = 14 + at * ROW;
    shapes.push(
      ...badge(14, y - 4, String(at + 1), "info"),
      text(32, y, thousands(entry.step), 56, { size: 11, bold: true }),
      text(92, y, entryWords(entry, names), area.w - 222, { size: 11 }),
      text(area.w, y, `because of ${causeWords(entry)}`, 130, { size: 11, tone: "muted", anchor: "end" }),
    );
  });
  return { key: "lines", x: MARGIN, y: top, label: "Entries", shapes };
}

function entryRow(entry: JournalEntry, at: number): TwinRow {
  return { key: `entry/${entry.step}/${at}`, depth: 0, cells: entryCells(entry) };
}

/** The journal of the snapshots' steps as a scene; the newest 18 entries. */
export function journalScene(snapshots: readonly Snapshot[]): Scene {
  const entries = lastEntries(snapshots);
  const chart = chartOf(entries);
  const title = "Who did what";
  const last = entries[entries.length - 1];
  const caption = last ? `Last: ${entryWords(last, chart.names)}` : "Nothing has happened in these steps.";
  const width = WIDTH - 2 * MARGIN;
  const heading: Group = {
    key: "heading",
    x: MARGIN,
    y: 0,
    label: caption,
    shapes: [text(0, 25, title, width * 0.6, { size: 18, bold: true }), text(0, 46, caption, width, { size: 13 })],
  };
  const listTop = TOP + chart.area.h + 14;
  return {
    width: WIDTH,
    height: listTop + entries.length * ROW + 12,
    step: last?.step ?? 0,
    title,
    desc: `${plural(entries.length, "entry")} by ${plural(chart.actors.length, "actor")}. ${caption}`,
    caption,
    groups: [heading, lanes(chart), causes(chart), ...dots(chart), lines(chart, listTop)].map(roundGroup),
    legend: [],
    table: {
      columns: ENTRY_COLUMNS,
      rows: entries.map(entryRow),
    },
  };
}

/** The journal of the last steps as something that a notebook can show. */
export function journalView(snapshots: readonly Snapshot[]): Display {
  return makeDisplay("journal", [journalScene(snapshots)], 0);
}
