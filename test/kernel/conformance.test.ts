import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notRun } from "../setup/not-run.ts";
import { builtKernel } from "./built-kernel.ts";

/** A Python that has jupyter_kernel_test; the test script sets it up. */
const PYTHON = process.env.ORRERY_TEST_PYTHON;

test("Jupyter's own conformance tests pass, all twelve", async (context) => {
  if (PYTHON === undefined) notRun(context, "no Python with jupyter_kernel_test is named; `npm test` names one");
  const folder = mkdtempSync(join(tmpdir(), "orrery-spec-"));
  const spec = join(folder, "kernels/orrery");
  mkdirSync(spec, { recursive: true });
  const argv = [process.execPath, await builtKernel(), "{connection_file}"];
  writeFileSync(
    join(spec, "kernel.json"),
    JSON.stringify({ argv, display_name: "Orrery", language: "typescript", interrupt_mode: "message" }),
  );
  const { status, stderr } = spawnSync(PYTHON, [join(import.meta.dirname, "conformance.py")], {
    encoding: "utf8",
    env: { ...process.env, JUPYTER_PATH: folder },
  });
  rmSync(folder, { recursive: true, force: true });
  expect(stderr).toContain("Ran 12 tests");
  expect(stderr).not.toContain("skipped");
  expect(status, stderr).toBe(0);
}, 120_000);
