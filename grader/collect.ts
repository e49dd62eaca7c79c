/**
 * From a notebook's cells to a submission: runs them in the sandbox against clusters that stand outside of it, and writes
 * down what was done. A cell that fails costs only itself. Uses nothing of Node.js but what compiles cells.
 */
import type { CompiledCell } from "../kernel/compile/cell.ts";
import type { Place } from "../kernel/compile/positions.ts";
import { AnswerError, plainOf } from "../lessons/engine/deeds.ts";
import type { Exercise, Variants } from "../lessons/engine/variant.ts";
import type { Plain } from "../lessons/exercise.ts";
import { type Answer, type Deeds, SUBMISSION_FORMAT, type Submission } from "../lessons/submission.ts";
import type { CellCompiler } from "./compile-cells.ts";
import { Desk } from "./desk/desk.ts";
import { LessonDesk, type LessonTerms } from "./desk/lesson-desk.ts";
import type { GradedLesson } from "./graded-lesson.ts";
import { neededCells } from "./needed.ts";
import type { Complaint, PlannedCell } from "./release.ts";
import { openSandbox, type Sandbox, SandboxBroken } from "./sandbox/sandbox.ts";

/** What is to be collected. Plain data: it crosses to a worker. */
export interface CollectOrder {
  readonly lesson: string;
  readonly cells: readonly PlannedCell[];
  /** The release's seed. */
  readonly seed: string;
  /** The seeds that decide about each procedure, by exercise. */
  readonly verdictSeeds: Readonly<Record<string, readonly string[]>>;
  /** What the notebook itself has kept of earlier runs. */
  readonly kept: LessonTerms["kept"];
  /** Turns that broke or outlasted the sandbox before: they are left out, and said to be. */
  readonly skip: readonly { readonly turn: number; readonly reason: string }[];
}

/** What collecting needs besides. */
export interface CollectMeans {
  readonly lesson: GradedLesson;
  readonly compiler: CellCompiler;
  readonly variants: Variants;
  readonly simVersion: string;
  /** Told before each cell, and each call of a function: whoever watches from outside knows what was running. */
  turn?(number: number): void;
  /** Told whenever what runs gets on in a way that is counted, and so must end by itself. */
  alive?(): void;
}

const breakdownsMax = 3;

/** Collects. Throws only for what is wrong with ourselves. */
export async function collect(order: CollectOrder, means: CollectMeans): Promise<Submission> {
  const skip = new Map(order.skip.map(({ turn, reason }) => [turn, reason]));
  for (let attempt = 0; ; attempt++) {
    const collection = new Collection(order, means, skip);
    try {
      return await collection.run();
    } catch (error) {
      if (!(error instanceof SandboxBroken) || attempt >= breakdownsMax) throw error;
      skip.set(collection.turn, "it broke the interpreter that it ran in, and was left out");
    } finally {
      collection.close();
    }
  }
}

class Collection {
  /** The turn that runs, or ran last: a cell's index, then one for each call of a function. */
  turn = -1;
  readonly #order: CollectOrder;
  readonly #means: CollectMeans;
  readonly #skip: ReadonlyMap<number, string>;
  readonly #lesson: LessonDesk;
  readonly #desk: Desk;
  readonly #complaints: Complaint[] = [];
  #sandbox: Sandbox | undefined;

  constructor(order: CollectOrder, means: CollectMeans, skip: ReadonlyMap<number, string>) {
    this.#order = order;
    this.#means = means;
    this.#skip = skip;
    const { lesson, variants } = means;
    const { slug, exercises, predictions, hintsMax } = lesson;
    this.#lesson = new LessonDesk({
      slug,
      exercises,
      predictions,
      hintsMax,
      seed: order.seed,
      variants,
      kept: order.kept,
    });
    this.#desk = new Desk(this.#lesson);
  }

  close(): void {
    this.#sandbox?.close();
  }

  async run(): Promise<Submission> {
    const { alive = () => {} } = this.#means;
    const host = (request: string): string => {
      alive();
      const answer = this.#desk.answer(request);
      alive();
      return answer;
    };
    this.#sandbox = await openSandbox(host, alive);
    this.#runCells();
    const answers: Record<string, Answer> = {};
    for (const exercise of this.#means.lesson.exercises.values()) {
      const answer = this.#answerTo(exercise);
      if (answer !== undefined) answers[exercise.id] = answer;
    }
    const { lesson, simVersion } = this.#means;
    return {
      format: SUBMISSION_FORMAT,
      lesson: lesson.slug,
      lessonVersion: lesson.version,
      simVersion,
      seed: this.#order.seed,
      answers,
      predictions: this.#lesson.predictions,
      hints: this.#lesson.hints,
      complaints: this.#complaints,
    };
  }

  #runCells(): void {
    const { cells } = this.#order;
    const compiled = cells.map(({ source }, index) => this.#means.compiler.compile(source, index));
    const uses = cells.map(({ origin, source }, index) => {
      const cell = compiled[index] as ReturnType<CellCompiler["compile"]>;
      return { counts: origin !== "release", source, compiled: cell.kind === "compiled" ? cell : undefined };
    });
    const needed = neededCells(uses);
    for (const [index, cell] of compiled.entries()) {
      this.#desk.begin();
      if (!needed[index]) continue;
      const name = (cells[index] as PlannedCell).id;
      if (cell.kind === "compiled") this.#runCell(index, name, cell);
      else this.#complain(name, `SyntaxError: ${cell.message} (line ${cell.place.line}); it was not run`);
    }
  }

  #runCell(index: number, name: string, cell: CompiledCell): void {
    this.#desk.addCommands(this.#means.compiler.firstCommandOf(index), cell.calls);
    const fileName = `cell-${index + 1}.ts`;
    const script = `[${cell.script}, ${JSON.stringify(cell.globals)}, ${JSON.stringify(cell.rebuilt)}]`;
    const ended = this.#take(index, name, script, fileName);
    if (ended === undefined) return;
    if (ended.kind === "done") {
      const { cut } = JSON.parse(ended.value) as { readonly cut: boolean };
      if (cut) this.#complain(name, "it printed more than 64 kB; the rest was dropped");
      return;
    }
    const place = ended.place && cell.positions.original(onFirstLine(ended.place));
    this.#complain(name, `${ended.message}${place === undefined ? "" : ` (line ${place.line})`}`);
  }

  /** One turn in the sandbox; undefined where it is to be left out. */
  #take(turn: number, name: string, script: string, fileName: string): ReturnType<Sandbox["run"]> | undefined {
    this.turn = turn;
    this.#means.turn?.(turn);
    const reason = this.#skip.get(turn);
    if (reason === undefined) return this.#sandbox?.run(script, fileName);
    this.#complain(name, reason);
    return undefined;
  }

  #answerTo(exercise: Exercise): Answer | undefined {
    try {
      if (this.#lesson.functions.includes(exercise)) return { kind: "function", runs: this.#runsOf(exercise) };
      return this.#lesson.answerTo(exercise);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      this.#complain(exercise.id, error.message);
      return undefined;
    }
  }

  /** Calls a function on each unseen variant. Throws an AnswerError where it fails on one. */
  #runsOf(exercise: Exercise): readonly (Deeds & { readonly returned: Plain })[] {
    const seeds = this.#order.verdictSeeds[exercise.id] ?? [];
    return seeds.map((seed) => {
      const { number, place } = this.#desk.lend(() => this.#means.variants.of(exercise, seed));
      const script = `[$orrery.answerRun(${JSON.stringify(exercise.id)}, ${number}), [], []]`;
      const turn = Math.max(this.turn, this.#order.cells.length - 1) + 1;
      const ended = this.#take(turn, exercise.id, script, `answer-${exercise.id}.ts`);
      if (ended === undefined) throw new AnswerError("the function was not called on every cluster");
      if (ended.kind === "failed") throw new AnswerError(`the function failed on a cluster: ${ended.message}`);
      const { value } = JSON.parse(ended.value) as { readonly value: unknown };
      return { ...place.deeds(), returned: plainOf(value, "what the function returns") };
    });
  }

  #complain(cell: string, message: string): void {
    this.#complaints.push({ cell, message });
  }
}

/** The script has one character in front of the compiled cell's first line. */
function onFirstLine({ line, column }: Place): Place {
  return { line, column: line === 1 ? Math.max(1, column - 1) : column };
}
