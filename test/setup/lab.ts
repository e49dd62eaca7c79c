/** A JupyterLab started as a user starts it, for the tests that drive it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const project = new URL("../..", import.meta.url).pathname;

/** A script's end: its exit status and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function startScript(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs one of the project's scripts to its end, with some variables of the environment changed. */
export function runScript(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = startScript(args, env);
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    texts.stderr += chunk;
  });
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, ...texts })));
}

/** A running JupyterLab: the address of its first page, with the token, and its end. */
export interface RunningLab {
  readonly url: URL;
  /** Asks it to end as Ctrl-C does; resolves to the exit status. */
  stop(): Promise<number | null>;
}

/**
 * Starts `npm start`'s script on a folder of notebooks and resolves when it printed its address. Its settings are its own, so
 * that tests that run at the same time don't take each other's progress for theirs.
 */
export async function startLab(root: string): Promise<RunningLab> {
  const settings = mkdtempSync(join(tmpdir(), "orrery-settings-"));
  const child = startScript(["scripts/start.mjs", "--no-browser", "--root", root], { ORRERY_SETTINGS: settings });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stderr?.resume();
  const stop = () => {
    child.kill("SIGINT");
    return ended;
  };
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith("http")) return { url: new URL(line), stop };
  }
  throw new Error(`npm start ended with status ${await ended} before it printed its address`);
}
