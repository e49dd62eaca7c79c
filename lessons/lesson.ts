/**
 * A lesson as a notebook holds it: clusters to mend, answers, predictions, hints, and checks that inform. Nothing here decides a
 * mark: that is done by replay, elsewhere, from what the cells do.
 * Invariant: a call that is refused changes nothing, and a check changes nothing but what was last checked.
 */
import type { Cluster } from "../sim/index.ts";
import { AnswerError, callOnEach, deedsOf, plainOf } from "./engine/deeds.ts";
import { judge, type Verdict } from "./engine/judge.ts";
import type { LessonSource } from "./engine/lesson-source.ts";
import { markOf } from "./engine/mark.ts";
import { choiceOf, letterOf, lettersOf, type PredictionText } from "./engine/prediction-text.ts";
import { readToken } from "./engine/release-token.ts";
import { practiceSeeds, seedOf, variantSeed, verdictSeeds } from "./engine/seeds.ts";
import { type Exercise, type Variant, Variants } from "./engine/variant.ts";
import type { LessonState } from "./lesson-state.ts";
import { CheckResult, LessonNote, type ShownForms } from "./lesson-values.ts";
import type { ShownAnswer } from "./live/lesson-protocol.ts";
import { ProgressReport } from "./progress-report.ts";
import type { Answer } from "./submission.ts";

/** What a lesson works with. */
export interface LessonParts {
  /** By id. */
  readonly exercises: ReadonlyMap<string, Exercise>;
  /** The words; undefined in a host that can't read them: then codes take their place. */
  readonly source: LessonSource | undefined;
  readonly state: LessonState;
  /** The course's key, where an autograder runs the cells. */
  readonly courseKey: string | undefined;
  /** Makes bare commands talk to a cluster. */
  use(cluster: Cluster): void;
  /** Does something whose commands nobody shall see, and which leaves the current cluster as it is. */
  apart<T>(act: () => T): T;
  /** Shows something at once; undefined where the host has no place for it. */
  readonly show: ((forms: ShownForms) => void) | undefined;
  /** Variants that were made already, if they are kept somewhere. */
  readonly variants?: Variants;
}

/** What a learner hands in for a procedure: the text of a manifest, plain data, or a function of a cluster. */
export type GivenAnswer = string | number | boolean | object | ((cluster: Cluster) => unknown);

type Given = { readonly kind: "plain"; readonly answer: Answer } | { readonly kind: "call"; readonly call: Call };
type Call = (cluster: Cluster) => unknown;

const informs = "This informs; the mark comes from a replay of what you hand in.";

/** A lesson in progress. */
export class Lesson {
  readonly slug: string;
  /** Whose release this is; empty for a notebook that was handed to nobody in particular. */
  readonly student: string;
  readonly #parts: LessonParts;
  readonly #seed: string;
  readonly #started = new Map<string, { readonly cluster: Cluster; readonly variant: Variant }>();
  readonly #given = new Map<string, Given>();
  readonly #variants: Variants;

  /** Throws a TokenError for a token that is none, and a RangeError for one of another lesson. */
  constructor(slug: string, parts: LessonParts, token?: string) {
    const release = token === undefined ? undefined : readToken(token, parts.courseKey);
    if (release !== undefined && release.lesson !== slug)
      throw new RangeError(
        `this token is for the lesson ${release.lesson}, not for ${slug}: take that lesson's notebook`,
      );
    this.slug = slug;
    this.student = release?.student ?? "";
    this.#parts = parts;
    this.#variants = parts.variants ?? new Variants();
    this.#seed = release?.seed ?? seedOf(slug, "", "");
  }

  /**
   * The cluster of an exercise, as new: to be mended, or of a procedure to try things on. Bare commands talk to it from now on,
   * and it takes only the operations that the exercise allows. Throws a RangeError if there is no such exercise.
   */
  start(id: string): Cluster {
    const exercise = this.#exercise(id);
    const { scenario } = exercise;
    const seed = variantSeed(this.#seed, id, scenario.kind === "repair" ? "own" : "practice", 0);
    const variant = this.#parts.apart(() => this.#variants.of(exercise, seed));
    const cluster = variant.cluster.fork();
    this.#started.set(id, { cluster, variant });
    this.#parts.use(cluster);
    return cluster;
  }

  /**
   * Keeps the answer to a procedure; the last one counts. Throws a RangeError if the exercise is a repair, and an AnswerError if
   * the answer is not of its kind.
   */
  answer(id: string, value: GivenAnswer): LessonNote {
    const { scenario } = this.#exercise(id);
    if (scenario.kind === "repair")
      throw new RangeError(`${id} is answered by mending the cluster of lesson.start("${id}"), not by lesson.answer()`);
    this.#given.set(id, givenOf(scenario.answer, value));
    return new LessonNote(`Kept. \`lesson.check("${id}")\` tries it.`);
  }

  /**
   * Stores what the learner expects, as a letter or as the text of a choice. Throws a RangeError if there is no such question or
   * choice, and for another choice after the reveal.
   */
  predict(id: string, choice: string): LessonNote {
    const { choices } = this.#question(id);
    const index = choiceOf(choices, choice);
    if (index === undefined) throw new RangeError(`choose ${lettersOf(choices)}: lesson.predict("${id}", "A")`);
    const { predictions, revealed } = this.#parts.state;
    const chosen = choices[index]!;
    if (revealed.has(id) && predictions.get(id) !== chosen)
      throw new RangeError(`the prediction "${predictions.get(id)}" stands: what is right was shown already`);
    predictions.set(id, chosen);
    return new LessonNote(`You expect **${letterOf(index)}**: ${chosen}`);
  }

  /** Shows what is right, and why. Throws a RangeError before a prediction is stored. */
  reveal(id: string): LessonNote {
    const { choices, answer, explain } = this.#question(id);
    const { predictions, revealed } = this.#parts.state;
    const chosen = predictions.get(id);
    if (chosen === undefined)
      throw new RangeError(`predict first: lesson.predict("${id}", …) with ${lettersOf(choices)}`);
    revealed.add(id);
    const right = choices[answer]!;
    const opening = chosen === right ? "As you expected" : `You expected: ${chosen}. What happens`;
    return new LessonNote(`${opening}: **${letterOf(answer)}**, ${right}.\n\n${explain}`);
  }

  /** What was right, and why, for questions whose answer was shown already. */
  shownAnswers(): Readonly<Record<string, ShownAnswer>> {
    const shown = (this.#parts.source?.predictions ?? []).filter(({ id }) => this.#parts.state.revealed.has(id));
    return Object.fromEntries(
      shown.map(({ id, choices, answer, explain }) => [id, { choice: choices[answer]!, explain }]),
    );
  }

  /**
   * A hint, and what it costs: the next one, or the one of that number, which costs nothing again. Throws a RangeError when there
   * is none.
   */
  hint(id: string, number?: number): LessonNote {
    const { count, of, cost, text } = this.takeHint(id, number);
    return new LessonNote(`**Hint ${count} of ${of}** (costs ${cost} ${cost === 1 ? "point" : "points"}): ${text}`);
  }

  /** The same in parts, for the lesson panel; `cost` in points. */
  takeHint(
    id: string,
    number?: number,
  ): { readonly count: number; readonly of: number; readonly cost: number; readonly text: string } {
    this.#exercise(id);
    const text = this.#parts.source?.exercises.find((each) => each.id === id);
    if (text === undefined) throw new RangeError("the hints stand in the lesson's text, which this host does not read");
    const { hints } = this.#parts.state;
    const taken = hints.get(id) ?? 0;
    const of = text.hints.length;
    const count = number ?? taken + 1;
    if (number === undefined && taken >= of)
      throw new RangeError(`all ${of} hints were taken; lesson.hint("${id}", ${of}) shows the last one again`);
    const hint = text.hints[count - 1];
    if (hint === undefined || count > taken + 1)
      throw new RangeError(`lesson.hint("${id}", n) takes a whole number from 1 to ${Math.min(of, taken + 1)}`);
    hints.set(id, Math.max(taken, count));
    return { count, of, cost: Math.round(hint.cost * text.points * 100) / 100, text: hint.text };
  }

  /**
   * How an exercise stands: shows a report, and gives the points as a value. What is looked at are clusters made for it. Throws a
   * RangeError if there is no such exercise, and a BrokenExerciseError if its author made a mistake.
   */
  check(id: string): CheckResult {
    const result = this.checkQuietly(id);
    this.#parts.show?.(result.report(informs));
    return result;
  }

  /** The same without showing it, for the lesson panel. */
  checkQuietly(id: string): CheckResult {
    const exercise = this.#exercise(id);
    const verdict = this.#parts.apart(() => this.#verdict(exercise));
    const { state, source } = this.#parts;
    const text = source?.exercises.find((each) => each.id === id);
    const result = new CheckResult(id, markOf(verdict, text, state.hints.get(id) ?? 0), text?.title);
    state.checks.set(id, { points: result.points, of: result.of });
    return result;
  }

  /**
   * What would be handed in now: for a repair what was done to its cluster, for a function what it does on the variants of
   * these seeds. Undefined where nothing was answered. Throws an AnswerError for what can't be handed in.
   */
  answerTo(id: string, seeds: readonly string[]): Answer | undefined {
    const exercise = this.#exercise(id);
    const started = this.#started.get(exercise.id);
    if (exercise.scenario.kind === "repair")
      return started && { kind: "repair", ...deedsOf(started.cluster, started.variant) };
    const given = this.#given.get(exercise.id);
    if (given?.kind !== "call") return given?.answer;
    const variants = seeds.map((seed) => this.#variants.of(exercise, seed));
    const call: Call = (cluster) => {
      // Bare commands in the function are meant for the cluster that it was given.
      this.#parts.use(cluster);
      return given.call(cluster);
    };
    return callOnEach(variants, call);
  }

  /** What was predicted, asked and checked so far, as data that shows itself as tables. */
  progress(): ProgressReport {
    const { state, source } = this.#parts;
    return new ProgressReport(state.progress(), source);
  }

  toString(): string {
    const { exercises, source } = this.#parts;
    const whose = this.student === "" ? "" : `, the release of ${this.student}`;
    const count = exercises.size === 1 ? "1 exercise" : `${exercises.size} exercises`;
    return `lesson ${source?.front.title ?? this.slug}${whose}: ${count}`;
  }

  #verdict(exercise: Exercise): Verdict {
    const { id, scenario } = exercise;
    const seeds = scenario.kind === "repair" ? [variantSeed(this.#seed, id, "own", 0)] : this.#procedureSeeds(id);
    try {
      return judge(exercise, this.answerTo(id, seeds), seeds, this.#variants);
    } catch (error) {
      if (error instanceof AnswerError) return { findings: [], share: 0, lengths: [], notes: [error.message] };
      throw error;
    }
  }

  #procedureSeeds(id: string): readonly string[] {
    const { courseKey } = this.#parts;
    return courseKey === undefined ? practiceSeeds(this.#seed, id) : verdictSeeds(this.slug, id, courseKey);
  }

  #exercise(id: string): Exercise {
    const exercise = this.#parts.exercises.get(id);
    if (exercise !== undefined) return exercise;
    const names = [...this.#parts.exercises.keys()].join(", ");
    throw new RangeError(`this lesson has no exercise "${id}"${names === "" ? "" : `; it has ${names}`}`);
  }

  #question(id: string): PredictionText {
    const { source } = this.#parts;
    if (source === undefined)
      throw new RangeError("the questions stand in the lesson's text, which this host does not read");
    const found = source.predictions.find((each) => each.id === id);
    if (found !== undefined) return found;
    const names = source.predictions.map((each) => each.id).join(", ");
    throw new RangeError(`this lesson has no question "${id}"${names === "" ? "" : `; it has ${names}`}`);
  }
}

function givenOf(kind: "manifest" | "table" | "function", value: unknown): Given {
  switch (kind) {
    case "manifest":
      if (typeof value !== "string")
        throw new AnswerError(`the answer must be the text of a manifest, not a ${typeof value}`);
      return { kind: "plain", answer: { kind: "manifest", text: value } };
    case "table":
      return { kind: "plain", answer: { kind: "table", table: plainOf(value, "the answer") } };
    case "function":
      if (typeof value !== "function")
        throw new AnswerError(
          `the answer must be a function of a cluster, such as (cluster) => { … }, not a ${typeof value}`,
        );
      return { kind: "call", call: value as Call };
  }
}
