/**
 * A synthetic class: notebooks of a lesson made from its solutions, right, partly right, wrong and abusive, each with the
 * points that it must get. What a student does follows from their number alone.
 */
import { seedOf, variantSeed } from "../../lessons/engine/seeds.ts";
import { Variants } from "../../lessons/engine/variant.ts";
import type { Attempt, Solutions } from "../../lessons/exercise.ts";
import { abuses } from "./abuses.ts";
import { answerCell, courseKey, releaseOf, type Taught } from "./taught.ts";

/** A student of the class: what they hand in, and what they must get for it. */
export interface Pupil {
  readonly student: string;
  readonly does: string;
  /** The file's content. */
  readonly text: string;
  /** Points by exercise; all 0 for what can't be graded. */
  readonly points: Readonly<Record<string, number>>;
  readonly status: "graded" | "refused";
}

const variants = new Variants(400);

/** The source of an attempt, for the variant of one student. */
function sourceOf({ lesson }: Taught, student: string, exercise: string, attempt: Attempt): string {
  const found = lesson.exercises.get(exercise);
  if (found === undefined) throw new Error(`there is no exercise ${exercise}`);
  const purpose = found.scenario.kind === "repair" ? "own" : "practice";
  const seed = variantSeed(seedOf(lesson.slug, student, courseKey), exercise, purpose, 0);
  return attempt.source(variants.of(found, seed).cluster.fork());
}

const rounded = (points: number): number => Math.round(points * 100) / 100;

/** Fills a release in; the choice says which attempt of each exercise, 0 being the right one. */
function filledIn(taught: Taught, student: string, choice: (index: number, count: number) => number) {
  const notebook = releaseOf(taught, student);
  const points: Record<string, number> = {};
  taught.lesson.source.exercises.forEach(({ id, points: of }, index) => {
    const { right, wrong } = taught.solutions[id] as Solutions[string];
    const attempts = [right, ...Object.values(wrong)];
    const attempt = attempts[choice(index, attempts.length)] as Attempt;
    answerCell(notebook, taught, id).source = [sourceOf(taught, student, id, attempt)];
    points[id] = rounded(attempt.worth * of);
  });
  return { notebook, points };
}

/** A small class meets some of each sort of abuse, a large one all of them. */
const abuseStride = 5;

/** The class: a third is all right, a third all mixed, a third abuses one thing or another. */
export function syntheticClass(taught: Taught, count: number): readonly Pupil[] {
  return Array.from({ length: count }, (_, number): Pupil => {
    const student = `s${String(number).padStart(3, "0")}`;
    const kind = number % 3;
    if (kind === 0)
      return plainPupil(
        student,
        "all right",
        filledIn(taught, student, () => 0),
      );
    if (kind === 1) {
      const mixed = (index: number, attempts: number): number => (number * 7 + index * 5) % attempts;
      return plainPupil(student, "this and that", filledIn(taught, student, mixed));
    }
    const [does, abuse] = abuses[(Math.floor(number / 3) * abuseStride) % abuses.length] as (typeof abuses)[number];
    const { notebook, points } = filledIn(taught, student, () => 0);
    const abused = abuse({ taught, student, notebook, points });
    return { student, does, text: abused.text ?? JSON.stringify(notebook), points, status: abused.status ?? "graded" };
  });
}

function plainPupil(student: string, does: string, { notebook, points }: ReturnType<typeof filledIn>): Pupil {
  return { student, does, text: JSON.stringify(notebook), points, status: "graded" };
}
