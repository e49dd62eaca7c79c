import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import vm from "node:vm";
import type { Program } from "./program.ts";

function cacheFile(filename: string): string {
  return `${filename}.${process.version}-${process.arch}.cache`;
}

function load(filename: string): { program: Program; script: vm.Script } {
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "utf8")}\n})`;
  const cache = cacheFile(filename);
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const script = new vm.Script(text, { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} as { program: Program } };
  const wrapper = script.runInThisContext() as (...args: unknown[]) => void;
  wrapper(module.exports, createRequire(filename), module, filename, dirname(filename));
  return { program: module.exports.program, script };
}

/** Loads the program beside the entry, with V8's code cache if the build made one (one that does not fit is ignored). */
export function loadProgram(folder: string): Program {
  return load(join(folder, "program.cjs")).program;
}

/** Makes the code cache: part of the build. */
export async function writeProgramCache(folder: string): Promise<void> {
  const filename = join(folder, "program.cjs");
  const { program, script } = load(filename);
  await program.warmUp();
  writeFileSync(cacheFile(filename), script.createCachedData());
}
