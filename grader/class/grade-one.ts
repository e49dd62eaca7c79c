/** One notebook from its bytes to its result: the only place where all that is known about it comes together. */
import { variantSeed, verdictSeeds } from "../../lessons/engine/seeds.ts";
import type { GradedLesson } from "../graded-lesson.ts";
import { type Course, type Identity, identify } from "../identity.ts";
import { type HandedNotebook, NotANotebook, readNotebook } from "../notebook.ts";
import { isOfRelease, type Plan, planOf } from "../release.ts";
import { RESULT_FORMAT, type Result, sumOf } from "../result.ts";
import type { Lane } from "../workers/lane.ts";
import type { HandedFile } from "./find-notebooks.ts";

/** What grading a notebook needs besides the notebook. */
export interface GradeMeans {
  readonly course: Course;
  readonly simVersion: string;
  /** Grades everything as this lesson. */
  readonly lesson: string | undefined;
  /** A lesson that can be graded; undefined if there is none of that name. */
  lessonOf(slug: string): GradedLesson | undefined;
}

/** A notebook that is ready to be run, or a result that says why there is nothing to run. */
export type Prepared =
  | {
      readonly kind: "ready";
      readonly lesson: GradedLesson;
      readonly handed: HandedNotebook;
      readonly plan: Plan;
      readonly identity: Identity;
    }
  | { readonly kind: "refused"; readonly result: Result };

const setupCell = /orrery\.lesson\("([^"]+)"/;

/** Reads a notebook and says whose it is. Never throws for what was handed in. */
export function prepare(file: HandedFile, bytes: () => Buffer, means: GradeMeans): Prepared {
  let lesson = means.lesson === undefined ? undefined : means.lessonOf(means.lesson);
  try {
    const handed = readNotebook(bytes().toString("utf8"));
    lesson ??= lessonOf(handed, means);
    if (!isOfRelease(handed, lesson.release))
      throw new NotANotebook(`it holds no cell of the lesson ${lesson.slug}: hand in that lesson's notebook`);
    const plan = planOf(handed, lesson.release);
    const claim = { name: file.name, student: file.student, token: plan.token };
    return { kind: "ready", lesson, handed, plan, identity: identify(claim, lesson, means.course) };
  } catch (error) {
    if (!(error instanceof NotANotebook)) throw error;
    return { kind: "refused", result: refusedResult(file, lesson, error.message, means) };
  }
}

function lessonOf(handed: HandedNotebook, means: GradeMeans): GradedLesson {
  const slug = handed.lesson ?? handed.cells.map(({ source }) => setupCell.exec(source)?.[1]).find((found) => found);
  const lesson = slug === undefined ? undefined : means.lessonOf(slug);
  if (lesson !== undefined) return lesson;
  const what =
    slug === undefined
      ? "no lesson's notebook"
      : `a notebook of ${JSON.stringify(slug.slice(0, 100))}, a lesson that is not known here`;
  throw new NotANotebook(`it is ${what}: hand in the notebook of a lesson (--lesson names one)`);
}

/** Grades what was prepared. Throws where we are at fault. */
export async function gradePrepared(
  file: HandedFile,
  { lesson, handed, plan, identity }: Extract<Prepared, { kind: "ready" }>,
  means: GradeMeans,
  lane: Lane,
): Promise<Result> {
  const { student, seed, flags } = identity;
  const seeds = seedsOf(lesson, seed, means.course);
  const submission = await lane.collect({
    lesson: lesson.slug,
    cells: plan.cells,
    seed,
    verdictSeeds: seeds,
    kept: handed.progress,
    skip: [],
  });
  const { exercises, predictions } = await lane.mark({ submission, seeds });
  return {
    ...emptyResult(file, lesson, means),
    status: "graded",
    student,
    points: sumOf(exercises.map(({ points }) => points)),
    exercises,
    predictions,
    flags,
    complaints: [...plan.complaints, ...submission.complaints],
  };
}

/** The seeds on which each exercise is judged: a repair's own variant, and those that nobody has seen. */
function seedsOf(
  { slug, exercises }: GradedLesson,
  seed: string,
  { key = "" }: Course,
): Readonly<Record<string, readonly string[]>> {
  const entries = [...exercises.values()].map(({ id, scenario }) => {
    const own = scenario.kind === "repair";
    return [id, own ? [variantSeed(seed, id, "own", 0)] : verdictSeeds(slug, id, key)] as const;
  });
  return Object.fromEntries(entries);
}

/** The result of a notebook that we could not grade; `prepared` is what was known of it by then. */
export function failedResult(
  file: HandedFile,
  prepared: Extract<Prepared, { kind: "ready" }> | undefined,
  reason: string,
  means: GradeMeans,
): Result {
  const flag = `it could not be graded: ${reason}`;
  if (prepared === undefined) return { ...refusedResult(file, undefined, flag, means), status: "failed" };
  const { lesson, identity, plan } = prepared;
  const { student } = identity;
  const flags = [...identity.flags, flag];
  return { ...emptyResult(file, lesson, means), status: "failed", student, flags, complaints: plan.complaints };
}

function refusedResult(file: HandedFile, lesson: GradedLesson | undefined, reason: string, means: GradeMeans): Result {
  const known = lesson ?? (means.lesson === undefined ? undefined : means.lessonOf(means.lesson));
  const { student } =
    known === undefined
      ? { student: file.student ?? file.name.replace(/\.ipynb$/, "").split("/")[0] ?? file.name }
      : identify({ name: file.name, student: file.student, token: undefined }, known, {
          key: undefined,
          isPlain: true,
        });
  return { ...emptyResult(file, known, means), student, flags: [reason] };
}

function emptyResult(file: HandedFile, lesson: GradedLesson | undefined, { simVersion }: GradeMeans): Result {
  const exercises = (lesson?.source.exercises ?? []).map(({ id, title, points: of }) => ({
    id,
    title,
    points: 0,
    of,
    hints: 0,
    lines: [],
  }));
  return {
    format: RESULT_FORMAT,
    status: "refused",
    student: "",
    file: file.name,
    lesson: lesson?.slug ?? "",
    lessonVersion: lesson?.version ?? "",
    simVersion,
    points: 0,
    of: sumOf(exercises.map(({ of }) => of)),
    exercises,
    predictions: [],
    flags: [],
    complaints: [],
  };
}
