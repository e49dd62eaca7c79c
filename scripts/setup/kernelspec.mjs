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
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
}
