/** `orrery install`: what it writes, and that an existing Jupyter finds and runs it from anywhere. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prefixJupyterFolder, systemPrefix, userJupyterFolder } from "../../cli/install-folders.ts";
import { run } from "../../cli/run.ts";
import { runScript } from "../setup/lab.ts";
import { notRun } from "../setup/not-run.ts";

const prefix = mkdtempSync(join(tmpdir(), "orrery-install-"));
const target = join(prefix, "share", "jupyter");

async function install(...words: string[]) {
  const said = { out: "", err: "" };
  const add = (stream: "out" | "err") => (text: string) => {
    said[stream] += text;
  };
  return { status: await run(["install", ...words], { out: add("out"), err: add("err") }), ...said };
}

beforeAll(async () => {
  expect(await runScript(["scripts/build.mjs"])).toMatchObject({ status: 0 });
}, 300_000);
afterAll(() => rmSync(prefix, { recursive: true, force: true }));

it("goes where Jupyter looks", () => {
  expect(userJupyterFolder({ JUPYTER_DATA_DIR: "/d" }, "linux")).toBe("/d");
  expect(userJupyterFolder({ XDG_DATA_HOME: "/x" }, "linux")).toBe("/x/jupyter");
  expect(userJupyterFolder({}, "linux")).toBe(join(homedir(), ".local", "share", "jupyter"));
  expect(userJupyterFolder({}, "darwin")).toBe(join(homedir(), "Library", "Jupyter"));
  expect(userJupyterFolder({ APPDATA: "/a" }, "win32")).toBe("/a/jupyter");
  expect(systemPrefix({ VIRTUAL_ENV: "/v", CONDA_PREFIX: "/c" })).toBe("/v");
  expect(prefixJupyterFolder("/usr/local")).toBe("/usr/local/share/jupyter");
});

describe("into a prefix", () => {
  it("writes the kernelspec, again over an older one, and nothing else", async () => {
    for (let times = 0; times < 2; times++) {
      expect(await install("--prefix", prefix, "--no-extension")).toEqual({
        status: 0,
        out: `installed ${join(target, "kernels", "orrery")}\n`,
        err: "",
      });
    }
    expect(readdirSync(target)).toEqual(["kernels"]);
    const { argv, language } = JSON.parse(readFileSync(join(target, "kernels", "orrery", "kernel.json"), "utf8"));
    expect([language, existsSync(argv[1])]).toEqual(["typescript", true]);
  });

  it("is found by a Jupyter client, and runs a cell in any folder", (context) => {
    const python = process.env.ORRERY_TEST_PYTHON;
    if (python === undefined) notRun(context, "npm test makes the Python environment that has jupyter_client");
    const script = `
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="orrery")
outputs = []
client.execute_interactive("process.cwd()", output_hook=outputs.append, timeout=60)
manager.shutdown_kernel()
print([o["content"]["data"]["text/plain"] for o in outputs if o["msg_type"] == "execute_result"])`;
    const env = { ...process.env, JUPYTER_PATH: target };
    const { stdout } = spawnSync(python, ["-c", script], { cwd: tmpdir(), env, encoding: "utf8" });
    expect(stdout).toBe(`["'${tmpdir()}'"]\n`);
  });

  it("takes it away again, once", async () => {
    expect(await install("--prefix", prefix, "--uninstall")).toMatchObject({ status: 0 });
    expect(readdirSync(join(target, "kernels"))).toEqual([]);
    const { status, err } = await install("--prefix", prefix, "--uninstall");
    expect([status, err]).toEqual([1, expect.stringMatching(/^There is nothing of Orrery in /)]);
  });
});

it("refuses in one sentence what it can't do", async () => {
  expect(await install("--user", "--prefix", prefix)).toMatchObject({
    status: 2,
    err: expect.stringMatching(/exclude each other/),
  });
  const file = join(prefix, "file");
  writeFileSync(file, "");
  const { status, err } = await install("--prefix", file, "--no-extension");
  expect([status, err]).toEqual([
    1,
    expect.stringMatching(/^\S+ cannot be written \(ENOTDIR\): choose another place .*\n$/),
  ]);
});
