/** Tells the private JupyterLab about the notebook kernel. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { notebookKernel, venv } from "./project.mjs";

/**
 * Writes the kernelspec `orrery` into the private environment.
 * Written at every start: its paths are absolute, and the project or Node.js may have moved.
 */
export function writeKernelspec() {
  const folder = join(venv, "share", "jupyter", "kernels", "orrery");
  const spec = {
    argv: [process.execPath, notebookKernel, "{connection_file}"],
    display_name: "Kubernetes Orrery (TypeScript)",
    language: "typescript",
    interrupt_mode: "message",
  };
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, "kernel.json"), spec);
}

/** Keeps JupyterLab from asking about news and updates, which nobody in a lesson needs. */
export function writeLabSettings() {
  const folder = join(venv, "share", "jupyter", "lab", "settings");
  const notification = { fetchNews: "false", checkForUpdates: false };
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, "overrides.json"), { "@jupyterlab/apputils-extension:notification": notification });
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
