import { BlockFields } from "./block-fields.ts";
import type { Block } from "./blocks.ts";
import type { LessonText } from "./lesson-text.ts";

/** A question that is answered before the thing is seen. */
export interface PredictionText {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** Index of the choice that is right. */
  readonly answer: number;
  readonly explain: string;
  /** Index of the block's first line. */
  readonly line: number;
}

const CHOICES_MIN = 2;
const CHOICES_MAX = 6;
const fields = ["id", "question", "choices", "answer", "explain"];

/** A choice's letter, as learners name it. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index);

/** The index of a choice that is named by its letter or by its text; undefined for what names none. */
export function choiceOf(choices: readonly string[], named: string): number | undefined {
  const wanted = named.trim().toLowerCase();
  const index = choices.findIndex(
    (choice, at) => wanted === letterOf(at).toLowerCase() || wanted === choice.toLowerCase(),
  );
  return index < 0 ? undefined : index;
}

/** The letters of a question's choices in words, e.g. "A, B or C". */
export function lettersOf(choices: readonly string[]): string {
  const letters = choices.map((_, index) => letterOf(index));
  return `${letters.slice(0, -1).join(", ")} or ${letters.at(-1)}`;
}

/** Reads a block `predict`. Throws a LessonError. */
export function readPrediction(text: LessonText, block: Block): PredictionText {
  const read = new BlockFields(text, block, fields);
  const choices = choicesOf(read);
  const answer = read.value("answer");
  const right = typeof answer === "string" ? choiceOf(choices, answer) : undefined;
  if (right === undefined)
    throw read.error("answer", `answer must be the letter of the right choice, ${lettersOf(choices)}, or its text`);
  return {
    id: read.id(),
    question: read.words("question"),
    choices,
    answer: right,
    explain: read.words("explain"),
    line: block.line,
  };
}

function choicesOf(read: BlockFields): readonly string[] {
  const given = read.value("choices");
  const choices = Array.isArray(given)
    ? given.map((choice) => (typeof choice === "number" ? String(choice) : choice))
    : [];
  const areTexts = choices.every((choice) => typeof choice === "string" && choice.trim() !== "");
  if (!areTexts || choices.length < CHOICES_MIN || choices.length > CHOICES_MAX)
    throw read.error("choices", `choices must be a list of ${CHOICES_MIN} to ${CHOICES_MAX} texts`);
  const trimmed = (choices as readonly string[]).map((choice) => choice.trim().replace(/\s+/g, " "));
  if (new Set(trimmed.map((choice) => choice.toLowerCase())).size < trimmed.length)
    throw read.error("choices", "two choices say the same: each must differ");
  return trimmed;
}
