import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildKernel } from "../../kernel/build.mjs";
import { JupyterClient } from "./jupyter-client.ts";

const ROOT = join(import.meta.dirname, "../..");
const SOURCES = join(ROOT, "kernel");
/** Inside node_modules, because the programs look for their packages from where they lie. */
const OUT = join(ROOT, "node_modules/.cache/orrery-kernel/kernel");
const LOCK = join(OUT, "../lock");
const MAIN = join(OUT, "orrery-kernel.cjs");
const ENVIRONMENT = join(import.meta.dirname, "placeholder-environment.mjs");

function newestSource(): number {
  const times = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).map(
    (path) => statSync(join(SOURCES, path)).mtimeMs,
  );
  return Math.max(...times);
}

async function underLock(work: () => Promise<void>): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch {
      const made = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
      if (made !== undefined && Date.now() - made > 60_000) rmdirSync(LOCK);
      await sleep(50);
    }
  }
  try {
    await work();
  } finally {
    rmdirSync(LOCK);
  }
}

/** Builds the notebook kernel's programs unless they are newer than its sources; returns the one to start. */
export async function builtKernel(): Promise<string> {
  await underLock(async () => {
    if (!existsSync(MAIN) || statSync(MAIN).mtimeMs < newestSource()) await buildKernel({ out: OUT });
  });
  return MAIN;
}

/** Starts the notebook kernel with the tests' environment, or with other arguments. */
export async function startKernel(
  args: readonly string[] = ["--environment", ENVIRONMENT],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<JupyterClient> {
  return JupyterClient.start([process.execPath, await builtKernel(), "{connection_file}", ...args], options);
}
