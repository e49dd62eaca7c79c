/** A cluster that is not there answers as one that is: the same requests, in any mixture, on a fresh trail and a known one. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Exercise, Variants } from "../../lessons/engine/variant.ts";
import { Cluster } from "../../sim/index.ts";
import { Desk } from "./desk.ts";
import { LessonDesk } from "./lesson-desk.ts";

const exercise: Exercise = {
  id: "mend",
  scenario: {
    kind: "repair",
    allows: [{ kind: "request" }, { kind: "kill process" }, { kind: "start process" }],
    make: () => Cluster.create({ workersPerZone: 1, addons: false }),
  },
  check: () => [],
};

/** What a submission gets for its requests, and what it has done by the end. */
function told(requests: readonly string[], variants: Variants) {
  const lesson = new LessonDesk({
    slug: "x",
    exercises: new Map([["mend", exercise]]),
    predictions: new Map(),
    hintsMax: 3,
    seed: "s",
    variants,
    kept: { predictions: {}, hints: {} },
  });
  const desk = new Desk(lesson);
  desk.addCommands(0, [
    { command: "kubectl", rest: "create deployment web --image=nginx" },
    { command: "yaml", rest: "", body: "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n" },
    { command: "sh", rest: "", body: "kubectl get pods | wc -l" },
  ]);
  const answers = requests.map((request) => (request === "cell" ? desk.begin() : desk.answer(request)));
  return { answers, answer: handedIn(lesson) };
}

/** What would be judged, or why it can't be. */
function handedIn(lesson: LessonDesk): unknown {
  try {
    return lesson.answerTo(exercise);
  } catch (error) {
    return String(error);
  }
}

const start = '["start",["mend"]]';
const some = [
  "cell",
  '["command",[0]]',
  '["command",[1]]',
  '["command",[2]]',
  '["command",[9]]',
  '["current",[]]',
  '["cluster",[0,"settle",[]]]',
  '["cluster",[0,"step",[40]]]',
  '["cluster",[0,"advance",["3s"]]]',
  '["cluster",[0,"kill",["kube-scheduler"]]]',
  '["cluster",[0,"start",["kube-scheduler"]]]',
  '["cluster",[0,"list",["pods","default"]]]',
  '["cluster",[0,"undo",[]]]',
  '["cluster",[0,"back",[30]]]',
  '["cluster",[0,"fork",[]]]',
  '["cluster",[0,"nonsense",[]]]',
  '["cluster",[0,"advance",["for ever"]]]',
  '["property",[0,"hash"]]',
  '["one step",[0]]',
  '["tag",[null,"kubectl",["get deployments"],[]]]',
  '["tag",[0,"kubectl",["delete deployment web"],[]]]',
  '["line",[{"$cluster":0},"kubectl scale deployment web --replicas=2"]]',
  '["http",[null,{"path":"/api/v1/nodes"}]]',
];

it("tells a submission the same whether or not others have asked before", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.constantFrom(...some), { maxLength: 7 }), { minLength: 2, maxLength: 4 }),
      (all) => {
        const shared = new Variants();
        const submissions = [...all, ...all].map((requests) => [start, ...requests]);
        for (const requests of submissions) expect(told(requests, shared)).toEqual(told(requests, new Variants()));
      },
    ),
    { numRuns: 25 },
  );
});

it("takes its price from a submission that is told what others were", () => {
  const variants = new Variants();
  const runs = '["cluster",[0,"advance",["20h"]]]';
  const greedy = [start, ...Array.from({ length: 400 }, () => runs)];
  const first = told(greedy, variants);
  expect(first.answers.at(-1)).toContain("too many steps");
  expect(told(greedy, variants)).toEqual(first);
});
