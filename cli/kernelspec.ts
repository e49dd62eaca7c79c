import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Failure } from "./command.ts";
import { packageFolder } from "./package-folder.ts";

/** The name by which Jupyter and notebooks know our notebook kernel. */
export const KERNEL_NAME = "orrery";

/**
 * Writes the kernelspec below a folder of Jupyter's data, as `kernels/orrery/kernel.json`; its paths are absolute, so it works from
 * everywhere. Throws a Failure if the notebook kernel is not built.
 */
export function writeKernelspec(jupyterFolder: string): void {
  const folder = join(jupyterFolder, "kernels", KERNEL_NAME);
  const argv = [process.execPath, notebookKernel(), "{connection_file}"];
  const names = { display_name: "Kubernetes Orrery (TypeScript)", language: "typescript" };
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ argv, ...names, interrupt_mode: "message" }, undefined, 2);
  writeFileSync(join(folder, "kernel.json"), `${text}\n`);
}

/** The program of the notebook kernel. Throws a Failure if it is not built. */
export function notebookKernel(): string {
  const program = join(packageFolder(), "dist", "kernel", "orrery-kernel.cjs");
  if (existsSync(program)) return program;
  throw new Failure(`The notebook kernel is not built: run \`npm run build\` in ${packageFolder()} first.`);
}
