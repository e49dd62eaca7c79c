/**
 * One request from the record: who sent it, the stages that kube-apiserver wrote down, what etcd committed, the answer, and the
 * watchers that learnt of it. Everything is read from messages and journal; the stage of a refusal follows from what had been
 * written down before it and from the answer's code.
 */
import type { JournalEntry, MessageSnapshot, Snapshot } from "../../sim/snapshot.ts";
import { stagesOf } from "../matrix/exchanges.ts";
import { groupBy } from "../order.ts";

/** One line of the story: an arrow between two lifelines, or a box on one of them. */
export interface StoryRow {
  /** Step in which it happened; undefined while a message is still on its way. */
  readonly step: number | undefined;
  readonly kind: "request" | "stage" | "store" | "commit" | "answer" | "notice" | "silence";
  /** Lifelines by id; the same one twice for a box. */
  readonly from: string;
  readonly to: string;
  readonly title: string;
  readonly words: string;
  readonly refused: boolean;
}

/** One request told from its sending to the last notice. */
export interface RequestStory {
  readonly step: number;
  readonly client: string;
  readonly server: string;
  readonly store: string;
  /** Ids of the watchers that learnt of it, in the order of their notices. */
  readonly watchers: readonly string[];
  readonly object: string;
  readonly verb: string;
  /** Status code, or "" while there is none. */
  readonly code: string;
  readonly refused: boolean;
  /** Operation that sent it, counted from 0; undefined where a component did. */
  readonly operation: number | undefined;
  readonly rows: readonly StoryRow[];
}

/** Which request is wanted: one by its step, the newest about an object, or the newest write. */
export interface Wanted {
  readonly step?: number;
  readonly object?: string;
}

/**
 * The cluster as it was right after a step, with the record of so many steps before it: what is on its way there stands under
 * the step that caused it, which tells the notices of one write from those of another. Undefined where that can't be known.
 */
export type MomentOf = (step: number, steps: number) => Snapshot | undefined;

const isServer = (actor: string): boolean => actor.startsWith("kube-apiserver/");
const READS = /^(get|list|watch)\b/;

function isWrite(entry: JournalEntry): boolean {
  const last = stagesOf(entry).at(-1);
  if (last === undefined) return false;
  return (
    (last.stage === "store" && last.verdict !== "unchanged") || (last.plugin === "refused" && !READS.test(entry.verb))
  );
}

/** "deployment/web", "deployments/shop/web" and "node/worker-1" as the journal may spell them. */
function spellings(object: string): ReadonlySet<string> {
  const [kind = "", ...rest] = object.replace(/#.*$/, "").toLowerCase().split("/");
  const name = rest.at(-1) ?? "";
  const places = rest.length > 1 ? [rest[0]!] : ["default", ""];
  return new Set([kind, kind.replace(/s$/, "")].flatMap((word) => places.map((place) => `${word}/${place}/${name}`)));
}

/** The entry of the request that is wanted; one from outside goes before one of a component, a write before a read. */
function findEntry(journal: readonly JournalEntry[], { step, object }: Wanted): JournalEntry | undefined {
  const handled = journal.filter((entry) => isServer(entry.actor) && stagesOf(entry).length > 0);
  if (step !== undefined) return handled.find((entry) => entry.step === step);
  const names = object === undefined ? undefined : spellings(object);
  const about = names === undefined ? handled : handled.filter((entry) => names.has(entry.object.toLowerCase()));
  const writes = about.filter(isWrite);
  return writes.findLast(({ cause }) => cause < 0) ?? writes.at(-1) ?? (names === undefined ? undefined : about.at(-1));
}

/** Etcd's commit of what was asked of it in a step: the one that this step began, or the next batch after the one under way. */
function commitOf(journal: readonly JournalEntry[], step: number): JournalEntry | undefined {
  return journal.find(
    (entry) => entry.verb === "commit" && entry.actor.startsWith("etcd/") && entry.step > step && entry.cause >= step,
  );
}

/** Step from which a handled request can be answered; undefined while etcd has not committed it. */
function readyStep(journal: readonly JournalEntry[], entry: JournalEntry): number | undefined {
  const last = stagesOf(entry).at(-1);
  const stored = last?.stage === "store" && last.verdict !== "unchanged";
  return stored ? commitOf(journal, entry.step)?.step : entry.step;
}

/** The answer to a request: answers to one client leave in the order in which they became ready. */
function answerOf(
  { messages, journal }: Snapshot,
  wanted: JournalEntry,
  { from, to }: MessageSnapshot,
): MessageSnapshot | undefined {
  const asked = new Set(
    messages.filter((one) => one.kind === "request" && one.from === from && one.to === to).map(({ step }) => step),
  );
  const open = journal
    .filter((entry) => entry.actor === to && asked.has(entry.step) && stagesOf(entry).length > 0)
    .map((entry) => ({ entry, ready: readyStep(journal, entry) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.ready - b.ready || a.entry.step - b.entry.step);
  for (const message of messages) {
    if (message.kind !== "response" || message.from !== to || message.to !== from) continue;
    const at = open.findIndex(({ ready }) => ready <= message.step);
    if (at < 0) continue;
    const [answered] = open.splice(at, 1);
    if (answered!.entry === wanted) return message;
  }
  return undefined;
}

const STAGES: Readonly<Record<string, string>> = {
  authenticate: "authentication",
  authorize: "authorization",
  decode: "decoding",
  mutate: "admission",
  validate: "validation",
};
const ORDER = ["authentication", "authorization", "admission", "validation", "etcd"];

/** Where a request was refused, by the stages that it had passed and the answer's code. */
function refusedAt(passed: readonly string[], code: string): string {
  if (!passed.includes("authenticate") || code === "401") return "authentication";
  if (!passed.includes("authorize")) return "authorization";
  if (code === "404" || code === "405") return "routing";
  if (code === "400" || code === "415") return "decoding";
  return code === "403" ? "admission" : code === "409" ? "etcd" : "validation";
}

function stageRows(entry: JournalEntry, code: string, store: string): StoryRow[] {
  const { actor, step } = entry;
  const stages = stagesOf(entry);
  const passed = stages.map(({ stage }) => stage).slice(0, -1);
  return stages.map(({ stage, plugin, verdict }): StoryRow => {
    const base = { step, from: actor, to: actor, refused: false };
    if (plugin === "refused")
      return { ...base, kind: "stage", title: refusedAt(passed, code), words: verdict, refused: true };
    const toStore = stage === "store" || (stage === "read" && plugin === "etcd");
    if (toStore)
      return { ...base, kind: "store", to: store, title: stage, words: `${verdict} ${plugin}`.replace(/ etcd$/, "") };
    return { ...base, kind: "stage", title: `${STAGES[stage] ?? stage} · ${plugin}`, words: verdict };
  });
}

/** What a refused request never came to. */
function silenceRow(entry: JournalEntry, rows: readonly StoryRow[], store: string): StoryRow[] {
  const refused = rows.find((row) => row.refused);
  if (refused === undefined) return [];
  const at = ORDER.indexOf(refused.title);
  const missed = at < 0 ? ORDER.slice(2) : ORDER.slice(at + 1);
  if (missed.length === 0) return [];
  const { step, actor } = entry;
  return [
    { step, kind: "silence", from: actor, to: store, title: "never reached", words: missed.join(", "), refused: false },
  ];
}

/** Notices that were on their way because of a request when etcd had committed it, and the steps in which they arrived. */
function noticeRows(
  snapshot: Snapshot,
  { step, actor: server }: JournalEntry,
  commit: number,
  momentOf: MomentOf,
): StoryRow[] {
  const moment = momentOf(commit, commit - step + 1);
  const sent = (moment?.messages ?? []).filter(
    (one) => one.kind === "deliver" && one.from === server && one.step === step,
  );
  const later = snapshot.messages.filter((one) => one.kind === "deliver" && one.from === server && one.step > commit);
  const byWatcher = groupBy(later, ({ to }) => to);
  const rows = sent.map(({ to, label }): StoryRow => {
    const arrived = byWatcher.get(to)?.find((one) => one.label === label);
    const words = arrived?.dropped ? `${label} (lost)` : label;
    return {
      step: arrived?.step,
      kind: "notice",
      from: server,
      to,
      title: "notice",
      words,
      refused: arrived?.dropped === true,
    };
  });
  const late = Number.POSITIVE_INFINITY;
  return rows.sort((a, b) => (a.step ?? late) - (b.step ?? late));
}

/** The story of the request that is wanted; undefined where the record has none. */
export function requestStory(snapshot: Snapshot, wanted: Wanted, momentOf: MomentOf): RequestStory | undefined {
  const { journal, messages } = snapshot;
  const entry = findEntry(journal, wanted);
  if (entry === undefined) return undefined;
  const { step, actor: server, cause } = entry;
  const asked = messages.find((one) => one.step === step && one.to === server && /^(request|record)$/.test(one.kind));
  const client = asked?.from ?? "user";
  const answer = asked?.kind === "request" ? answerOf(snapshot, entry, asked) : undefined;
  const code = answer?.label ?? "";
  const commit = isWrite(entry) && stagesOf(entry).at(-1)?.stage === "store" ? commitOf(journal, step) : undefined;
  const store = commit?.actor ?? snapshot.processes.find(({ component }) => component === "etcd")?.id ?? "etcd";
  const words = asked?.kind === "request" ? asked.label : `${entry.verb} ${entry.object.replace("//", "/")}`;
  const rows: StoryRow[] = [
    { step, kind: "request", from: client, to: server, title: "request", words, refused: false },
    ...stageRows(entry, code, store),
  ];
  rows.push(...silenceRow(entry, rows, store));
  if (commit !== undefined)
    rows.push({
      step: commit.step,
      kind: "commit",
      from: store,
      to: server,
      title: "committed",
      words: commit.message,
      refused: false,
    });
  const notices = commit === undefined ? [] : noticeRows(snapshot, entry, commit.step, momentOf);
  const refused = rows.some((row) => row.refused);
  if (answer !== undefined) {
    const lost = answer.dropped ? " (lost)" : "";
    // A message that is on its way stands in the record under the step that sent it.
    const arrived = answer.step > (commit?.step ?? step) ? answer.step : undefined;
    rows.push({
      step: arrived,
      kind: "answer",
      from: server,
      to: client,
      title: "answer",
      words: `${code}${lost}`,
      refused,
    });
  }
  rows.push(...notices);
  const late = Number.POSITIVE_INFINITY;
  return {
    step,
    client,
    server,
    store,
    watchers: [...new Set(notices.map(({ to }) => to))],
    object: entry.object,
    verb: entry.verb,
    code,
    refused,
    operation: cause < 0 ? -cause - 1 : undefined,
    rows: rows.sort((a, b) => (a.step ?? late) - (b.step ?? late)),
  };
}
