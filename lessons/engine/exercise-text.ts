import { BlockFields } from "./block-fields.ts";
import type { Block } from "./blocks.ts";
import type { LessonText } from "./lesson-text.ts";

/** What sort of answer an exercise wants: a cluster that is mended, or a procedure in one of three forms. */
export const answerKinds = ["repair", "manifest", "table", "function"] as const;
/** One of them. */
export type AnswerKind = (typeof answerKinds)[number];

/** A hint, and the share of the points that it costs. */
export interface HintText {
  readonly text: string;
  readonly cost: number;
}

/** What a learner reads about a finding. */
export interface MessageText {
  readonly passed: string;
  readonly failed: string;
}

/** Every word of an exercise. */
export interface ExerciseText {
  readonly id: string;
  readonly kind: AnswerKind;
  readonly title: string;
  readonly points: number;
  readonly task: string;
  /** The answer cell as the learner finds it. */
  readonly starter: string;
  /** What the start cell holds; undefined where there is none. */
  readonly start: string | undefined;
  readonly hints: readonly HintText[];
  /** By the code of the finding. */
  readonly messages: ReadonlyMap<string, MessageText>;
  /** Index of the block's first line. */
  readonly line: number;
}

const POINTS_MAX = 100;
const HINTS = 3;
const fields = ["id", "kind", "title", "points", "task", "starter", "start", "picture", "hints", "messages"];

/** The name of the start cell's constant: bring-back → bringBack. */
const startName = (id: string): string => id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Reads a block `exercise`. Throws a LessonError. */
export function readExercise(text: LessonText, block: Block): ExerciseText {
  const read = new BlockFields(text, block, fields);
  const id = read.id();
  const kind = kindOf(read);
  const title = read.words("title");
  if (title.includes("\n")) throw read.error("title", "title must be one line");
  const starter = read.words("starter");
  if (kind !== "repair" && !starter.includes(`lesson.answer("${id}",`))
    throw read.error("starter", `the starter of a ${kind} must call lesson.answer("${id}", …)`);
  const points = pointsOf(read);
  const task = read.words("task");
  const start = startOf(read, id, kind);
  return {
    id,
    kind,
    title,
    points,
    task,
    starter,
    start,
    hints: hintsOf(read),
    messages: messagesOf(read),
    line: block.line,
  };
}

function kindOf(read: BlockFields): AnswerKind {
  const kind = answerKinds.find((each) => each === read.value("kind"));
  if (kind === undefined) throw read.error("kind", `kind must be one of ${answerKinds.join(", ")}`);
  return kind;
}

function pointsOf(read: BlockFields): number {
  const points = read.value("points");
  const fits =
    typeof points === "number" && points > 0 && points <= POINTS_MAX && Math.round(points * 100) / 100 === points;
  if (!fits)
    throw read.error("points", `points must be a number above 0, at most ${POINTS_MAX}, with at most two decimals`);
  return points;
}

function startOf(read: BlockFields, id: string, kind: AnswerKind): string | undefined {
  const wanted = read.value("start") ?? "yes";
  if (wanted !== "yes" && wanted !== "no" && typeof wanted !== "boolean")
    throw read.error("start", "start must be yes or no");
  const picture = read.wordsIfAny("picture");
  if (wanted === "no" || wanted === false) {
    if (kind === "repair") throw read.error("start", "a repair needs its start cell: take start out");
    if (picture !== undefined)
      throw read.error("picture", "there is no start cell that could show a picture: take picture out");
    return undefined;
  }
  const name = startName(id);
  return `const ${name} = lesson.start("${id}")\n${picture ?? `show.components(${name})`}`;
}

function hintsOf(read: BlockFields): readonly HintText[] {
  const given = read.value("hints");
  const wish = `hints must be a list of ${HINTS}, each with text and cost (a share of the points, from 0 to 1)`;
  if (!Array.isArray(given) || given.length !== HINTS) throw read.error("hints", wish);
  const hints = given.map((hint: unknown) => {
    const { text, cost } = (hint ?? {}) as { text?: unknown; cost?: unknown };
    if (typeof text !== "string" || text.trim() === "" || typeof cost !== "number" || !(cost >= 0 && cost <= 1))
      throw read.error("hints", wish);
    return { text: text.trimEnd(), cost };
  });
  const total = hints.reduce((sum, { cost }) => sum + cost, 0);
  if (total > 1.000001) throw read.error("hints", "the hints together cost more than all points: make them cheaper");
  return hints;
}

function messagesOf(read: BlockFields): ReadonlyMap<string, MessageText> {
  const given = read.value("messages");
  const wish = "messages must give each code of the check the words for passed and for failed";
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw read.error("messages", wish);
  const messages = Object.entries(given as Record<string, unknown>).map(([code, words]) => {
    const { passed, failed } = (words ?? {}) as { passed?: unknown; failed?: unknown };
    if (typeof passed !== "string" || typeof failed !== "string" || passed.trim() === "" || failed.trim() === "")
      throw read.error("messages", `${wish}; ${code} lacks one`);
    return [code, { passed: passed.trim(), failed: failed.trim() }] as const;
  });
  return new Map(messages);
}
