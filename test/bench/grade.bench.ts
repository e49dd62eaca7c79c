/**
 * The grader's figures: notebooks of lesson 1, collected in the sandbox, replayed and checked, in one thread. Every other
 * student is all right, the others have done this and that. Times are the processor's, so that other work beside counts
 * little. "Distinct" judges every answer anew; "class" remembers verdicts, as a real run does.
 */
import { gradePrepared, prepare } from "../../grader/class/grade-one.ts";
import { type CollectMeans, type CollectOrder, collect } from "../../grader/collect.ts";
import { CellCompiler } from "../../grader/compile-cells.ts";
import { KnownVerdicts, type MarkOrder, mark } from "../../grader/mark.ts";
import type { Lane } from "../../grader/workers/lane.ts";
import { variantsKept } from "../../grader/workers/lesson-shelf.ts";
import { Variants } from "../../lessons/engine/variant.ts";
import { syntheticClass } from "../grader/class.ts";
import { courseKey, taughtFirst } from "../grader/taught.ts";

/** What DESIGN asks for. */
export const budgets = { distinctPerMinute: "≥ 3000 (floor 1000)", classPerMinute: "≥ 3000 (floor 1000)" };

const warmUp = 12;
const measured = 40;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Figures for one core. */
export default async function figures() {
  const taught = await taughtFirst();
  const { lesson } = taught;
  const times = { collect: 0, distinct: 0, known: 0 };
  const timed = async <T>(name: keyof typeof times, act: () => T | Promise<T>): Promise<T> => {
    const start = cpuMs();
    const value = await act();
    times[name] += cpuMs() - start;
    return value;
  };
  const means: CollectMeans = {
    lesson,
    compiler: new CellCompiler(),
    variants: new Variants(variantsKept),
    simVersion: "0",
  };
  const [distinct, remembered] = [new Variants(variantsKept), new Variants(variantsKept)];
  const known = new KnownVerdicts();
  const lane = {
    collect: (order: CollectOrder) => timed("collect", () => collect(order, means)),
    async mark(order: MarkOrder) {
      await timed("known", () => mark(order, lesson, remembered, known));
      return timed("distinct", () => mark(order, lesson, distinct, new KnownVerdicts()));
    },
  } as Partial<Lane> as Lane;
  const grading = {
    course: { key: courseKey, isPlain: false },
    simVersion: "0",
    lesson: undefined,
    lessonOf: () => lesson,
  };
  const honest = syntheticClass(taught, (warmUp + measured) * 2).filter((_, number) => number % 3 < 2);
  for (const [number, { student, text }] of honest.slice(0, warmUp + measured).entries()) {
    if (number === warmUp) times.collect = times.distinct = times.known = 0;
    const file = { path: "", name: `${student}/${lesson.slug}.ipynb` };
    const ready = prepare(file, () => Buffer.from(text), grading);
    if (ready.kind === "ready") await gradePrepared(file, ready, grading, lane);
  }
  const perMinute = (ms: number): number => (60_000 * measured) / ms;
  return {
    collectMs: times.collect / measured,
    markMs: times.distinct / measured,
    distinctPerMinute: perMinute(times.collect + times.distinct),
    classPerMinute: perMinute(times.collect + times.known),
  };
}
