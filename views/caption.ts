/** What happened in a step, in one sentence: the journal's own words, the answer that matters first. */
import type { JournalEntry, Snapshot } from "../sim/snapshot.ts";
import { groupBy, thousands } from "./order.ts";

/** Process id → the name that people use, e.g. without the machine where there is one such process only. */
export type ActorNames = ReadonlyMap<string, string>;

const noNames: ActorNames = new Map();

/** Names of actors: without the machine where only one of them is such a component. */
export function actorNames(actors: readonly string[]): ActorNames {
  const component = (actor: string): string => actor.split("/")[0] ?? actor;
  const count = groupBy(actors, component);
  return new Map(actors.map((actor) => [actor, count.get(component(actor))!.length === 1 ? component(actor) : actor]));
}

/** Who acts, in people's words: whoever sits at the keyboard is "you". */
export function actorWords(actor: string, names: ActorNames = noNames): string {
  return /^user(\/|$)/.test(actor) ? "you" : (names.get(actor) ?? actor);
}

/** Stages by which an API server has handled a request. That it went well is said by the verb; only how it ended else is told. */
function stagesWords(message: string): string {
  if (!message.startsWith("authenticate: ")) return message;
  const last = message.split(" → ").at(-1) ?? "";
  return last.startsWith("store: ") ? "" : last;
}

/** A journal entry as a sentence: actor, verb, object, and the real component's reason and message. */
export function entryWords(entry: JournalEntry, names: ActorNames = noNames): string {
  const object = entry.object === "" ? "" : ` ${entry.object.replace("//", "/")}`;
  const reason = entry.reason === "" ? "" : ` (${entry.reason})`;
  const said = stagesWords(entry.message);
  const message = said === "" ? "" : `: ${said}`;
  return `${actorWords(entry.actor, names)} · ${entry.verb}${object}${reason}${message}`;
}

/** Why, in the real component's own words: reason and message, or "". */
export function saidWords(entry: JournalEntry): string {
  return [entry.reason, entry.message].filter((part) => part !== "").join(": ");
}

/** What caused an entry: an operation from outside, or an earlier step. */
export function causeWords(entry: JournalEntry): string {
  return entry.cause < 0 ? `operation ${-entry.cause - 1}` : `step ${thousands(entry.cause)}`;
}

/** What was done to what, e.g. "bind pod/default/web-1". */
export function deedWords(entry: JournalEntry): string {
  return `${entry.verb} ${entry.object.replace("//", "/")}`.trim();
}

/** Columns of a table of journal entries; `entryCells` gives the cells. */
export const ENTRY_COLUMNS = ["Step", "Time", "Who", "Did", "Why, in its own words", "Because of"];

/** One entry as a row of text. */
export function entryCells(entry: JournalEntry): readonly string[] {
  const when = [`step ${thousands(entry.step)}`, timeWords(entry.at)];
  return [...when, actorWords(entry.actor), deedWords(entry), saidWords(entry), causeWords(entry)];
}

/** Simulated time for people, in the largest unit that keeps three digits: "850 µs", "12.5 ms", "3.2 s", "2 min 5 s". */
export function timeWords(microseconds: number): string {
  const tenth = (value: number): string => String(Math.round(value * 10) / 10);
  if (microseconds < 1000) return `${microseconds} µs`;
  if (microseconds < 1_000_000) return `${tenth(microseconds / 1000)} ms`;
  const seconds = microseconds / 1_000_000;
  if (seconds < 120) return `${tenth(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** One line for the step of a snapshot. Journal first, then messages; says so when nothing happened. */
export function caption(snapshot: Snapshot, names: ActorNames = noNames): string {
  const entries = snapshot.journal.filter((entry) => entry.step === snapshot.step);
  const entry = entries[0];
  if (entry) {
    const more = entries.length > 1 ? ` (and ${entries.length - 1} more)` : "";
    return `${entryWords(entry, names)}${more}`;
  }
  const message = snapshot.messages.find((candidate) => candidate.step === snapshot.step);
  if (!message) return "Nothing happened in this step.";
  const lost = message.dropped ? " (lost)" : "";
  const [from, to] = [actorWords(message.from, names), actorWords(message.to, names)];
  return `${from === to ? from : `${from} → ${to}`}: ${message.label || message.kind}${lost}`;
}
