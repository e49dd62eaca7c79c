import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKernel } from "./built-kernel.ts";
import type { Executed, JupyterClient } from "./jupyter-client.ts";

/** The goal of an interrupt; the machine of a test run may be busy, so the tests allow some more. */
const WITHIN_MS = 500;
const SLACK_MS = 500;

let client: JupyterClient;

beforeAll(async () => {
  client = await startKernel();
  await client.execute("let kept = 41; kept++");
}, 60_000);

afterAll(() => client.close());

async function interrupted(code: string, after = 150): Promise<Executed> {
  const { done } = await client.begin(code);
  await sleep(after);
  const start = performance.now();
  await client.request("interrupt_request", {}, "control");
  const executed = await done;
  expect(performance.now() - start).toBeLessThan(WITHIN_MS + SLACK_MS);
  return executed;
}

const CASES: readonly (readonly [string, string])[] = [
  ["an endless loop", "let i = 0; while (true) i++"],
  ["a loop in a function of this cell", "function spin() { for (;;); }\nspin()"],
  ["a loop whose errors are caught", "for (;;) { try { for (;;) {} } catch {} }"],
  ["a do-while loop", "do {} while (true)"],
  [
    "endless recursion of functions",
    "const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(200)",
  ],
  ["a generator that never ends", "function* all() { let n = 0; for (;;) yield n++ }\nfor (const n of all()) void n"],
  ["a loop after an await", "await 0; while (true) {}"],
  ["a pending await", "await new Promise<void>(() => {})"],
  ["a storm of microtasks", "while (true) await 0"],
  ["recursion through await", "const again = async (): Promise<void> => { await 0; return again() }\nawait again()"],
  [
    "a loop inside a library",
    "[...Array(5_000_000).keys()].sort((a, b) => { let n = 0; while (n < 1e6) n++; return a - b })",
  ],
  ["a built-in that runs long", "'a'.repeat(30).match(/^(a+)+b/)"],
  [
    "a pending for await",
    "async function* never() { await new Promise<void>(() => {}); yield 1 }\nfor await (const x of never()) void x",
  ],
  ["a question", "prompt('?')"],
];

describe("an interrupt ends", () => {
  test.each(CASES)("%s", async (_, code) => {
    const { reply } = await interrupted(code);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect((await client.execute("kept")).result).toBe("42");
  });

  test("a step loop that polls the flag, between two steps", async () => {
    const { reply } = await interrupted("counter.run()");
    expect(reply.evalue).toMatch(/^interrupted after \d+ steps$/);
    expect((await client.execute("JSON.stringify(outcomes.at(-1))")).result).toContain(
      '"interrupted":true,"cut":false',
    );
  });

  test("a loop in a timer, after its cell has ended", async () => {
    const started = await client.begin("setTimeout(() => { for (;;); }, 10); 1");
    await started.done;
    await sleep(100);
    await client.request("interrupt_request", {}, "control");
    await client.until(
      ({ type, parent, content }) => type === "error" && parent === started.id && content.ename === "Interrupted",
    );
    expect((await client.execute("kept")).result).toBe("42");
  });

  test("what is left of a cell, at its next await", async () => {
    await client.execute("let ticks = 0");
    await interrupted("for (;;) { await new Promise(resolve => setTimeout(resolve, 20)); ticks++ }");
    await sleep(100);
    const ticks = (await client.execute("ticks")).result;
    await sleep(100);
    expect((await client.execute("ticks")).result).toBe(ticks);
  });

  test("the running cell alone: without one it does nothing", async () => {
    await client.request("interrupt_request", {}, "control");
    await sleep(50);
    expect((await client.execute("await 0; kept")).result).toBe("42");
  });

  test("the cells behind it too, which are aborted", async () => {
    const first = await client.begin("for (;;);");
    const second = await client.begin("1");
    await sleep(100);
    await client.request("interrupt_request", {}, "control");
    expect((await first.done).reply.ename).toBe("Interrupted");
    expect((await second.done).reply.status).toBe("aborted");
  });
});
