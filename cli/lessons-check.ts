import { join } from "node:path";
import { compileLesson } from "../lessons/engine/compile.ts";
import { LessonError } from "../lessons/engine/lesson-error.ts";
import { type LessonSource, readLesson } from "../lessons/engine/lesson-source.ts";
import { exercisesIn } from "../lessons/engine/registry.ts";
import { BrokenExerciseError, type Exercise } from "../lessons/engine/variant.ts";
import type { Solutions } from "../lessons/exercise.ts";
import { type Command, Failure, type Output, WrongUse } from "./command.ts";
import { isRepeatable, type Proof, proveExercise } from "./exercise-proof.ts";
import { loadLessonCode } from "./lesson-code.ts";
import { type LessonFolder, lessonsIn, lessonsNamed } from "./lesson-folders.ts";
import { packageFolder } from "./package-folder.ts";
import { readWords } from "./words.ts";

const help = `orrery lessons check [LESSON…] [OPTIONS]

Proves each exercise of the lessons (all, unless some are named, e.g. 01-whole-cluster): its starter is not enough, its
right solution is, each wrong one is worth what it says; over many seeds, on which the right one is of comparable length.
Words and codes must fit. Cells are collected as the grader collects them.

  --seeds N         how many variants each attempt is tried on (default 100)
  --exercise ID     only this exercise
  --lessons DIR     where the lessons are (default: this package's lessons/)
  --help            print this text
`;

const options = {
  seeds: { type: "string" },
  exercise: { type: "string" },
  lessons: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const SEEDS_DEFAULT = 100;
const SEEDS_MAX = 10_000;

interface Wanted {
  readonly seeds: number;
  readonly exercise: string | undefined;
}

/** Proves exercises, or says what is broken and goes on with the others. */
export const lessonsCheck: Command = {
  name: "check",
  summary: "prove that each exercise fails unsolved and passes solved, over many seeds",
  async run(given, output) {
    const { values, words } = readWords(given, options);
    if (values.help) {
      output.out(help);
      return 0;
    }
    const seeds = values.seeds === undefined ? SEEDS_DEFAULT : Number(values.seeds);
    if (!(Number.isInteger(seeds) && seeds >= 1 && seeds <= SEEDS_MAX))
      throw new WrongUse(`--seeds takes a whole number from 1 to ${SEEDS_MAX}, not "${values.seeds}".`);
    const lessons = lessonsNamed(lessonsIn(values.lessons ?? join(packageFolder(), "lessons")), words);
    let complaints = 0;
    for (const lesson of lessons) complaints += await checkLesson(lesson, { seeds, exercise: values.exercise }, output);
    if (complaints === 0) return 0;
    output.err(`${complaints === 1 ? "1 complaint" : `${complaints} complaints`}: mend the lessons named above.\n`);
    return 1;
  },
};

/** Checks one lesson, and gives the number of complaints that it has written. */
async function checkLesson({ slug, folder, markdown }: LessonFolder, wanted: Wanted, output: Output): Promise<number> {
  let source: LessonSource;
  try {
    source = readLesson(slug, markdown);
    compileLesson(slug, markdown);
  } catch (error) {
    if (!(error instanceof LessonError)) throw error;
    output.err(`${error.message}\n`);
    return 1;
  }
  if (source.exercises.length === 0) {
    output.out(`${slug}: no exercises\n`);
    return 0;
  }
  try {
    return await checkExercises(source, folder, wanted, output);
  } catch (error) {
    if (!(error instanceof Failure || error instanceof BrokenExerciseError)) throw error;
    output.err(`lessons/${slug}: ${error.message}\n`);
    return 1;
  }
}

async function checkExercises(source: LessonSource, folder: string, wanted: Wanted, output: Output): Promise<number> {
  const { slug } = source;
  const code = await loadLessonCode(folder);
  const exercises = exercisesIn(code);
  let complaints = 0;
  const complain = (file: string, id: string, message: string): void => {
    complaints += 1;
    output.err(`lessons/${slug}/${file}: ${id}: ${message}\n`);
  };
  for (const id of exercises.keys())
    if (!source.exercises.some((text) => text.id === id))
      complain("lesson.md", id, "it has code and no block exercise");
  for (const text of source.exercises) {
    const { id } = text;
    if (wanted.exercise !== undefined && wanted.exercise !== id) continue;
    const exercise = exercises.get(id);
    const solution = Object.hasOwn(code.solutions, id) ? code.solutions[id] : undefined;
    if (exercise === undefined) complain("scenario.ts", id, "it has words and no scenario");
    else if (solution === undefined) complain("solution.ts", id, "it has no solution");
    else {
      const started = performance.now();
      const proof = await proofOf(source, exercise, solution, wanted.seeds);
      for (const complaint of proof.complaints) complain("solution.ts", id, complaint);
      if (proof.complaints.length === 0)
        output.out(`${slug} ${id}: ${wordsOf(proof, solution, performance.now() - started)}\n`);
    }
  }
  return complaints;
}

/** A proof, or why there is none: what is broken in one exercise does not keep the others from being tried. */
async function proofOf(
  source: LessonSource,
  exercise: Exercise,
  solution: Solutions[string],
  seeds: number,
): Promise<Proof> {
  const text = source.exercises.find(({ id }) => id === exercise.id)!;
  const { scenario } = exercise;
  const kind = scenario.kind === "repair" ? "repair" : scenario.answer;
  const failed = (complaint: string): Proof => ({ complaints: [complaint], variants: 0, lengths: undefined });
  if (kind !== text.kind) return failed(`scenario.ts makes it a ${kind}, and lesson.md a ${text.kind}`);
  try {
    if (!isRepeatable(exercise))
      return failed("the same seed makes different clusters: draw everything that varies from `draw`");
    return await proveExercise({ source, exercise, text, solution, seeds });
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function wordsOf({ variants, lengths }: Proof, { wrong }: Solutions[string], ms: number): string {
  const range = ([least, most]: readonly [number, number]): string =>
    least === most ? `${least}` : `${least}–${most}`;
  const length =
    lengths === undefined ? "" : `, ${range(lengths.operations)} operations, ${range(lengths.steps)} steps`;
  return `proven on ${variants} variants, ${Object.keys(wrong).length} wrong solutions rejected${length} (${(ms / 1000).toFixed(1)} s)`;
}
