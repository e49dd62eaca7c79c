/** Where things are: every path that the scripts write to lies in the project folder. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project folder, absolute. */
export const project = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** A path inside the project folder. */
export const inProject = (...parts) => join(project, ...parts);

/** Everything that set-up makes and git ignores; deleting it costs one slow start. */
export const local = inProject(".local");

/** The private Python environment that JupyterLab lives in. */
export const venv = join(local, "venv");

/** The Python of an environment. */
const pythonOf = (environment) =>
  process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");

/** The Python of the private environment. */
export const venvPython = pythonOf(venv);

/** nbgrader's own environment, which only the long tests need: it wants packages that JupyterLab does without. */
export const nbgraderVenv = join(local, "nbgrader");

/** The Python of nbgrader's environment. */
export const nbgraderPython = pythonOf(nbgraderVenv);

/** The program of the notebook kernel, which the kernelspec names. */
export const notebookKernel = inProject("dist", "kernel", "orrery-kernel.cjs");

/** The rooms that are compiled, in the order of the import arrows. */
export const rooms = ["sim", "shell", "views", "lessons", "grader", "gateway", "kernel", "cli"];
