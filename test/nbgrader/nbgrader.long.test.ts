/**
 * nbgrader 0.9.6 as it is, with our notebook kernel and lesson 1: hands out, takes in what students hand in, and gives the marks
 * that are due. Costs minutes, since it runs every cell of every submission.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runScript } from "../setup/lab.ts";
import { notRun } from "../setup/not-run.ts";
import { Course, type Marks, type SubmittedCell } from "./course.ts";

const lesson = "01-whole-cluster";
const python = process.env.ORRERY_TEST_NBGRADER;

/** Right answers; those to repairs look for what is wrong, as every student has another variant. */
const right: Readonly<Record<string, string>> = {
  room: `
const worker = room.get("nodes", "worker-1")
const taint = worker?.spec?.taints?.find(({ key }) => key !== "node.kubernetes.io/unschedulable")
if (worker === undefined) room.addWorker()
else if (taint !== undefined) kubectl\`taint node worker-1 \${taint.key}-\`
else if (worker.spec?.unschedulable) kubectl\`uncordon worker-1\`
else room.addWorker()`,
  "who-calls": `
const callers = ["user", "kube-scheduler", "kube-controller-manager", "kubelet", "kube-proxy"]
const pairs = callers.map((caller) => [caller, "kube-apiserver"])
lesson.answer("who-calls", [...pairs, ["kube-apiserver", "etcd"], ["kubelet", "containerd"]])`,
  brain: `
const dead = brain.snapshot(0).processes.find(({ running }) => !running)
if (dead === undefined) brain.heal("kube-apiserver", "etcd")
else brain.start(dead.id)`,
  retire: `
lesson.answer("retire", (cluster) => {
  const { kubectl } = commandsOf(cluster)
  const name = cluster.list("nodes").find((each) => each.metadata.labels?.retire === "yes")!.metadata.name
  console.error("this one goes:", name)
  kubectl\`drain \${name} --ignore-daemonsets\`
  cluster.stopMachine(name)
  kubectl\`delete node \${name}\`
})`,
  "right-size": `
lesson.answer("right-size", \`
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: shop } }
  strategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
      - name: web
        image: nginx:1.26
        resources: { requests: { cpu: 250m }, limits: { cpu: 500m, memory: 128Mi } }
\`)`,
};

/** Puts answers into the learner's cells, by exercise. */
const answered =
  (answers: Readonly<Record<string, string>>) =>
  (cells: SubmittedCell[]): SubmittedCell[] =>
    cells.map((cell) => {
      const answer = answers[cell.id.slice(lesson.length + 1)];
      return answer === undefined ? cell : { ...cell, source: [answer.trim()] };
    });

const submissions: Readonly<Record<string, (cells: SubmittedCell[]) => SubmittedCell[]>> = {
  right: answered(right),
  partly: answered({ "who-calls": right["who-calls"]!.replace('"kube-scheduler", ', "") }),
  blank: (cells) => cells,
  syntax: answered({ ...right, room: "this is (not TypeScript" }),
  loop: answered({ ...right, brain: "for (;;) {}" }),
  "loop-in-answer": answered({ ...right, retire: 'lesson.answer("retire", () => { for (;;) {} })' }),
  deleted: (cells) => answered(right)(cells).filter(({ id }) => id !== `${lesson}-who-calls-check`),
  exit: answered({ ...right, brain: "process.exit(0)" }),
  abort: answered({ ...right, brain: "(process as unknown as { abort(): void }).abort()" }),
};

const points = { room: 2, "who-calls": 2, brain: 3, retire: 3, "right-size": 3 };

/** Scores by exercise, as the gradebook has them by check cell. */
const scoresOf = ({ scores }: Marks): unknown =>
  Object.fromEntries(Object.keys(points).map((id) => [id, scores[`${lesson}-${id}-check`]]));

describe("nbgrader grades lesson 1", () => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-nbgrader-"));
  let marks: Readonly<Record<string, Marks>> = {};
  let course: Course;

  beforeAll(async () => {
    if (python === undefined) return;
    expect(await runScript(["scripts/build.mjs"])).toMatchObject({ status: 0 });
    course = new Course(python, folder, lesson);
    await course.open();
    writeFileSync(join(folder, "nbgrader_config.py"), "c.ExecutePreprocessor.timeout = 10\n", { flag: "a" });
    for (const [student, change] of Object.entries(submissions)) course.submit(student, change);
    course.autograde();
    marks = course.marks();
  }, 1_200_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const nothing = { room: 0, "who-calls": 0, brain: 0, retire: 0, "right-size": 0 };

  it.for([
    ["right", points],
    ["partly", { ...nothing, "who-calls": 1.2 }],
    ["blank", nothing],
    ["syntax", { ...points, room: 0 }],
    ["loop", { ...points, brain: 0 }],
    ["loop-in-answer", { ...points, retire: 0 }],
    // nbgrader puts the check back under a comment in Python's way, which no TypeScript cell runs
    ["deleted", { ...points, "who-calls": 0 }],
    ["exit", { ...points, brain: 0 }],
    ["abort", { ...points, brain: 0 }],
  ] as const)("%s", ([student, expected], context) => {
    if (python === undefined)
      notRun(context, "nbgrader is not installed: npm run test:long installs it for Python 3.11");
    expect(scoresOf(marks[student]!)).toEqual(expected);
    expect(marks[student]).toMatchObject({ max: 13, needsManualGrade: false });
  });

  it("hands out no answer", (context) => {
    if (python === undefined)
      notRun(context, "nbgrader is not installed: npm run test:long installs it for Python 3.11");
    expect(JSON.stringify(course.released())).not.toMatch(/SOLUTION|maxUnavailable/);
  });
});
