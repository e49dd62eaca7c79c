import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { BlockFields } from "./block-fields.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { type ExerciseText, readExercise } from "./exercise-text.ts";
import { type FrontMatter, readFrontMatter } from "./front-matter.ts";
import { LessonText } from "./lesson-text.ts";
import { type PredictionText, readPrediction } from "./prediction-text.ts";

/** Where the revealing cell of a question stands, when its author put it somewhere. */
interface Reveal {
  readonly id: string;
  readonly line: number;
}

/** A lesson's words, read. */
export interface LessonSource {
  readonly slug: string;
  /** Of the text alone: another text is another version. Twelve hexadecimal digits. */
  readonly version: string;
  readonly front: FrontMatter;
  /** Index of the first line below the front matter. */
  readonly body: number;
  readonly predictions: readonly PredictionText[];
  readonly reveals: readonly Reveal[];
  readonly exercises: readonly ExerciseText[];
  readonly text: LessonText;
}

/**
 * Reads the text of a lesson.md for those who need its words, not its cells. `slug` is the name of the lesson's folder. Throws a
 * LessonError that names file and line of what is wrong.
 */
export function readLesson(slug: string, markdown: string): LessonSource {
  const text = new LessonText(slug, markdown);
  const { front, body } = readFrontMatter(text);
  const blocks = blocksOf(text, body);
  const each = <T>(kind: Block["kind"], read: (text: LessonText, block: Block) => T): readonly T[] =>
    blocks.filter((block) => block.kind === kind).map((block) => read(text, block));
  const predictions = each("predict", readPrediction);
  const exercises = each("exercise", readExercise);
  const reveals = each("reveal", readReveal);
  requireNewNames(text, [...predictions, ...exercises]);
  for (const { id, line } of reveals) {
    const asked = predictions.find((prediction) => prediction.id === id);
    if (asked === undefined || asked.line > line)
      throw text.error(line, `there is no question ${id} above this reveal: name one that was asked`);
    if (reveals.some((other) => other.id === id && other.line < line))
      throw text.error(line, `the question ${id} is revealed already: take one reveal out`);
  }
  const version = bytesToHex(sha256(utf8ToBytes(text.lines.join("\n")))).slice(0, 12);
  return { slug, version, front, body, predictions, reveals, exercises, text };
}

function readReveal(text: LessonText, block: Block): Reveal {
  return { id: new BlockFields(text, block, ["id"]).id(), line: block.line };
}

function requireNewNames(text: LessonText, named: readonly { readonly id: string; readonly line: number }[]): void {
  const lines = new Map<string, number>();
  for (const { id, line } of named) {
    const first = lines.get(id);
    if (first !== undefined) throw text.error(line, `the id ${id} is taken already, on line ${first + 1}`);
    lines.set(id, line);
  }
}
