import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import type { Declaration } from "../environment.ts";
import type { CellSource, TypesAnswers, TypesQuestion, TypesReply, TypesRequest } from "./protocol.ts";

/** Where the type side's program is; the startup snapshot is used when it is there and fits this Node.js. */
export interface TypesProgram {
  readonly script: string;
  readonly snapshot: string;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** With the default young generation, collections double the time of checking a long notebook's cells. */
const HEAP = "--max-semi-space-size=32";

/**
 * The type side: a process of its own, so that it starts from a snapshot beside the main thread and may be ended when a
 * check takes too long. What ends is started anew and told the cells that it knew.
 */
export class TypesClient {
  readonly #program: TypesProgram;
  #child: ChildProcess | undefined;
  #useSnapshot: boolean;
  #number = 0;
  #waiting = new Map<number, Waiting>();
  #known: CellSource[] = [];
  #start: TypesQuestion | undefined;
  #failures = 0;
  #closed = false;

  constructor(program: TypesProgram) {
    this.#program = program;
    this.#useSnapshot = existsSync(program.snapshot);
    this.#spawn();
  }

  /** Tells the notebook's folder and the environment's declarations; comes before any check. */
  start(folder: string, declarations: readonly Declaration[]): Promise<true> {
    this.#start = { kind: "start", folder, declarations };
    return this.#ask<"start">(this.#start);
  }

  /** The errors of a cell; one without errors is known from then on. */
  async check(cell: CellSource): Promise<TypesAnswers["check"]> {
    const problems = await this.#ask<"check">({ kind: "check", cell });
    if (problems.length === 0 && cell.declared.length > 0) this.#known.push(cell);
    return problems;
  }

  complete(text: string, offset: number): Promise<TypesAnswers["complete"]> {
    return this.#ask<"complete">({ kind: "complete", text, offset });
  }

  inspect(text: string, offset: number): Promise<TypesAnswers["inspect"]> {
    return this.#ask<"inspect">({ kind: "inspect", text, offset });
  }

  /** Gives up what is being computed, as an interrupt does while a cell is checked. */
  interrupt(): void {
    if (this.#waiting.size > 0) this.#child?.kill("SIGKILL");
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill();
  }

  #ask<K extends keyof TypesAnswers>(question: TypesQuestion): Promise<TypesAnswers[K]> {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      if (!this.#child) return reject(new Error("the type checker does not start; cells run unchecked"));
      this.#waiting.set(number, { resolve: resolve as (answer: never) => void, reject });
      const request: TypesRequest = { number, question };
      this.#child.send(request, (error) => error && this.#settle({ number, failure: error.message }));
    });
  }

  #settle({ number, answer, failure }: TypesReply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (failure === undefined) waiting?.resolve(answer as never);
    else waiting?.reject(new Error(`the type checker failed: ${failure}`));
  }

  #spawn(): void {
    const { script, snapshot } = this.#program;
    const args = this.#useSnapshot ? [HEAP, "--snapshot-blob", snapshot, script] : [HEAP, script];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "ignore", "ipc"], windowsHide: true });
    this.#child = child;
    let answered = false;
    child.on("message", (reply: TypesReply) => {
      answered = true;
      this.#failures = 0;
      this.#settle(reply);
    });
    child.on("error", () => {});
    child.on("exit", () => this.#restart(answered));
    child.unref();
    child.channel?.unref();
  }

  /** After an end: without the snapshot when that never answered, and not at all after three ends in a row. */
  #restart(answered: boolean): void {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#child = undefined;
    if (this.#closed) return;
    if (!answered) {
      this.#useSnapshot = false;
      this.#failures++;
    }
    if (this.#failures < 3) {
      this.#spawn();
      const questions: TypesQuestion[] = this.#start ? [this.#start] : [];
      for (const cell of this.#known) questions.push({ kind: "check", cell });
      for (const question of questions) this.#ask(question).catch(() => {});
    }
    for (const { reject } of lost) reject(new Error("the type checker was ended"));
  }
}
