/** `npm start` and the other scripts, as a user calls them. The set-up itself was done by `npm test` before this runs. */
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./setup/browser.ts";
import { type RunningLab, runScript, startLab } from "./setup/lab.ts";

const project = new URL("..", import.meta.url).pathname;
/** A notebook of code cells, in the form of a file. */
const notebook = (sources: readonly string[]) => ({
  cells: sources.map((source, index) => ({
    cell_type: "code",
    id: `c${index}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  })),
  metadata: { kernelspec: { name: "orrery", display_name: "Kubernetes Orrery (TypeScript)" } },
  nbformat: 4,
  nbformat_minor: 5,
});

/** In the page: waits for the notebook kernel, runs the open notebook, and reads the outputs from the model, cell by cell. */
const runAllCells = `(async () => {
  const app = globalThis.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  await app.commands.execute("notebook:run-all-cells");
  return panel.context.model.toJSON().cells.map((cell) => cell.outputs);
})()`;

const folder = () => mkdtempSync(join(tmpdir(), "orrery-"));

describe("a started JupyterLab", () => {
  let lab: RunningLab;
  beforeAll(async () => {
    const root = folder();
    writeFileSync(join(root, "01-whole-cluster.ipynb"), JSON.stringify(notebook(["const x: number = 41", "x + 1"])));
    lab = await startLab(root);
  });
  const get = (path: string, token = lab.url.searchParams.get("token")) =>
    fetch(new URL(path, lab.url), { headers: { authorization: `token ${token}` }, redirect: "manual" });

  it("listens on loopback, opens the first lesson, and asks for its token", async () => {
    expect(lab.url.hostname).toBe("127.0.0.1");
    expect(lab.url.pathname).toBe("/lab/tree/01-whole-cluster.ipynb");
    expect((await get("/api/kernelspecs", "wrong")).status).toBe(403);
  });

  it("has our notebook kernel and no other of its own", async () => {
    const specs = (await (await get("/api/kernelspecs")).json()) as {
      default: string;
      kernelspecs: Record<string, { spec: object }>;
    };
    expect(specs.default).toBe("orrery");
    expect(specs.kernelspecs.orrery?.spec).toMatchObject({
      display_name: "Kubernetes Orrery (TypeScript)",
      language: "typescript",
      interrupt_mode: "message",
    });
    expect(specs.kernelspecs).not.toHaveProperty("python3");
  });

  it("runs a notebook in a browser", async (context) => {
    const browser = await launchBrowser(context);
    const page = await browser.newPage();
    await page.goto(lab.url.href);
    await page.waitForSelector(".jp-NotebookPanel");
    const outputs = await page.evaluate(runAllCells);
    expect(outputs).toEqual([
      [],
      [expect.objectContaining({ output_type: "execute_result", data: { "text/plain": "42" } })],
    ]);
  });

  afterAll(async () => {
    expect(await lab.stop()).toBe(0);
    await expect(get("/api/status")).rejects.toThrow("fetch failed");
  });
});

describe("npm start says in one sentence what is wrong", () => {
  const start = (args: readonly string[], env = {}) => runScript(["scripts/start.mjs", "--no-browser", ...args], env);

  it("when an option is wrong", async () => {
    expect(await start(["--prot", "1"])).toMatchObject({
      status: 2,
      stderr: "Unknown option '--prot': --help lists what there is.\n",
    });
    expect(await start(["--port", "99999"])).toMatchObject({
      status: 2,
      stderr: '--port takes a number from 1 to 65535, not "99999".\n',
    });
    expect(await start(["--root", "no-such-folder"])).toMatchObject({
      status: 2,
      stderr: "--root no-such-folder is not a folder.\n",
    });
  });

  it("when the port is in use", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as { port: number };
    const { status, stderr } = await start(["--port", String(port)]);
    server.close();
    expect([status, stderr]).toEqual([
      1,
      `Port ${port} is in use: give another one with --port, or leave it out and a free one is taken.\n`,
    ]);
  });

  /** A project of its own without any set-up, and a Python that answers as told. */
  async function startBare(answer: object | undefined) {
    const bare = folder();
    for (const name of ["scripts", "requirements", "package-lock.json"])
      symlinkSync(join(project, name), join(bare, name));
    const bin = join(bare, "bin");
    mkdirSync(bin);
    if (answer !== undefined) {
      writeFileSync(
        join(bin, "python3"),
        `#!/bin/sh\necho '${JSON.stringify({ executable: "python3", ...answer })}'\n`,
      );
      chmodSync(join(bin, "python3"), 0o755);
    }
    const args = ["--preserve-symlinks", "--preserve-symlinks-main", join(bare, "scripts/start.mjs"), "--no-browser"];
    return runScript(args, { PATH: `${bin}`, PYTHON: "" });
  }

  const pythons: readonly [what: string, answer: object | undefined, sentence: RegExp][] = [
    [
      "is missing",
      undefined,
      /^JupyterLab needs Python 3.10 or newer and none was found: install it .*apt install python3/,
    ],
    [
      "is too old",
      { version: [3, 9], venv: true, pip: "24.0" },
      /^JupyterLab needs Python 3.10 or newer and only 3.9 was found/,
    ],
    [
      "has no venv",
      { version: [3, 11], venv: false, pip: "24.0" },
      /^python3 has no venv module: .*apt install python3-venv/,
    ],
    [
      "has no pip",
      { version: [3, 11], venv: true, pip: "" },
      /^python3 has no pip of 22.3 or newer and uv was not found: .*apt install python3-pip/,
    ],
  ];
  it.each(pythons)("when Python %s, before anything is installed", async (_what, answer, sentence) => {
    const { status, stderr } = await startBare(answer);
    expect(stderr).toMatch(sentence);
    expect([status, stderr.trim().split("\n").length]).toEqual([1, 1]);
  });
});

describe("every script", () => {
  it.each(["start", "test", "oracle", "bench"])("%s prints help and refuses an unknown option", async (name) => {
    const { status, stdout } = await runScript([`scripts/${name}.mjs`, "--help"]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^npm /)]);
    expect(await runScript([`scripts/${name}.mjs`, "--nonsense"])).toMatchObject({ status: 2, stdout: "" });
  });

  it("oracle names the kinds that there are", async () => {
    const { status, stderr } = await runScript(["scripts/oracle.mjs", "nonsense", "file"]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^There is no kind "nonsense"; the kinds are .*etcd/)]);
  });
});
