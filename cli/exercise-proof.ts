/** Proves one exercise: that its starter is not enough, its solution is, its wrong solutions are not, and all over many seeds. */
import { type CollectMeans, collect } from "../grader/collect.ts";
import { CellCompiler } from "../grader/compile-cells.ts";
import { compileLesson } from "../lessons/engine/compile.ts";
import type { ExerciseText } from "../lessons/engine/exercise-text.ts";
import { judge, type Verdict } from "../lessons/engine/judge.ts";
import { setupCell } from "../lessons/engine/lesson-cells.ts";
import type { LessonSource } from "../lessons/engine/lesson-source.ts";
import { markOf } from "../lessons/engine/mark.ts";
import { seedOf, VERDICT_VARIANTS, variantSeed, verdictSeeds } from "../lessons/engine/seeds.ts";
import { type Exercise, makeVariant, Variants } from "../lessons/engine/variant.ts";
import type { Attempt, Solutions } from "../lessons/exercise.ts";

/** What a proof needs to know. */
export interface ProofParts {
  readonly source: LessonSource;
  readonly exercise: Exercise;
  readonly text: ExerciseText;
  readonly solution: Solutions[string];
  /** How many variants each attempt is tried on. */
  readonly seeds: number;
}

/** What a proof has found. */
export interface Proof {
  /** In one sentence each; empty where all is proven. */
  readonly complaints: readonly string[];
  /** Variants tried. */
  readonly variants: number;
  /** Of the right solution: least and most operations, least and most steps. */
  readonly lengths: Lengths | undefined;
}

interface Lengths {
  readonly operations: readonly [least: number, most: number];
  readonly steps: readonly [least: number, most: number];
}

/** What one attempt came to on the variants of one release. */
interface Tried {
  readonly verdict: Verdict;
  /** What went wrong while its cells ran. */
  readonly said: readonly string[];
}

const WRONG_MIN = 5;
const LENGTH_RATIO_MAX = 3;
const WORTH_TOLERANCE = 0.01;

/** Tries everything. Throws a BrokenExerciseError where scenario or check is wrong. */
export async function proveExercise(parts: ProofParts): Promise<Proof> {
  const { exercise, text, solution, seeds } = parts;
  const complaints: string[] = [];
  const wrong = Object.entries(solution.wrong);
  if (wrong.length < WRONG_MIN)
    complaints.push(`it has ${wrong.length} wrong solutions, and needs at least ${WRONG_MIN}`);
  if (solution.right.worth !== 1) complaints.push(`its right solution must be worth 1, not ${solution.right.worth}`);
  const attempts: Trial[] = [
    new Trial("the starter as it is", { worth: 0, source: () => text.starter }, (share) => share < 1, "less than all"),
    new Trial("the right solution", solution.right, (share) => share > 1 - WORTH_TOLERANCE, "all"),
    ...wrong.map(([name, attempt]) => {
      if (attempt.worth >= 1) complaints.push(`the wrong solution "${name}" must be worth less than 1`);
      const isWorth = (share: number): boolean => Math.abs(share - attempt.worth) <= WORTH_TOLERANCE;
      return new Trial(`the wrong solution "${name}"`, attempt, isWorth, `${attempt.worth}`);
    }),
  ];
  const codes = new Set<string>();
  const lasting = meansFor(parts);
  const releases = Math.ceil(seeds / (exercise.scenario.kind === "repair" ? 1 : VERDICT_VARIANTS));
  for (let release = 0; release < releases; release++) {
    const means = { ...lasting, variants: new Variants() };
    for (const trial of attempts) {
      const tried = await attempt(parts, trial.attempt, means, release);
      trial.note(tried, text, release);
      for (const { code } of tried.verdict.findings) codes.add(code);
    }
  }
  complaints.push(...attempts.flatMap((trial) => trial.complaints(releases)));
  complaints.push(...codeComplaints(text, codes, attempts));
  const lengths = lengthsOf(attempts[1]!.verdicts);
  complaints.push(...lengthComplaints(lengths));
  return { complaints, variants: releases * (exercise.scenario.kind === "repair" ? 1 : VERDICT_VARIANTS), lengths };
}

/** Collects an attempt as the grader collects a notebook's cells, and judges what was collected. */
async function attempt(
  { source, exercise, text }: ProofParts,
  { source: cell }: Attempt,
  means: CollectMeans,
  release: number,
): Promise<Tried> {
  const { slug } = source;
  const { id, scenario } = exercise;
  const { variants } = means;
  const key = `proof ${release}`;
  const seed = seedOf(slug, "", key);
  const isRepair = scenario.kind === "repair";
  const seeds = isRepair ? [variantSeed(seed, id, "own", 0)] : verdictSeeds(slug, id, key);
  const handedOut = variants.of(exercise, isRepair ? seeds[0]! : variantSeed(seed, id, "practice", 0));
  const setup = setupCell(source, {})!;
  const start = text.start === undefined ? [] : [{ id: `${id}-start`, source: text.start, origin: "added" as const }];
  const cells = [
    { id: "setup", source: setup.source, origin: "added" as const },
    ...start,
    { id, source: cell(handedOut.cluster.fork()), origin: "answer" as const },
  ];
  const order = {
    lesson: slug,
    cells,
    seed,
    verdictSeeds: { [id]: seeds },
    kept: { predictions: {}, hints: {} },
    skip: [],
  };
  const { answers, complaints } = await collect(order, means);
  return { verdict: judge(exercise, answers[id], seeds, variants), said: complaints.map(({ message }) => message) };
}

/** What the collector works with in every release: the lesson with this exercise alone, and what compiles its cells. */
function meansFor({ source, exercise }: ProofParts): Omit<CollectMeans, "variants"> {
  const { slug, version, predictions, text } = source;
  const lesson = {
    slug,
    version,
    source,
    release: compileLesson(slug, text.lines.join("\n")),
    exercises: new Map([[exercise.id, exercise]]),
    predictions: new Map(predictions.map(({ id, choices }) => [id, choices])),
    hintsMax: 3,
  };
  return { lesson, compiler: new CellCompiler(), simVersion: version };
}

/** One attempt over all releases. */
class Trial {
  readonly attempt: Attempt;
  readonly verdicts: Verdict[] = [];
  readonly #name: string;
  readonly #isRight: (share: number) => boolean;
  readonly #wanted: string;
  #failed = 0;
  #example = "";

  constructor(name: string, attempt: Attempt, isRight: (share: number) => boolean, wanted: string) {
    this.#name = name;
    this.attempt = attempt;
    this.#isRight = isRight;
    this.#wanted = wanted;
  }

  note({ verdict, said: complaints }: Tried, text: ExerciseText, release: number): void {
    this.verdicts.push(verdict);
    if (this.#isRight(verdict.share)) return;
    this.#failed += 1;
    if (this.#example !== "") return;
    const missed = markOf(verdict, text, 0).lines.filter(({ passed }) => !passed);
    const said = [...complaints, ...missed.map(({ message }) => message)];
    const share = Math.round(verdict.share * 1000) / 1000;
    this.#example = `${share} on release ${release} (${said.join(" ") || "every finding passed"})`;
  }

  complaints(releases: number): readonly string[] {
    if (this.#failed === 0) return [];
    return [
      `${this.#name} should get ${this.#wanted} of the points, and on ${this.#failed} of ${releases} releases it does not: ${this.#example}`,
    ];
  }
}

function codeComplaints(text: ExerciseText, found: ReadonlySet<string>, trials: readonly Trial[]): readonly string[] {
  const wordless = [...found].filter((code) => !text.messages.has(code));
  const unused = [...text.messages.keys()].filter((code) => !found.has(code));
  const complaints: string[] = [];
  if (wordless.length > 0)
    complaints.push(`lesson.md has no words for ${wordless.join(", ")}: add them to its messages`);
  if (unused.length > 0)
    complaints.push(`lesson.md has words for ${unused.join(", ")}, which the check never finds: take them out`);
  const verdicts = trials.flatMap((trial) => trial.verdicts).filter(({ findings }) => findings.length > 0);
  const lists = new Set(verdicts.map(({ findings }) => findings.map(({ code }) => code).join(", ")));
  if (lists.size > 1) complaints.push(`its check finds other codes at other times: ${[...lists].join(" / ")}`);
  const blank = verdicts
    .flatMap((verdict) => markOf(verdict, text, 0).lines)
    .find(({ message }) => /\{[A-Za-z]\w*\}/.test(message));
  if (blank !== undefined) complaints.push(`a fact is missing in "${blank.message}": the finding must give it`);
  return complaints;
}

function lengthsOf(verdicts: readonly Verdict[]): Lengths | undefined {
  const lengths = verdicts.flatMap((verdict) => verdict.lengths);
  if (lengths.length === 0) return undefined;
  const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  return {
    operations: range(lengths.map(({ operations }) => operations)),
    steps: range(lengths.map(({ steps }) => steps)),
  };
}

/** A learner's work is the operations; how many steps the cluster then takes is only told. */
function lengthComplaints(lengths: Lengths | undefined): readonly string[] {
  const [least, most] = lengths?.operations ?? [0, 0];
  if (most <= Math.max(least, 1) * LENGTH_RATIO_MAX) return [];
  return [`its right solution takes ${least} to ${most} operations: some variants are far harder than others`];
}

/** Whether the same seed makes the same cluster. */
export function isRepeatable(exercise: Exercise): boolean {
  const seed = seedOf(exercise.id, "", "proof");
  const [first, second] = [makeVariant(exercise, seed), makeVariant(exercise, seed)];
  return first.cluster.hash === second.cluster.hash && first.cluster.storeHash() === second.cluster.storeHash();
}
