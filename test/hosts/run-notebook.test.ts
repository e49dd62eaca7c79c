/** `orrery run` as a user calls it: the built command, a real Jupyter server, and nothing left behind. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../../cli/run.ts";
import { runScript } from "../setup/lab.ts";
import { notRun } from "../setup/not-run.ts";

const project = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "orrery-run-test-"));
/** Where the command keeps what must be gone when it has ended. */
const scratch = join(folder, "scratch");
const command = join(project, "dist", "cli", "main.js");
const env = { ...process.env, TMPDIR: scratch };

interface Saved {
  readonly cells: {
    readonly cell_type: string;
    readonly execution_count?: number | null;
    readonly outputs?: unknown[];
  }[];
  readonly metadata: object;
}

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const saved = (name: string): Saved => JSON.parse(readFileSync(join(folder, name), "utf8")) as Saved;
const orrery = (...words: string[]) => runScript([command, "run", ...words], { TMPDIR: scratch });
const leftBehind = () => readdirSync(scratch).filter((name) => name.startsWith("orrery-run-"));

beforeAll(async () => {
  mkdirSync(scratch);
  expect(await runScript(["scripts/build.mjs"])).toMatchObject({ status: 0 });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cells = `// %% [markdown]
// # Title
// %%
import { orrery, show } from "kube-orrery"
const cluster = orrery.create({ seed: 1 })
console.log("10%\\r20%"); console.error("careful")
show.components(cluster)
// %%
display.html("<b>\\nbold</b>")
throw new TypeError("stop\\nhere")
// %%
1 + 1
`;

it("runs a TypeScript file up to the cell that fails", async () => {
  const { status, stdout, stderr } = await orrery(write("cells.ts", cells));
  expect([status, stdout]).toEqual([1, `wrote ${join(folder, "cells.run.ipynb")}; 1 cell failed\n`]);
  expect(stderr).toMatch(/cells\.ts: code cell 2 of 3 \(cell-3\) failed: TypeError: stop\n$/);
  const { cells: ran, metadata } = saved("cells.run.ipynb");
  expect(ran.map(({ execution_count }) => execution_count)).toEqual([undefined, 1, 2, null]);
  expect(ran[1]?.outputs).toMatchObject([
    { name: "stdout", text: ["20%\n"] },
    { name: "stderr", text: ["careful\n"] },
    { output_type: "execute_result", data: { "text/html": [expect.stringMatching(/^<img /)] } },
  ]);
  expect(ran[2]?.outputs).toMatchObject([{ data: { "text/html": ["<b>\n", "bold</b>"] } }, { ename: "TypeError" }]);
  expect(metadata).toMatchObject({ kernelspec: { name: "orrery" }, language_info: { name: "typescript" } });
  expect(leftBehind()).toEqual([]);
});

it("goes on where that is asked for, and where a cell may fail", async () => {
  const cell = (source: string, tags: string[] = []) => ({ cell_type: "code", id: source, metadata: { tags }, source });
  const sources = [cell("throw new Error('meant')", ["raises-exception"]), cell("2 + 2"), cell("nope")];
  const file = write("tags.ipynb", JSON.stringify({ cells: sources, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const { status, stderr } = await orrery(file, "--allow-errors", "--out", join(folder, "out.ipynb"));
  expect([status, stderr]).toEqual([0, expect.stringMatching(/code cell 3 of 3 \(nope\) failed: TS2304: /)]);
  expect(saved("out.ipynb").cells[1]?.outputs).toMatchObject([{ data: { "text/plain": ["4"] } }]);
});

it("writes the bytes that Jupyter writes", (context) => {
  const python = process.env.ORRERY_TEST_PYTHON;
  if (python === undefined) notRun(context, "npm test makes the Python environment that has nbformat");
  const script = `
import nbformat, sys
notebook = nbformat.read(sys.argv[1], 4)
nbformat.validate(notebook)
sys.exit(nbformat.writes(notebook) + "\\n" != open(sys.argv[1], newline="").read())`;
  expect(spawnSync(python, ["-c", script, join(folder, "cells.run.ipynb")]).status).toBe(0);
});

it("interrupts a cell that takes too long", async () => {
  const { status, stderr } = await orrery(write("loop.ts", "for (;;) {}\n// %%\n1\n"), "--timeout", "1");
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/cell-1\) failed: it ran longer than 1 s and was interrupted\n$/),
  ]);
  expect(saved("loop.run.ipynb").cells[0]).toMatchObject({ execution_count: 1, outputs: [{ ename: "Interrupted" }] });
});

it("Ctrl-C writes what there is and leaves no process and no folder", async () => {
  const mark = join(folder, "pid");
  const source = `import { writeFileSync } from "node:fs"\nwriteFileSync(${JSON.stringify(mark)}, String(process.pid))\n// %%\nfor (;;) {}\n`;
  const child = spawn(process.execPath, [command, "run", write("long.ts", source)], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", (status, signal) => resolve(signal ?? status)));
  while (!existsSync(mark)) await sleep(50);
  await sleep(500);
  child.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
  expect(saved("long.run.ipynb").cells.map(({ execution_count }) => execution_count)).toEqual([1, 2]);
  expect(leftBehind()).toEqual([]);
  expect(() => process.kill(Number(readFileSync(mark, "utf8")), 0)).toThrow(/ESRCH/);
});

it.each([
  [[], 2, /^Name the file to run/],
  [["a.py"], 2, /^a\.py is no notebook/],
  [["a.ts", "b.ts"], 2, /^One file at a time/],
  [["a.ts", "--timeout", "soon"], 2, /^--timeout takes a number of seconds, 0 for none, not "soon"/],
  [["absent.ts"], 1, /^absent\.ts cannot be read \(ENOENT\)/],
] as const)("refuses %j in one sentence", async (words, status, sentence) => {
  const said: string[] = [];
  const output = { out: () => {}, err: (text: string) => void said.push(text) };
  expect(await run(["run", ...words], output)).toBe(status);
  expect(said).toEqual([expect.stringMatching(sentence)]);
});
