import { describe, expect, it } from "vitest";
import { commandsOf } from "../api.ts";
import type { Check, Finding } from "../exercise.ts";
import { manifestFor, sampleCode, sampleSlug, sampleText } from "../fixtures/sample-lesson.ts";
import { callOnEach, deedsOf, plainOf, STEPS_MAX } from "./deeds.ts";
import { judge } from "./judge.ts";
import { readLesson } from "./lesson-source.ts";
import { markOf } from "./mark.ts";
import { exercisesIn } from "./registry.ts";
import { verdictSeeds } from "./seeds.ts";
import { BrokenExerciseError, type Exercise, makeVariant, Variants } from "./variant.ts";

const exercises = exercisesIn(sampleCode);
const exercise = (id: string): Exercise => exercises.get(id)!;
const source = readLesson(sampleSlug, sampleText);
const seeds = verdictSeeds(sampleSlug, "any", "key").slice(0, 2);
const [seed] = seeds as [string];

/** What a repair hands in after something was done to its cluster. */
function repaired(act: (cluster: ReturnType<typeof makeVariant>["cluster"]) => void) {
  const variant = makeVariant(exercise("scale"), seed);
  const cluster = variant.cluster.fork();
  act(cluster);
  return { kind: "repair", ...deedsOf(cluster, variant) } as const;
}
const scaled = (replicas: number) =>
  repaired((cluster) => void commandsOf(cluster).kubectl`scale deployment web --replicas=${String(replicas)}`);

describe("a repair", () => {
  it("is judged after it has come to rest, on a cluster made anew", () => {
    const verdict = judge(exercise("scale"), scaled(2), [seed]);
    expect(verdict).toMatchObject({ share: 1, notes: [] });
    expect(verdict.findings.map(({ code, passed }) => [code, passed])).toEqual([
      ["ready", true],
      ["kept", true],
    ]);
    expect(verdict.lengths[0]?.operations).toBe(1);
    expect(judge(exercise("scale"), JSON.parse(JSON.stringify(scaled(2))), [seed])).toEqual(verdict);
  });

  it("is worth nothing where only the clock ran or somebody looked", () => {
    const looked = repaired((cluster) => {
      cluster.advance("1m");
      commandsOf(cluster).kubectl`get pods`;
    });
    expect(judge(exercise("scale"), looked, [seed])).toMatchObject({
      share: 0,
      findings: [],
      notes: ["nothing was done to the cluster yet"],
    });
    expect(judge(exercise("scale"), undefined, [seed]).notes).toEqual(["nothing was answered yet"]);
  });

  it("is worth nothing where a required finding fails", () => {
    const deleted = repaired((cluster) => void commandsOf(cluster).kubectl`delete deployment web`);
    const { share, findings } = judge(exercise("scale"), deleted, [seed]);
    expect([share, findings.map(({ passed }) => passed)]).toEqual([0, [false, false]]);
  });

  it("takes no operation that the exercise does not allow, nor a forged or a foreign one", () => {
    const good = scaled(2);
    const [opening] = good.operations;
    const first = good.operations.at(-1);
    const forged = {
      ...good,
      operations: [{ ...opening!, operation: { kind: "stop machine", machine: "worker-1" } as const }],
    };
    expect(judge(exercise("scale"), forged, [seed])).toMatchObject({
      share: 0,
      notes: [
        expect.stringMatching(/^what was done can't be done again: this exercise does not allow to stop machine/),
      ],
    });
    const early = { ...good, operations: [{ ...first!, beforeStep: 1, at: 0 }] };
    expect(judge(exercise("scale"), early, [seed]).notes[0]).toMatch(/can't do something at step 1/);
    const nonsense = { ...good, operations: [{ ...first!, operation: { kind: "win" } }] };
    expect(judge(exercise("scale"), nonsense as never, [seed]).share).toBe(0);
  });

  it("can be judged for so many steps and no longer", () => {
    const { operations, end } = scaled(2);
    const long = { kind: "repair", operations, end: { ...end, step: end.step + STEPS_MAX } } as const;
    expect(judge(exercise("scale"), long, [seed]).notes[0]).toMatch(
      /and at most 40000 can be judged: start the exercise/,
    );
  });

  it("can't stand before its start", () => {
    const variant = makeVariant(exercise("scale"), seed);
    const cluster = variant.cluster.fork();
    cluster.back(5);
    expect(() => deedsOf(cluster, variant)).toThrow(/went back behind step \d+, at which it was handed out/);
    commandsOf(cluster).kubectl`scale deployment web --replicas=2`;
    cluster.settle();
    expect(() => deedsOf(cluster, variant)).toThrow("went back behind");
  });
});

describe("a procedure", () => {
  it("that is a manifest is applied to each variant", () => {
    const applied = (text: string) => judge(exercise("apply"), { kind: "manifest", text }, seeds);
    expect(applied(manifestFor(2))).toMatchObject({ share: 1, notes: [] });
    expect(applied(manifestFor(1))).toMatchObject({ share: 0, findings: [{ facts: { n: 1 } }] });
    expect(applied("kind: [")).toMatchObject({
      share: 0,
      notes: [expect.stringMatching(/^the answer to kubectl apply was: error/)],
    });
    expect(
      applied(
        `${manifestFor(2)}---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}`,
      ).notes[0],
    ).toMatch(/this exercise does not allow to create pods/);
    expect(applied("#".repeat(300_000)).notes[0]).toMatch(/at most 262144 are taken/);
  });

  it("that is a table is compared", () => {
    const told = (table: number) => judge(exercise("count"), { kind: "table", table }, seeds).share;
    expect([told(2), told(3)]).toEqual([1, 0]);
  });

  it("that is a function is done again, and must do on every variant", () => {
    const variants = seeds.map((each) => makeVariant(exercise("doubled"), each));
    const double = (cluster: (typeof variants)[number]["cluster"]): number => {
      const was = cluster.get("deployments", "web")?.spec?.replicas ?? 0;
      commandsOf(cluster).kubectl`scale deployment web --replicas=${String(2 * was)}`;
      return was;
    };
    expect(judge(exercise("doubled"), callOnEach(variants, double), seeds).share).toBe(1);
    expect(
      judge(
        exercise("doubled"),
        callOnEach(variants, (each) => void double(each)),
        seeds,
      ).share,
    ).toBe(0.75);
    const whole = callOnEach(variants, double) as Extract<ReturnType<typeof callOnEach>, { kind: "function" }>;
    const once = { ...whole, runs: whole.runs.slice(0, 1) };
    expect(judge(exercise("doubled"), once, seeds)).toMatchObject({
      share: 0,
      notes: ["the function was not called on every cluster"],
    });
    expect(() => callOnEach(variants, () => JSON.parse("{"))).toThrow(/^the function threw: /);
  });

  it("of another kind than was asked for is none", () => {
    expect(judge(exercise("count"), { kind: "manifest", text: "" }, seeds).notes).toEqual([
      "the answer must be a table, not a manifest",
    ]);
  });
});

it("plain data is taken, and nothing that only looks like it", () => {
  const odd = { a: [1, "x", null, { b: true, none: undefined }] };
  expect(plainOf(odd, "it")).toEqual({ a: [1, "x", null, { b: true }] });
  const loop: unknown[] = [];
  loop.push(loop);
  const wrong = [() => 1, Number.NaN, 10n, new Map(), new Date(0), loop, Array(30_000).fill(0), undefined];
  for (const each of wrong) expect(() => plainOf(each, "it")).toThrow(/^it must be/);
});

describe("a broken exercise says so", () => {
  const checkedBy = (check: Check) => () => {
    const broken: Exercise = { ...exercise("count"), check };
    judge(broken, { kind: "table", table: 1 }, seeds);
  };
  let calls = 0;
  const cases: readonly [what: string, check: Check, message: string][] = [
    ["a check that throws", () => JSON.parse("{"), "the exercise count is broken: its check threw: "],
    ["no findings", () => [], "its check returned no findings"],
    ["nothing that counts", () => [{ code: "a", passed: true, weight: 0 }], "no finding of its check has a weight"],
    [
      "a code twice",
      () => [
        { code: "a", passed: true },
        { code: "a", passed: true },
      ],
      "its check returned a code twice",
    ],
    ["a wrong weight", () => [{ code: "a", passed: true, weight: -1 }], "the weight of a must be a number from 0"],
    ["no code", () => [{ passed: true } as Finding], "a finding has a code"],
    ["other codes", () => [{ code: `c${calls++}`, passed: true }], "its check found c1 after it had found c0"],
  ];
  it.each(cases)("%s", (_what, check, message) => {
    expect(checkedBy(check)).toThrow(BrokenExerciseError);
    calls = 0;
    expect(checkedBy(check)).toThrow(message);
  });

  it("also where it makes no cluster, or half of it is missing", () => {
    const make = () => JSON.parse("{");
    const { scenario } = exercise("scale");
    expect(() => makeVariant({ ...exercise("scale"), scenario: { ...scenario, make } }, seed)).toThrow(
      /make\(\) threw on/,
    );
    expect(() => exercisesIn({ scenarios: sampleCode.scenarios, checks: {} })).toThrow(
      "it has a scenario and no check",
    );
    expect(() => exercisesIn({ scenarios: {}, checks: sampleCode.checks })).toThrow("it has a check and no scenario");
  });
});

describe("marks", () => {
  const [text] = source.exercises;
  const verdict = judge(exercise("scale"), scaled(1), [seed]);

  it("tell each finding in the lesson's words, with its facts", () => {
    expect(markOf(verdict, text, 0)).toEqual({
      points: 0,
      of: 4,
      lines: [
        { passed: false, message: "ready is not well, 1." },
        { passed: true, message: "kept is well." },
      ],
    });
  });

  it("pay for hints, never below nothing, and round to hundredths", () => {
    const points = (share: number, hints: number) => markOf({ ...verdict, share }, text, hints).points;
    expect([points(1, 0), points(1, 1), points(1, 3), points(0.3, 2)]).toEqual([4, 3.6, 1.6, 0]);
    expect(points(2 / 3, 0)).toBe(2.67);
  });

  it("do without words where the lesson's text is not at hand", () => {
    expect(markOf(verdict, undefined, 2)).toMatchObject({ of: 1, lines: [{ message: "ready" }, { message: "kept" }] });
  });
});

it("variants are kept, the latest of them", () => {
  const kept = new Variants(1);
  const first = kept.of(exercise("count"), "a");
  expect(kept.of(exercise("count"), "a")).toBe(first);
  kept.of(exercise("count"), "b");
  const again = kept.of(exercise("count"), "a");
  expect([again === first, again.cluster.hash === first.cluster.hash]).toEqual([false, true]);
});
