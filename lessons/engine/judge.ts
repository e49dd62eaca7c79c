/**
 * Judges an answer on clusters that are made here, from seeds, by doing again what was done. So nothing that a learner's code
 * holds or claims is believed: an answer is a list of operations, a text or plain data.
 * Invariant: the same exercise, answer and seeds give the same verdict, in a notebook and in the grader.
 */
import { clusterClient, createShell } from "../../shell/index.ts";
import type { Cluster } from "../../sim/index.ts";
import type { Finding, Plain } from "../exercise.ts";
import type { Answer } from "../submission.ts";
import { AnswerError, changesSomething, redo, STEPS_MAX } from "./deeds.ts";
import {
  BrokenExerciseError,
  type Exercise,
  rethrowInterrupt,
  type Variant,
  Variants,
  wordsOfError,
} from "./variant.ts";

/** What an answer was found to be. */
export interface Verdict {
  /** Each finding as it came out over all variants; empty where there was nothing to judge. */
  readonly findings: readonly Required<Finding>[];
  /** Share of the points, from 0 to 1, before hints are paid. */
  readonly share: number;
  /** How long each variant's answer was: operations that changed something, and steps until all was at rest. */
  readonly lengths: readonly { readonly operations: number; readonly steps: number }[];
  /** What else the learner should know, in one sentence each: why there was nothing to judge, what a command answered. */
  readonly notes: readonly string[];
}

/** A variant with an answer given to it. */
interface Run {
  readonly variant: Variant;
  readonly cluster: Cluster;
  readonly answer: Plain | undefined;
  readonly notes: readonly string[];
}

/** Longest manifest, in characters. */
const MANIFEST_MAX = 256 * 1024;

const shortest = (text: string, max = 400): string => (text.length > max ? `${text.slice(0, max)} …` : text);

const nothing = (note: string): Verdict => ({ findings: [], share: 0, lengths: [], notes: [note] });

/**
 * Judges an answer on the variants of some seeds: for a repair the one that was handed out, for a procedure as many as
 * wanted. A finding passes when it passes on each. Throws a BrokenExerciseError where the lesson's code is wrong; whatever is wrong with
 * the answer is in the verdict.
 */
export function judge(
  exercise: Exercise,
  answer: Answer | undefined,
  seeds: readonly string[],
  variants: Variants = new Variants(),
): Verdict {
  if (answer === undefined) return nothing("nothing was answered yet");
  const { scenario } = exercise;
  const wanted = scenario.kind === "repair" ? "repair" : scenario.answer;
  if (answer.kind !== wanted) return nothing(`the answer must be a ${wanted}, not a ${answer.kind}`);
  try {
    const runs = seeds.map((seed, index) => runOf(answer, index, variants.of(exercise, seed)));
    return verdictOf(exercise, runs);
  } catch (error) {
    if (error instanceof AnswerError) return nothing(error.message);
    throw error;
  }
}

function runOf(answer: Answer, index: number, variant: Variant): Run {
  switch (answer.kind) {
    case "repair":
      if (!answer.operations.some(changesSomething)) throw new AnswerError("nothing was done to the cluster yet");
      return { variant, cluster: redo(variant, answer), answer: undefined, notes: [] };
    case "function": {
      const run = answer.runs[index];
      if (run === undefined) throw new AnswerError("the function was not called on every cluster");
      return { variant, cluster: redo(variant, run), answer: run.returned, notes: [] };
    }
    case "table":
      return { variant, cluster: variant.cluster.fork(), answer: answer.table, notes: [] };
    case "manifest":
      return applied(answer.text, variant);
  }
}

function applied(text: string, variant: Variant): Run {
  if (text.length > MANIFEST_MAX)
    throw new AnswerError(`the manifest has ${text.length} characters, and at most ${MANIFEST_MAX} are taken`);
  const cluster = variant.cluster.fork();
  const shell = createShell(clusterClient(cluster));
  const { exit, stderr } = shell.run("kubectl apply -f -", { read: () => undefined, stdin: text });
  const notes = exit === 0 ? [] : [`the answer to kubectl apply was: ${shortest(stderr.trim())}`];
  return { variant, cluster, answer: text, notes };
}

function verdictOf(exercise: Exercise, runs: readonly Run[]): Verdict {
  const notes = new Set<string>();
  let findings: readonly Required<Finding>[] | undefined;
  for (const run of runs) {
    for (const note of run.notes) notes.add(note);
    const { reached, pending } = run.cluster.settle(STEPS_MAX);
    if (!reached) notes.add(`the cluster did not come to rest; still pending: ${pending.join(", ")}`);
    const found = findingsOf(exercise, run);
    findings = findings === undefined ? found : bothOf(exercise, findings, found);
  }
  if (findings === undefined) throw new BrokenExerciseError(exercise.id, "it was judged on no variant at all");
  return { findings, share: shareOf(findings), lengths: runs.map(lengthOf), notes: [...notes] };
}

function lengthOf({ variant, cluster }: Run): { readonly operations: number; readonly steps: number } {
  const done = cluster.operations.slice(variant.operations.length).filter(changesSomething);
  return { operations: done.length, steps: cluster.steps - variant.step };
}

function findingsOf({ id, check }: Exercise, { variant, cluster, answer }: Run): readonly Required<Finding>[] {
  let found: readonly Finding[];
  try {
    found = check({
      cluster,
      before: variant.before,
      journal: cluster.snapshot(cluster.steps - variant.step).journal,
      operations: cluster.operations.slice(variant.operations.length).map(({ operation }) => operation),
      answer,
    });
  } catch (error) {
    rethrowInterrupt(error);
    throw new BrokenExerciseError(id, `its check threw: ${wordsOfError(error)}`);
  }
  if (!Array.isArray(found) || found.length === 0) throw new BrokenExerciseError(id, "its check returned no findings");
  const complete = found.map((finding) => completed(id, finding));
  const codes = new Set(complete.map(({ code }) => code));
  if (codes.size < complete.length) throw new BrokenExerciseError(id, "its check returned a code twice");
  if (complete.every(({ weight }) => weight === 0))
    throw new BrokenExerciseError(id, "no finding of its check has a weight");
  return complete;
}

function completed(id: string, { code, passed, weight = 1, required = false, facts = {} }: Finding): Required<Finding> {
  if (typeof code !== "string" || typeof passed !== "boolean")
    throw new BrokenExerciseError(id, "a finding has a code, which is a text, and passed, which is true or false");
  if (!(Number.isFinite(weight) && weight >= 0))
    throw new BrokenExerciseError(id, `the weight of ${code} must be a number from 0, not ${weight}`);
  return { code, passed, weight, required, facts };
}

function bothOf(
  { id }: Exercise,
  before: readonly Required<Finding>[],
  now: readonly Required<Finding>[],
): readonly Required<Finding>[] {
  const codes = (findings: readonly Finding[]): string => findings.map(({ code }) => code).join(", ");
  if (codes(before) !== codes(now))
    throw new BrokenExerciseError(id, `its check found ${codes(now)} after it had found ${codes(before)}`);
  return before.map((finding, index) => (finding.passed ? now[index]! : finding));
}

function shareOf(findings: readonly Required<Finding>[]): number {
  if (findings.some(({ passed, required }) => required && !passed)) return 0;
  const sum = (some: readonly Required<Finding>[]): number => some.reduce((total, { weight }) => total + weight, 0);
  return sum(findings.filter(({ passed }) => passed)) / sum(findings);
}
