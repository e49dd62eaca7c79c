import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { Failure } from "./command.ts";

/** The folder of a user's Jupyter data, where Jupyter looks for it without being told (jupyter_core 5.9, paths.py). */
export function userJupyterFolder(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (platform === "win32") return join(APPDATA ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

/** The folder of Jupyter data below a prefix such as /usr/local or a virtual environment. */
export const prefixJupyterFolder = (prefix: string): string => join(resolve(prefix), "share", "jupyter");

/**
 * The prefix of the active Python environment; Python is asked only where no variable tells. Throws a Failure when there is
 * neither.
 */
export function systemPrefix(env: NodeJS.ProcessEnv = process.env): string {
  const known = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  if (known) return known;
  for (const name of ["python3", "python"]) {
    const { status, stdout } = spawnSync(name, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8", env });
    if (status === 0) return stdout.trim();
  }
  throw new Failure(
    "No Python environment is active and no Python was found: activate one, or name it with --prefix DIR.",
  );
}
