/**
 * Grades a class: as many lanes as there are jobs take one notebook after the other, results are kept as they come, and
 * are handed on in the order of the files, so that nothing that is written depends on who was faster.
 */
import type { GradedLesson, LessonFile } from "../graded-lesson.ts";
import type { Course } from "../identity.ts";
import type { Result } from "../result.ts";
import { Lane, type WorkerFiles } from "../workers/lane.ts";
import { type HandedFile, readHanded } from "./find-notebooks.ts";
import { failedResult, type GradeMeans, gradePrepared, type Prepared, prepare } from "./grade-one.ts";
import { hashOf, type ResultsFolder } from "./results-folder.ts";

/** What a class is graded with. */
export interface ClassOrder {
  readonly files: readonly HandedFile[];
  readonly lessons: ReadonlyMap<string, { readonly file: LessonFile; readonly lesson: GradedLesson }>;
  readonly lesson: string | undefined;
  readonly course: Course;
  readonly simVersion: string;
  /** Whatever else results depend on, e.g. the build: a result of another edition is not taken over. */
  readonly edition: string;
  readonly jobs: number;
  readonly workers: WorkerFiles;
  readonly results: ResultsFolder;
  /** Takes results of an earlier run where nothing has changed. */
  readonly resume: boolean;
  /** Ends the class between two notebooks: what is being graded is given up. */
  readonly stop?: AbortSignal;
}

/** Told as it goes on. */
export interface ClassWatcher {
  /** A result, in the order of the files. */
  result(result: Result, file: HandedFile): void;
  /** How many are done, in whatever order. */
  progress?(done: number): void;
}

/** The class was stopped: what has been graded is kept. */
export class ClassStopped extends Error {
  override readonly name = "ClassStopped";
  readonly done: number;

  constructor(done: number) {
    super(`stopped after ${done} notebooks`);
    this.done = done;
  }
}

/** Grades all files. Throws ClassStopped, or what the file system says when a result can't be kept. */
export async function gradeClass(order: ClassOrder, watcher: ClassWatcher): Promise<void> {
  const run = new ClassRun(order, watcher);
  const lanes = Array.from({ length: Math.max(1, Math.min(order.jobs, order.files.length)) }, () => run.lane());
  const outcomes = await Promise.allSettled(lanes.map((lane) => run.work(lane)));
  await Promise.all(lanes.map((lane) => lane.close()));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  if (order.stop?.aborted) throw new ClassStopped(run.done);
}

class ClassRun {
  done = 0;
  readonly #order: ClassOrder;
  readonly #watcher: ClassWatcher;
  readonly #means: GradeMeans;
  readonly #waiting = new Map<number, Result>();
  #next = 0;
  #told = 0;
  #broken = false;

  constructor(order: ClassOrder, watcher: ClassWatcher) {
    this.#order = order;
    this.#watcher = watcher;
    const { course, simVersion, lesson, lessons } = order;
    this.#means = { course, simVersion, lesson, lessonOf: (slug) => lessons.get(slug)?.lesson };
  }

  lane(): Lane {
    const { workers, lessons, simVersion, stop } = this.#order;
    const lane = new Lane(workers, { lessons: [...lessons.values()].map(({ file }) => file), simVersion });
    stop?.addEventListener("abort", () => void lane.close());
    return lane;
  }

  async work(lane: Lane): Promise<void> {
    while (this.#next < this.#order.files.length && !this.#broken && !this.#order.stop?.aborted) {
      const index = this.#next++;
      const file = this.#order.files[index] as HandedFile;
      try {
        const result = await this.#graded(file, lane);
        if (result === undefined) return;
        this.#tell(index, result);
      } catch (error) {
        this.#broken = true;
        throw error;
      }
    }
  }

  /** Undefined when the class was stopped meanwhile. */
  async #graded(file: HandedFile, lane: Lane): Promise<Result | undefined> {
    let bytes: Buffer | undefined;
    let prepared: Prepared;
    try {
      prepared = prepare(file, () => (bytes = readHanded(file.path)), this.#means);
    } catch (error) {
      return failedResult(file, undefined, wordsOf(error), this.#means);
    }
    if (prepared.kind === "refused") return this.#kept(file, "refused", prepared.result);
    const madeFrom = this.#madeFrom(file, bytes ?? Buffer.alloc(0), prepared);
    const known = this.#order.resume ? this.#order.results.find(file, madeFrom) : undefined;
    if (known !== undefined) return known;
    let result: Result;
    try {
      result = await gradePrepared(file, prepared, this.#means, lane);
    } catch (error) {
      if (this.#order.stop?.aborted) return undefined;
      return failedResult(file, prepared, wordsOf(error), this.#means);
    }
    return this.#kept(file, madeFrom, result);
  }

  #kept(file: HandedFile, madeFrom: string, result: Result): Result {
    this.#order.results.keep(file, madeFrom, result);
    return result;
  }

  #madeFrom(file: HandedFile, bytes: Buffer, { lesson, identity }: Extract<Prepared, { kind: "ready" }>): string {
    const { course, simVersion, edition } = this.#order;
    const who = [file.name, identity.student, identity.seed, ...identity.flags].join("\n");
    return hashOf(bytes, lesson.slug, lesson.version, simVersion, edition, who, course.key ?? "");
  }

  /** Results wait here until all those before them have been told. */
  #tell(index: number, result: Result): void {
    this.done += 1;
    this.#waiting.set(index, result);
    for (let next = this.#waiting.get(this.#told); next !== undefined; next = this.#waiting.get(this.#told)) {
      this.#waiting.delete(this.#told);
      this.#watcher.result(next, this.#order.files[this.#told] as HandedFile);
      this.#told += 1;
    }
    this.#watcher.progress?.(this.done);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
