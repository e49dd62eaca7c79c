/**
 * The thread in which cells of submissions run. It knows neither the course's key nor a file: what it needs comes with each
 * order, and its environment is empty.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Variants } from "../../lessons/engine/variant.ts";
import { type CollectOrder, collect } from "../collect.ts";
import { CellCompiler } from "../compile-cells.ts";
import { type LaneStart, LessonShelf, variantsKept } from "./lesson-shelf.ts";

const { simVersion, turn } = workerData as LaneStart;
const turnWord = new Int32Array(turn);
const shelf = new LessonShelf(workerData as LaneStart);
const compiler = new CellCompiler();
const variants = new Variants(variantsKept);

parentPort?.on("message", async (order: CollectOrder) => {
  Atomics.store(turnWord, 0, -1);
  const told = (number: number): void => void Atomics.store(turnWord, 0, number);
  const alive = (): void => void Atomics.add(turnWord, 1, 1);
  const lesson = shelf.lesson(order.lesson);
  const submission = await collect(order, { lesson, compiler, variants, simVersion, turn: told, alive });
  parentPort?.postMessage(JSON.stringify(submission));
});
