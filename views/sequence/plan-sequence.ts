/** Where the lifelines and lines of a request's diagram stand; watchers of one component share a lifeline. */
import { actorNames } from "../caption.ts";
import { groupBy, plural, thousands } from "../order.ts";
import { wrapText } from "../text-width.ts";
import type { RequestStory, StoryRow } from "./request-story.ts";

/** One lifeline. */
export interface Lifeline {
  /** Process id, or the component where it stands for several processes. */
  readonly id: string;
  readonly name: string;
  /** Second line of its head, or "". */
  readonly remark: string;
  readonly x: number;
  /** Room for its head. */
  readonly w: number;
}

/** One line of the diagram, placed. */
export interface PlacedRow {
  readonly row: StoryRow;
  readonly from: Lifeline;
  readonly to: Lifeline;
  readonly y: number;
  readonly h: number;
  /** What a box says, fitted. */
  readonly lines: readonly string[];
}

/** The whole diagram. */
export interface SequencePlan {
  readonly width: number;
  readonly height: number;
  readonly story: RequestStory;
  readonly lifelines: readonly Lifeline[];
  readonly stageW: number;
  readonly rows: readonly PlacedRow[];
  readonly bottom: number;
}

/** Places that drawing shares with the plan. */
export const SEQUENCE = { margin: 16, gutter: 54, top: 62, head: 44, arrow: 36, stage: 40 } as const;

const WATCHERS_MAX = 5;
const WATCHER_W = 92;
const CLIENT_W = 128;
const STORE_W = 88;
const STAGE_MAX = 330;

const componentOf = (process: string): string => process.split("/")[0] ?? process;

/** Notices of one component as one line: the first step stands for all. */
function foldNotices({ rows, client }: RequestStory): readonly StoryRow[] {
  const notices = groupBy(
    rows.filter(({ kind, to }) => kind === "notice" && to !== client),
    ({ to }) => componentOf(to),
  );
  return rows.flatMap((row): StoryRow[] => {
    const group = row.kind === "notice" && row.to !== client ? notices.get(componentOf(row.to))! : [row];
    if (group.length === 1) return [row];
    if (group[0] !== row) return [];
    const there = group.filter(({ step }) => step !== undefined).length;
    const words = `${row.words} · ${thousands(there)} of ${plural(group.length, "notice")} arrived`;
    return [{ ...row, to: componentOf(row.to), words }];
  });
}

/** Who sent it, in people's words: the User-Agent tells kubectl, a cell and other clients apart. */
export function clientName(client: string, agent: string | undefined): string {
  if (!client.startsWith("user")) return componentOf(client);
  if (agent === undefined) return "you";
  if (/^kubectl\b/.test(agent)) return "kubectl";
  return agent === "orrery" ? "notebook cell" : "HTTP client";
}

function watcherLines(story: RequestStory, names: ReadonlyMap<string, string>, width: number): Lifeline[] {
  const others = story.watchers.filter((id) => id !== story.client);
  const groups = [...groupBy(others, componentOf)].slice(0, WATCHERS_MAX);
  return groups.map(([component, list], at): Lifeline => {
    const several = list.length > 1;
    const id = several ? component : list[0]!;
    const [name = "", machine = ""] = (several ? component : (names.get(id) ?? id)).split("/");
    const x = width - SEQUENCE.margin - (groups.length - at - 0.5) * WATCHER_W;
    const remark = several ? `on ${thousands(list.length)} machines` : machine === "" ? "watches" : machine;
    return { id, name, remark, x, w: WATCHER_W - 6 };
  });
}

/** The plan of a story. `agent` is the client's User-Agent where a user sent the request. */
export function planSequence(
  story: RequestStory,
  processes: readonly string[],
  width: number,
  agent: string | undefined,
): SequencePlan {
  const { margin, gutter, top, head, arrow, stage } = SEQUENCE;
  const names = actorNames([...new Set([...processes, ...story.watchers])]);
  const watchers = watcherLines(story, names, width);
  const name = clientName(story.client, agent);
  const [, machine = ""] = (names.get(story.client) ?? story.client).split("/");
  const remark = name === "HTTP client" ? (agent ?? "") : story.operation === undefined ? machine : "you";
  const clientX = margin + gutter + CLIENT_W / 2;
  const storeX = width - margin - watchers.length * WATCHER_W - STORE_W / 2 - (watchers.length > 0 ? 8 : 0);
  const stageW = Math.min(STAGE_MAX, Math.floor((storeX - clientX) * 0.6));
  const client: Lifeline = { id: story.client, name, remark: remark === name ? "" : remark, x: clientX, w: CLIENT_W };
  const server: Lifeline = {
    id: story.server,
    name: names.get(story.server) ?? story.server,
    remark: "",
    x: Math.round((clientX + storeX) / 2),
    w: Math.min(stageW, 200),
  };
  const store: Lifeline = {
    id: story.store,
    name: names.get(story.store) ?? story.store,
    remark: "",
    x: storeX,
    w: STORE_W,
  };
  const lifelines = [client, server, store, ...watchers];
  const byId = new Map(lifelines.map((lifeline) => [lifeline.id, lifeline]));
  let y: number = top + head + 12;
  const rows: PlacedRow[] = [];
  for (const row of foldNotices(story)) {
    const [from, to] = [byId.get(row.from), byId.get(row.to)];
    if (from === undefined || to === undefined) continue;
    const isBox = row.kind === "stage" || row.kind === "silence";
    const lines = isBox ? wrapText(row.words, stageW - 38, row.refused ? 4 : 1, { size: 11 }) : [];
    const h = isBox ? stage + 14 * Math.max(0, lines.length - 1) : arrow;
    rows.push({ row, from, to, y, h, lines });
    y += h;
  }
  return { width, height: y + 62, story, lifelines, stageW, rows, bottom: y + 8 };
}
