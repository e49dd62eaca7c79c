/**
 * What of a learner's progress goes into the notebook itself, and is handed in with it: what the panel was told, since no cell
 * says it. Points and visited cells stay out; nobody would believe them.
 */
import type { LessonProgress } from "../../lessons/live/lesson-protocol.ts";

type HandedIn = Pick<LessonProgress, "predictions" | "hints">;

/** The part that is handed in, in a defined order. */
export function toHandIn({ predictions, hints }: LessonProgress): HandedIn {
  const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { predictions: sorted(predictions), hints: sorted(hints) };
}

/** Whether a notebook's metadata holds just that; a notebook without any needs none while there is nothing to say. */
export function isHandedIn(progress: LessonProgress, metadata: unknown): boolean {
  const wanted = toHandIn(progress);
  const isEmpty = Object.keys(wanted.predictions).length + Object.keys(wanted.hints).length === 0;
  if (metadata === undefined || metadata === null) return isEmpty;
  return JSON.stringify(metadata) === JSON.stringify(wanted);
}
