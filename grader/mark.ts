/**
 * Marks a submission where none of its code has run: by doing again what was done, on clusters made here, and asking the
 * lesson's checks.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { judge, type Verdict } from "../lessons/engine/judge.ts";
import { markOf } from "../lessons/engine/mark.ts";
import { choiceOf } from "../lessons/engine/prediction-text.ts";
import type { Exercise, Variant, Variants } from "../lessons/engine/variant.ts";
import type { Submission } from "../lessons/submission.ts";
import type { GradedLesson } from "./graded-lesson.ts";
import type { ExerciseResult, PredictionResult } from "./result.ts";

/** What is to be marked. Plain data: it crosses to a worker. */
export interface MarkOrder {
  readonly submission: Submission;
  /** The seeds on which each exercise is judged; those of a repair hold its one variant. */
  readonly seeds: Readonly<Record<string, readonly string[]>>;
}

/** What was found. */
export interface Marked {
  readonly exercises: readonly ExerciseResult[];
  readonly predictions: readonly PredictionResult[];
}

/**
 * Verdicts that were found lately. A verdict follows from exercise, answer and variants alone, and in a class many hand in the
 * same table, the same manifest, or do the same deeds.
 */
export class KnownVerdicts {
  readonly #known = new Map<string, Verdict>();
  /** Variants by number: two students may have the same one, under seeds of their own. */
  readonly #numbers = new WeakMap<Variant, number>();
  #count = 0;

  /** The verdict on an answer, found anew only if it has not been found before. Throws a BrokenExerciseError. */
  of(
    exercise: Exercise,
    answer: Submission["answers"][string] | undefined,
    seeds: readonly string[],
    variants: Variants,
  ): Verdict {
    if (answer === undefined) return judge(exercise, answer, seeds, variants);
    const numbers = seeds.map((seed) => this.#numberOf(variants.of(exercise, seed)));
    const key = bytesToHex(sha256(utf8ToBytes(JSON.stringify([exercise.id, numbers, answer]))));
    const verdict = this.#known.get(key) ?? judge(exercise, answer, seeds, variants);
    if (this.#known.size >= knownMax) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(key, verdict);
    return verdict;
  }

  #numberOf(variant: Variant): number {
    const number = this.#numbers.get(variant) ?? this.#count++;
    this.#numbers.set(variant, number);
    return number;
  }
}

const knownMax = 2_000;

/** Marks every exercise. Throws a BrokenExerciseError where the lesson itself is wrong. */
export function mark(
  { submission, seeds }: MarkOrder,
  lesson: GradedLesson,
  variants: Variants,
  known: KnownVerdicts,
): Marked {
  const exercises = lesson.source.exercises.map((text): ExerciseResult => {
    const exercise = lesson.exercises.get(text.id);
    const { answers, hints } = submission;
    const verdict: Verdict =
      exercise === undefined
        ? { findings: [], share: 0, lengths: [], notes: ["this exercise has no check"] }
        : known.of(exercise, answers[text.id], seeds[text.id] ?? [], variants);
    const taken = Math.max(0, Math.min(text.hints.length, Math.floor(hints[text.id] ?? 0)));
    const { points, of, lines } = markOf(verdict, text, taken);
    return { id: text.id, title: text.title, points, of, hints: taken, lines };
  });
  const predictions = lesson.source.predictions.map(({ id, question, choices, answer }): PredictionResult => {
    const predicted = submission.predictions[id];
    const index = predicted === undefined ? undefined : choiceOf(choices, predicted);
    const choice = index === undefined ? undefined : choices[index];
    return { id, question, predicted: choice, right: index === answer };
  });
  return { exercises, predictions };
}
