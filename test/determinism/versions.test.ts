import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { notRun } from "../setup/not-run.ts";

/** The long-term-support version that this one is compared with; npm brings it as a package. */
const otherMajor = process.versions.node.startsWith("24.") ? "22" : "24";

it("gives the same hash per step on another version of Node.js", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-"));
  try {
    const program = join(folder, "print-hashes.cjs");
    const entry = join(import.meta.dirname, "print-hashes.ts");
    await build({
      entryPoints: [entry],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "error",
    });
    const npx = ["-y", "-p", `node@${otherMajor}`, "node"];
    const version = spawnSync("npx", [...npx, "--version"], { encoding: "utf8", timeout: 180_000 });
    if (version.status !== 0) notRun(context, `npm could not bring Node.js ${otherMajor}`);
    expect(version.stdout).toMatch(new RegExp(`^v${otherMajor}\\.`));
    const other = spawnSync("npx", [...npx, program], { encoding: "utf8", maxBuffer: 1e9, timeout: 180_000 });
    const here = spawnSync(process.execPath, [program], { encoding: "utf8", maxBuffer: 1e9, timeout: 180_000 });
    expect(other.status, other.stderr).toBe(0);
    expect(here.status, here.stderr).toBe(0);
    expect(JSON.parse(here.stdout)).toHaveLength(5);
    expect(other.stdout === here.stdout).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
