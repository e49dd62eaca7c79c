/**
 * What a submission's cells say about the lesson: which exercise they start, what they answer, predict and ask for. Keeps
 * the newest of each; when the cells have run it tells what was handed in.
 */
import { plainOf } from "../../lessons/engine/deeds.ts";
import { choiceOf } from "../../lessons/engine/prediction-text.ts";
import { variantSeed } from "../../lessons/engine/seeds.ts";
import type { Exercise, Variant, Variants } from "../../lessons/engine/variant.ts";
import type { Answer } from "../../lessons/submission.ts";
import type { Place } from "./place.ts";
import { isBoundedText } from "./shapes.ts";

/** What a lesson's cells may name, and the seed of the release that they were handed out with. */
export interface LessonTerms {
  readonly slug: string;
  readonly exercises: ReadonlyMap<string, Exercise>;
  /** Choices of each prediction. */
  readonly predictions: ReadonlyMap<string, readonly string[]>;
  readonly hintsMax: number;
  readonly seed: string;
  readonly variants: Variants;
  /** What the notebook itself has kept of earlier runs. */
  readonly kept: {
    readonly predictions: Readonly<Record<string, string>>;
    readonly hints: Readonly<Record<string, number>>;
  };
}

/** Promises a cluster of a variant: the current one from now on, made when something is first done with it. */
type HandOut = (variant: () => Variant) => { readonly place: Place | undefined };

/** The lesson's side of a desk. */
export class LessonDesk {
  readonly #terms: LessonTerms;
  readonly #started = new Map<string, Place>();
  readonly #answers = new Map<string, Answer | "function">();
  readonly #predictions = new Map<string, string>();
  readonly #revealed = new Set<string>();
  /** Taken in cells; those of the panel are in the terms. */
  readonly #hints = new Map<string, number>();

  constructor(terms: LessonTerms) {
    this.#terms = terms;
    const { kept, predictions } = terms;
    for (const [id, choice] of Object.entries(kept.predictions))
      if (predictions.get(id)?.includes(choice)) this.#predictions.set(id, choice);
  }

  /** Does one call; Throws for what is no call, or not now. */
  perform(call: string, words: readonly unknown[], handOut: HandOut): unknown {
    switch (call) {
      case "lesson":
        return this.#open(words[0]);
      case "start":
        return this.#start(this.#exercise(words[0]), handOut);
      case "answer":
        return this.#answer(this.#exercise(words[0]), words[1], words[2]);
      case "predict":
        return this.#predict(words[0], words[1]);
      case "reveal":
        return this.#reveal(words[0]);
      case "hint":
        return this.#hint(this.#exercise(words[0]), words[1]);
      case "check":
        return void this.#exercise(words[0]);
      case "progress":
        return { predictions: this.predictions, hints: this.hints, checks: {}, visited: [] };
      default:
        throw new TypeError(`there is no call ${JSON.stringify(call)}`);
    }
  }

  /** What was predicted, by prediction. */
  get predictions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#predictions);
  }

  /**
   * How many hints were taken, by exercise: in the panel or in cells, whichever was more, for the panel counts those that
   * cells took, too.
   */
  get hints(): Readonly<Record<string, number>> {
    const counts = [...this.#terms.exercises.keys()].map((id) => [id, this.#hintsOf(id)] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  #hintsOf(id: string): number {
    const { kept, hintsMax } = this.#terms;
    const before = Object.hasOwn(kept.hints, id) ? Math.floor(kept.hints[id] as number) || 0 : 0;
    return Math.max(0, this.#hints.get(id) ?? 0, Math.min(hintsMax, before));
  }

  /** Exercises whose answer is a function: it has to be called before there is an answer. */
  get functions(): readonly Exercise[] {
    return [...this.#terms.exercises.values()].filter(({ id }) => this.#answers.get(id) === "function");
  }

  /** What was handed in so far for one exercise; undefined if nothing. Throws an AnswerError for what can't be judged. */
  answerTo({ id, scenario }: Exercise): Answer | undefined {
    const answer = this.#answers.get(id);
    if (scenario.kind === "procedure") return answer === "function" ? undefined : answer;
    const place = this.#started.get(id);
    return place?.isTouched ? { kind: "repair", ...place.deeds() } : undefined;
  }

  #open(slug: unknown): void {
    if (slug === this.#terms.slug) return;
    throw new Error(`this notebook is graded as ${this.#terms.slug}: it can't open ${JSON.stringify(slug)}`);
  }

  #exercise(id: unknown): Exercise {
    const exercise = typeof id === "string" ? this.#terms.exercises.get(id) : undefined;
    if (exercise !== undefined) return exercise;
    const ids = [...this.#terms.exercises.keys()].join(", ");
    throw new RangeError(`there is no exercise ${JSON.stringify(id)}; there are ${ids}`);
  }

  #start(exercise: Exercise, handOut: HandOut): unknown {
    const { seed, variants } = this.#terms;
    const purpose = exercise.scenario.kind === "repair" ? "own" : "practice";
    const handed = handOut(() => variants.of(exercise, variantSeed(seed, exercise.id, purpose, 0)));
    if (handed.place !== undefined) this.#started.set(exercise.id, handed.place);
    return handed;
  }

  #answer({ id, scenario }: Exercise, form: unknown, value: unknown): void {
    if (scenario.kind === "repair")
      throw new TypeError(`the answer to ${id} is the cluster itself: work on the one that lesson.start() gives`);
    const wanted = scenario.answer;
    const isFunction = form === "function";
    if (isFunction !== (wanted === "function") || (wanted === "manifest" && !isBoundedText(value)))
      throw new TypeError(`the answer to ${id} must be ${wanted === "manifest" ? "a manifest's text" : `a ${wanted}`}`);
    if (isFunction) this.#answers.set(id, "function");
    else if (wanted === "manifest") this.#answers.set(id, { kind: "manifest", text: value as string });
    else this.#answers.set(id, { kind: "table", table: plainOf(value ?? null, "the table") });
  }

  #predict(id: unknown, choice: unknown): void {
    const choices = this.#choices(id);
    const index = typeof choice === "string" ? choiceOf(choices, choice) : undefined;
    if (index === undefined) throw new RangeError("a prediction is the letter or the text of one of the choices");
    const chosen = choices[index] as string;
    if (this.#revealed.has(id as string) && this.#predictions.get(id as string) !== chosen)
      throw new RangeError("the prediction stands: what is right was shown already");
    this.#predictions.set(id as string, chosen);
  }

  #reveal(id: unknown): void {
    this.#choices(id);
    if (!this.#predictions.has(id as string))
      throw new RangeError("predict first: run lesson.predict() with your choice");
    this.#revealed.add(id as string);
  }

  #choices(id: unknown): readonly string[] {
    const choices = typeof id === "string" ? this.#terms.predictions.get(id) : undefined;
    if (choices === undefined) throw new RangeError(`there is no question ${JSON.stringify(id)}`);
    return choices;
  }

  #hint({ id }: Exercise, number: unknown): void {
    const taken = this.#hints.get(id) ?? 0;
    const count = typeof number === "number" ? number : taken + 1;
    if (!Number.isInteger(count) || count < 1 || count > Math.min(this.#hintsOf(id) + 1, this.#terms.hintsMax))
      throw new RangeError(`there is no such hint of ${id} yet: take them one after the other`);
    this.#hints.set(id, Math.max(taken, count));
  }
}
