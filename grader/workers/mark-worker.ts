/** The thread in which submissions are judged: no code of a learner runs here. */
import { parentPort, workerData } from "node:worker_threads";
import { Variants } from "../../lessons/engine/variant.ts";
import { KnownVerdicts, type MarkOrder, mark } from "../mark.ts";
import { type LaneStart, LessonShelf, variantsKept } from "./lesson-shelf.ts";

const shelf = new LessonShelf(workerData as LaneStart);
const variants = new Variants(variantsKept);
/** By lesson: two lessons may have an exercise of the same name. */
const known = new Map<string, KnownVerdicts>();

parentPort?.on("message", (order: MarkOrder) => {
  const lesson = shelf.lesson(order.submission.lesson);
  const verdicts = known.get(lesson.slug) ?? new KnownVerdicts();
  known.set(lesson.slug, verdicts);
  parentPort?.postMessage(JSON.stringify(mark(order, lesson, variants, verdicts)));
});
