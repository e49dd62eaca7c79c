/** What `npm test` does: set-up, static checks, vitest, and the sum of all of it as the last line. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { onEnding } from "./ending.mjs";
import { findKubectl } from "./kubectl.mjs";
import { prepareNetworkTools } from "./network-tools.mjs";
import { parseOptions } from "./options.mjs";
import { inProject, local, nbgraderPython, project, rooms, venvPython } from "./project.mjs";
import { setUp } from "./set-up.mjs";
import { runLogged, say } from "./steps.mjs";

const help = `npm test [-- OPTIONS] [FILES…]

Sets up what is missing, runs the static checks and every test, and ends with the counts of passed, failed and skipped.
With FILES (parts of paths, as vitest takes them) only the matching tests run, without the static checks.

  --long   the long forms too (files *.long.test.ts)
  --help   print this text
`;

const results = join(local, "test-results");
const reportPath = join(results, "vitest.json");
const notRunPath = join(results, "not-run.jsonl");

const tool = (...path) => inProject("node_modules", ...path);

/** The static checks: a title and what runs it. */
function staticChecks() {
  const present = [...rooms, "lab", "test"].filter((room) => existsSync(inProject(room)));
  const cruise = ["--config", ".dependency-cruiser.cjs", "--output-type", "err", ...present];
  return [
    ["formatting and lint (biome)", tool("@biomejs", "biome", "bin", "biome"), ["check", "."]],
    ["import arrows (dependency-cruiser)", tool("dependency-cruiser", "bin", "dependency-cruise.mjs"), cruise],
    ["dead code (knip)", tool("knip", "bin", "knip.js"), ["--no-progress"]],
    ["types of the tests (tsc)", tool("typescript", "bin", "tsc"), ["-p", "tsconfig.test.json", "--pretty", "false"]],
    ["types of the extension (tsc)", tool("typescript", "bin", "tsc"), ["-p", "lab", "--pretty", "false"]],
  ];
}

/** Runs one check and prints its output when it fails; true when it passed. */
async function check([title, script, args], number) {
  const { status, output } = await runLogged(`check-${number}`, process.execPath, [script, ...args]);
  say(`${status === 0 ? "passed" : "FAILED"}: ${title}`);
  if (status !== 0) say(output.trimEnd());
  return status === 0;
}

function runVitest(files, env) {
  const args = ["run", ...files, "--reporter=default", "--reporter=json", `--outputFile.json=${reportPath}`];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tool("vitest", "vitest.mjs"), ...args], {
      cwd: project,
      env,
      stdio: "inherit",
    });
    const release = onEnding((signal, status) => {
      child.kill(signal);
      process.exit(status);
    });
    child.once("close", (status) => {
      release();
      resolve(status);
    });
  });
}

/** Counts of vitest's report. A file that could not even be loaded, or a run that broke off, counts as one failure. */
function countReport(status) {
  if (!existsSync(reportPath)) return { passed: 0, failed: 1, skipped: 0 };
  const files = JSON.parse(readFileSync(reportPath, "utf8")).testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const count = (wanted) => tests.filter((test) => wanted.includes(test.status)).length;
  const broken = files.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const failed = count(["failed"]) + broken.length;
  return {
    passed: count(["passed"]),
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: count(["skipped", "pending", "todo", "disabled"]),
  };
}

/** What tests said about themselves when they could not run, each reason once with its count. */
function notRunReasons(skipped) {
  const lines = existsSync(notRunPath) ? readFileSync(notRunPath, "utf8").trim().split("\n") : [];
  const counts = new Map();
  for (const line of lines) {
    const { reason } = JSON.parse(line);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const unexplained = skipped - lines.length;
  if (unexplained > 0) counts.set("they are switched off in their file", unexplained);
  return [...counts].map(([reason, count]) => `not run, because ${reason}: ${count}`);
}

/**
 * Runs everything and prints the sum; the exit status is 1 when anything failed.
 * @throws Refusal when the set-up fails.
 */
export async function test() {
  const { values, positionals } = parseOptions(help, { long: { type: "boolean" } }, { allowPositionals: true });
  await setUp(["jupyterlab", "test", ...(values.long ? ["nbgrader"] : [])]);
  const chromium = await findChromium();
  const kubectl = await findKubectl();
  await prepareNetworkTools();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const checks = positionals.length > 0 ? [] : await Promise.all(staticChecks().map(check));
  const env = {
    ...process.env,
    ORRERY_NOT_RUN: notRunPath,
    ORRERY_TEST_PYTHON: venvPython,
    ...(chromium === undefined ? {} : { CHROME_PATH: chromium }),
    ...(kubectl === undefined ? {} : { ORRERY_TEST_KUBECTL: kubectl }),
    ...(values.long ? { ORRERY_LONG: "1" } : {}),
    ...(existsSync(nbgraderPython) ? { ORRERY_TEST_NBGRADER: nbgraderPython } : {}),
  };
  const counts = countReport(await runVitest(positionals, env));
  for (const reason of notRunReasons(counts.skipped)) say(reason);
  const passed = counts.passed + checks.filter((ok) => ok).length;
  const failed = counts.failed + checks.filter((ok) => !ok).length;
  process.stdout.write(
    `${passed} passed, ${failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}\n`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
