/** The journal of a snapshot sorted for a line of time: lanes by component, kinds of acts, and what caused what. */
import type { JournalEntry, Snapshot } from "../../sim/snapshot.ts";
import { compareNatural, groupBy } from "../order.ts";
import type { IconName, Tone } from "../scene.ts";

/** What kind of act an entry is; each kind has a glyph, a word and a place in the legend. */
export type ActKind = "create" | "change" | "remove" | "decide" | "run" | "store" | "notice" | "trouble";

/** Glyph, tone and word of a kind of act. */
interface ActLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
}

const LOOKS: Readonly<Record<ActKind, ActLook>> = {
  create: { icon: "plus", tone: "ok", word: "create" },
  change: { icon: "pencil", tone: "info", word: "change" },
  remove: { icon: "minus", tone: "going", word: "delete" },
  decide: { icon: "target", tone: "info", word: "decide" },
  run: { icon: "crate", tone: "plain", word: "run on a node" },
  store: { icon: "store", tone: "muted", word: "store" },
  notice: { icon: "dots", tone: "muted", word: "notice" },
  trouble: { icon: "cross", tone: "bad", word: "trouble" },
};

/** All kinds of acts in the legend's order. */
export const ACT_KINDS = Object.keys(LOOKS) as readonly ActKind[];

/** Look of a kind of act. */
export function actLook(kind: ActKind): ActLook {
  return LOOKS[kind];
}

const TROUBLE = /fail|backoff|unhealthy|kill|crash|evict|refus|denied|forbidden|notready|lose|lost|error/i;
const KINDS: readonly (readonly [RegExp, ActKind])[] = [
  [/^(delete|remove|stop|evict)/, "remove"],
  [/^(schedule|sync|bind|create binding|work|scale|elect|taint)/, "decide"],
  [/^(pull|start|create sandbox|create container|run|probe)/, "run"],
  [/^(commit|append|propose|compact|apply)/, "store"],
  [/^create/, "create"],
  [/^(update|patch|put|replace)/, "change"],
];

/** Kind of an entry, by its verb; trouble by the component's own reason. */
export function actKind(entry: JournalEntry): ActKind {
  if (TROUBLE.test(`${entry.verb} ${entry.reason}`)) return "trouble";
  return KINDS.find(([pattern]) => pattern.test(entry.verb))?.[1] ?? "notice";
}

/** One component with its entries, oldest first. */
export interface ActorLane {
  readonly actor: string;
  readonly entries: readonly JournalEntry[];
}

const ORDER = [
  /^(user|kubectl)/,
  /^kube-apiserver/,
  /^etcd/,
  /^kube-controller-manager/,
  /^cloud-controller-manager/,
  /controller/,
  /^kube-scheduler/,
  /^kubelet/,
  /^containerd/,
  /^kube-proxy/,
];

function rank(actor: string): number {
  const at = ORDER.findIndex((pattern) => pattern.test(actor));
  return at < 0 ? ORDER.length : at;
}

/** Most lanes; the quietest components share the last one. */
const LANES_MAX = 16;

/** Entries by component in the order in which a request passes them; beyond 16 lanes the quietest share one. */
export function lanesOf(entries: readonly JournalEntry[]): readonly ActorLane[] {
  const byActor = [...groupBy(entries, (entry) => entry.actor || "?")].map(([actor, list]) => ({
    actor,
    entries: list,
  }));
  const busy = [...byActor].sort((a, b) => b.entries.length - a.entries.length || compareNatural(a.actor, b.actor));
  const own = new Set((byActor.length > LANES_MAX ? busy.slice(0, LANES_MAX - 1) : busy).map(({ actor }) => actor));
  const lanes = byActor
    .filter(({ actor }) => own.has(actor))
    .sort((a, b) => rank(a.actor) - rank(b.actor) || compareNatural(a.actor, b.actor));
  const rest = entries.filter((entry) => !own.has(entry.actor || "?"));
  if (rest.length === 0) return lanes;
  return [...lanes, { actor: `${byActor.length - own.size} more components`, entries: rest }];
}

/** Removes the uid of an object's key, so that a key of a mark names the same object as the journal does. */
const withoutUid = (object: string): string => object.replace(/#.*$/, "");

/**
 * Entries about an object and what led to them, oldest first: each entry about it, then the entry of the step that caused
 * it, and so on, as far as the journal given reaches. An object is named as the journal does: "pod/default/web-1".
 */
export function chainOf(entries: readonly JournalEntry[], object: string): readonly JournalEntry[] {
  const name = withoutUid(object);
  const byStep = groupBy(entries, (entry) => String(entry.step));
  const chain = new Set<JournalEntry>();
  const add = (entry: JournalEntry): void => {
    let next: JournalEntry | undefined = entry;
    while (next && !chain.has(next)) {
      chain.add(next);
      const { cause, step }: JournalEntry = next;
      next = cause === step ? undefined : byStep.get(String(cause))?.[0];
    }
  };
  for (const entry of entries) if (entry.object === name) add(entry);
  return entries.filter((entry) => chain.has(entry));
}

/** The journal of a snapshot; entries of one step stay in their order. */
export function entriesOf(snapshot: Snapshot): readonly JournalEntry[] {
  return [...(snapshot.journal ?? [])].sort((a, b) => a.step - b.step);
}
