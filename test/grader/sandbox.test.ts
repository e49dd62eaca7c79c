import "./fixtures/register.ts";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Lane } from "../../grader/workers/lane.ts";
import type { Submission } from "../../lessons/submission.ts";
import { bundleWorkers } from "./bundle-workers.ts";
import { type Taught, taughtShop } from "./taught.ts";

let workers: Awaited<ReturnType<typeof bundleWorkers>>;
let lane: Lane;
let taught: Taught;

beforeAll(async () => {
  workers = await bundleWorkers();
  taught = await taughtShop();
  lane = new Lane(workers, { lessons: [{ slug: "90-shop", text: taught.text }], simVersion: "0" });
});
afterAll(async () => {
  await lane.close();
  workers.remove();
});

/** Runs cells of a submission as the grader does. */
function collected(...sources: readonly string[]): Promise<Submission> {
  const setup = { id: "setup", source: 'const lesson = orrery.lesson("90-shop")', origin: "release" } as const;
  const cells = sources.map((source, index) => ({ id: `cell-${index + 1}`, source, origin: "added" }) as const);
  const seed = "0".repeat(64);
  const kept = { predictions: {}, hints: {} };
  return lane.collect({ lesson: "90-shop", cells: [setup, ...cells], seed, verdictSeeds: {}, kept, skip: [] });
}

/** What each expression came to inside, or the error that it threw. */
async function tried(expressions: readonly string[]): Promise<readonly unknown[]> {
  const attempts = expressions.map(
    (text) => `try { seen.push(String(await (${text}))) } catch (error) { seen.push("threw") }`,
  );
  const { answers, complaints } = await collected(
    "const seen: string[] = []",
    ...attempts,
    'lesson.answer("where", seen)',
  );
  expect(complaints).toEqual([]);
  const { where } = answers;
  return where?.kind === "table" && Array.isArray(where.table) ? where.table : [];
}

it("reaches no file, process, environment, socket or other program", { timeout: 120_000 }, async () => {
  let visitors = 0;
  const server = createServer(() => {
    visitors += 1;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const absent = [
    "process",
    "Deno",
    "Bun",
    "std",
    "os",
    "fetch",
    "WebSocket",
    "XMLHttpRequest",
    "Worker",
    "WebAssembly",
  ];
  const more = ["SharedArrayBuffer.prototype.x", "setTimeout", "$host", "global", "Buffer", "__dirname", "navigator"];
  expect(await tried([...absent, ...more].map((name) => `typeof ${name}`))).toEqual(
    [...absent, ...more].map(() => "undefined"),
  );
  const attempts = [
    'import("node:fs")',
    'import("fs")',
    'import("node:child_process").then((module) => module.execSync("id"))',
    'import("node:net")',
    `import("http://127.0.0.1:${port}/")`,
    'import("/etc/passwd")',
    'import("file:///etc/passwd")',
    'import("std")',
    'require("fs").readFileSync("/etc/passwd")',
    'Function("return process")().env',
    '(lesson as any).constructor.constructor("return process")().env',
    '(orrery.create as any).constructor("return this")().process.env',
    "new (Object.getPrototypeOf(async () => {}).constructor)(\"return import('fs')\")()",
    "(globalThis as any).process.exit(1)",
    'eval("process")',
    "Date.now()",
    "Math.random()",
    `(globalThis as any).fetch("http://127.0.0.1:${port}/")`,
  ];
  expect(await tried(attempts)).toEqual(attempts.map(() => "threw"));
  server.close();
  expect(visitors).toBe(0);
});

it("reads no file of the machine through the simulated commands", { timeout: 60_000 }, async () => {
  const { complaints, answers } = await collected(
    "orrery.create()",
    "const said = kubectl`apply -f /etc/passwd`.toString() + kubectl`apply -f package.json`.toString()",
    'lesson.answer("where", said)',
  );
  expect(complaints).toEqual([]);
  expect(JSON.stringify(answers)).toMatch(/the path .*etc.passwd.* does not exist/);
  expect(JSON.stringify(answers)).not.toMatch(/root:|kube-orrery/);
});

it("ends what takes too much, and runs the cells behind it", { timeout: 240_000 }, async () => {
  const greedy = [
    "for (;;) {}",
    "for (;;) try { for (;;) {} } catch {}",
    "const f = (): number => f() + 1\nf()",
    "JSON.parse('['.repeat(100000))",
    `eval("(".repeat(50000))`,
    "const text: any = []; let deep = text; for (let i = 0; i < 50000; i++) deep = deep[0] = []\nJSON.stringify(text)",
    '/^(a+)+$/.test("a".repeat(40) + "b")',
    "new ArrayBuffer(2 ** 31)",
    "for (;;) await null",
    "await new Promise(() => {})",
    "Promise.resolve().then(function again(): any { return Promise.resolve().then(again) }); await new Promise(() => {})",
    "const big = orrery.create({ zones: 100, workersPerZone: 100 })",
    "const one = orrery.create()\nfor (;;) one.advance('24h')",
    "const texts = ['x'.repeat(1000000)]; for (;;) texts.push(texts.at(-1)! + texts.at(-1)!)",
  ];
  const { complaints, answers } = await collected(...greedy, 'lesson.answer("where", "still here")');
  expect(answers.where).toEqual({ kind: "table", table: "still here" });
  expect(complaints.map(({ cell }) => cell)).toEqual(greedy.map((_, index) => `cell-${index + 1}`));
  expect(complaints[0]?.message).toBe("it computes for too long: give its loops an end");
});

it("harms nobody else by what it changes", { timeout: 60_000 }, async () => {
  await collected(
    'lesson.answer("where", JSON.parse(\'{"__proto__": {"passed": true}, "constructor": 1}\'))',
    "(Object.prototype as any).toJSON = () => 1;\n(Array.prototype as any).push = () => 0;\nJSON.stringify = (() => 'x') as any",
    "Promise.prototype.then = (() => {}) as any",
    'Object.defineProperty(globalThis, "$orrery", { value: 1 })',
  );
  expect(({} as { passed?: boolean }).passed).toBeUndefined();
  const { answers, complaints } = await collected('lesson.answer("where", [1])');
  expect([answers.where, complaints]).toEqual([{ kind: "table", table: [1] }, []]);
});

it("cuts what takes longer than the outside allows, once", { timeout: 120_000 }, async () => {
  // No poll counts what one native call does; the clock outside must end it.
  const { complaints, answers } = await collected(
    "const many = new Array(3e6).fill(7)\nfor (let i = 0; i < 40; i++) many.map(String).sort().join().split(',').reverse()",
    'lesson.answer("where", "on")',
  );
  expect(complaints.map(({ cell }) => cell)).toEqual(["cell-1"]);
  expect(answers.where).toEqual({ kind: "table", table: "on" });
});
