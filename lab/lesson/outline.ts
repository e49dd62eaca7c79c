/** A lesson's outline as it stands in a notebook's metadata, where anybody may have written anything. */
import type { Chapter, ExerciseOutline, LessonOutline, PredictionOutline } from "../../lessons/live/lesson-protocol.ts";

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

const isText = (value: unknown): value is string => typeof value === "string";
const textOf = (value: unknown): string => (isText(value) ? value : "");

/** Entries of a list that `read` understands; the others are left out. */
function listOf<T>(value: unknown, read: (entry: Fields) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const fields = fieldsOf(entry);
    const found = fields === undefined ? undefined : read(fields);
    return found === undefined ? [] : [found];
  });
}

function chapter({ title, cell }: Fields): Chapter | undefined {
  return isText(title) && isText(cell) ? { title, cell } : undefined;
}

function prediction({ id, question, choices, cell }: Fields): PredictionOutline | undefined {
  if (!isText(id) || !isText(question) || !isText(cell) || !Array.isArray(choices)) return undefined;
  return { id, question, choices: choices.filter(isText), cell };
}

function exercise({ id, title, points, hintCosts, cell, checkCell }: Fields): ExerciseOutline | undefined {
  if (!isText(id) || !isText(title) || typeof points !== "number" || !isText(cell)) return undefined;
  const costs = Array.isArray(hintCosts) ? hintCosts.filter((cost) => typeof cost === "number") : [];
  return { id, title, points, hintCosts: costs, cell, checkCell: isText(checkCell) ? checkCell : cell };
}

/** The outline in `metadata.orrery`; undefined for a notebook that is no lesson. */
export function readOutline(metadata: unknown): LessonOutline | undefined {
  const fields = fieldsOf(metadata);
  if (fields === undefined || !isText(fields.lesson) || !isText(fields.title) || !Array.isArray(fields.chapters))
    return undefined;
  const { lesson, title, minutes, next } = fields;
  return {
    lesson,
    title,
    version: textOf(fields.version),
    minutes: typeof minutes === "number" ? minutes : 0,
    chapters: listOf(fields.chapters, chapter),
    predictions: listOf(fields.predictions, prediction),
    exercises: listOf(fields.exercises, exercise),
    ...(isText(next) ? { next } : {}),
  };
}

/** What of a notebook's cells a lesson's progress is read from. */
export interface CellState {
  readonly id: string;
  readonly isCode: boolean;
  /** It has run to its end without an error, as its own count and outputs say. */
  readonly hasRun: boolean;
}

/** A chapter with how far it has come. */
export interface ChapterState extends Chapter {
  readonly done: boolean;
}

/**
 * Which chapters are done: all of the lesson's own code cells between two headings have run; a chapter without any is done
 * when it was visited. Cells that a learner has added belong to no lesson.
 */
export function chapterStates(
  { lesson, chapters }: LessonOutline,
  cells: readonly CellState[],
  visited: ReadonlySet<string>,
): readonly ChapterState[] {
  const place = new Map(cells.map(({ id }, at) => [id, at]));
  const starts = chapters.map(({ cell }) => place.get(cell) ?? cells.length);
  return chapters.map((one, at) => {
    const [first, end] = [starts[at]!, starts[at + 1] ?? cells.length];
    const own = cells.slice(first, end).filter(({ id, isCode }) => isCode && id.startsWith(`${lesson}-`));
    const done = own.length > 0 ? own.every(({ id }) => visited.has(id)) : visited.has(one.cell);
    return { ...one, done };
  });
}

/** Number of the chapter that a cell is in, counted from 0; -1 before the first. */
export function chapterAt({ chapters }: LessonOutline, cells: readonly CellState[], cell: number): number {
  const place = new Map(cells.map(({ id }, at) => [id, at]));
  return chapters.findLastIndex((one) => (place.get(one.cell) ?? Number.POSITIVE_INFINITY) <= cell);
}
