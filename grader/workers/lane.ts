/**
 * One line of work: a thread that collects and a thread that marks, used in turn for one notebook after the other. Watches
 * the collecting one from outside and ends it where no count inside can: a native loop, or memory that thrashes.
 */
import { Worker } from "node:worker_threads";
import type { Submission } from "../../lessons/submission.ts";
import type { CollectOrder } from "../collect.ts";
import type { Marked, MarkOrder } from "../mark.ts";
import type { LaneStart } from "./lesson-shelf.ts";

/** The programs of the two threads. */
export interface WorkerFiles {
  readonly collect: URL;
  readonly mark: URL;
}

/** A thread ended without an answer: by our kill, or because its memory ran out. */
class ThreadLost extends Error {
  override readonly name = "ThreadLost";
}

/**
 * Wall-clock time without a sign of life, and of marking one submission, in milliseconds. What gives signs is counted and ends
 * by itself, so that a busy machine ends nobody's cells: the clock is for native loops and for memory that thrashes.
 */
const silentMsMax = 8_000;
const markMsMax = 120_000;
const lookEveryMs = 100;
const losesMax = 3;

/** Interpreter frames lie on the thread's stack; below this size, deep recursion breaks the interpreter. */
const limits = { stackSizeMb: 16, maxOldGenerationSizeMb: 1_536 };

/** Programs that lie beside this one, as the build leaves them. */
export function builtWorkers(): WorkerFiles {
  const beside = (name: string): URL => new URL(`./${name}.js`, import.meta.url);
  return { collect: beside("collect-worker"), mark: beside("mark-worker") };
}

/** See above. */
export class Lane {
  readonly #files: WorkerFiles;
  readonly #start: Omit<LaneStart, "turn">;
  readonly #turn = new Int32Array(new SharedArrayBuffer(8));
  #isClosed = false;
  #collector: Worker | undefined;
  #marker: Worker | undefined;

  constructor(files: WorkerFiles, start: Omit<LaneStart, "turn">) {
    this.#files = files;
    this.#start = start;
  }

  /** Collects; turns that had to be ended from outside are left out in another try. Throws after too many of them. */
  async collect(order: CollectOrder): Promise<Submission> {
    const skip = [...order.skip];
    for (;;) {
      this.#collector ??= this.#thread(this.#files.collect);
      Atomics.store(this.#turn, 0, -1);
      try {
        const text = await this.#asked(this.#collector, { ...order, skip }, () => this.#turnIsOver());
        return JSON.parse(text) as Submission;
      } catch (error) {
        this.#collector = undefined;
        const turn = Atomics.load(this.#turn, 0);
        if (this.#isClosed || !(error instanceof ThreadLost) || turn < 0 || skip.length >= losesMax) throw error;
        skip.push({ turn, reason: "it took too long or too much memory, was stopped, and left out" });
      }
    }
  }

  /** Marks. Throws what the marking thread threw. */
  async mark(order: MarkOrder): Promise<Marked> {
    this.#marker ??= this.#thread(this.#files.mark);
    const end = performance.now() + markMsMax;
    try {
      return JSON.parse(await this.#asked(this.#marker, order, () => performance.now() > end)) as Marked;
    } catch (error) {
      this.#marker = undefined;
      throw error;
    }
  }

  /** Ends both threads, and what is being asked of them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#collector?.terminate(), this.#marker?.terminate()]);
  }

  #seen = { turn: -1, signs: 0, since: 0 };

  #turnIsOver(): boolean {
    const turn = Atomics.load(this.#turn, 0);
    const signs = Atomics.load(this.#turn, 1);
    if (turn !== this.#seen.turn || signs !== this.#seen.signs) this.#seen = { turn, signs, since: performance.now() };
    return turn >= 0 && performance.now() - this.#seen.since > silentMsMax;
  }

  #thread(program: URL): Worker {
    const workerData: LaneStart = { ...this.#start, turn: this.#turn.buffer as SharedArrayBuffer };
    return new Worker(program, {
      workerData,
      env: {},
      execArgv: [],
      stderr: true,
      stdout: true,
      resourceLimits: limits,
    });
  }

  #asked(worker: Worker, order: object, isOver: () => boolean): Promise<string> {
    // A thread that was ended takes orders and never answers.
    if (this.#isClosed) return Promise.reject(new ThreadLost("the lane is closed"));
    this.#seen = { turn: -1, signs: 0, since: performance.now() };
    return new Promise((resolve, reject) => {
      const answered = (answer: string): void => {
        end();
        resolve(answer);
      };
      const broken = (error: NodeJS.ErrnoException): void => {
        lost(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? new ThreadLost("it took too much memory") : error);
      };
      const gone = (): void => lost(new ThreadLost("the thread ended"));
      const end = (): void => {
        clearInterval(watch);
        worker.off("message", answered).off("error", broken).off("exit", gone);
      };
      const lost = (error: Error): void => {
        end();
        worker.on("error", () => {});
        worker.terminate().then(() => reject(error), reject);
      };
      const watch = setInterval(() => {
        if (isOver()) lost(new ThreadLost("it took too long"));
      }, lookEveryMs);
      worker.on("message", answered).on("error", broken).on("exit", gone);
      worker.postMessage(order);
    });
  }
}
