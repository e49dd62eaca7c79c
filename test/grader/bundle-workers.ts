/** The grader's threads, bundled from their sources with the test lesson inside: a thread can't read TypeScript. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { WorkerFiles } from "../../grader/index.ts";

const here = import.meta.dirname;

/** Bundles into the project's cache, where packages are found; `remove` takes the bundle away. */
export async function bundleWorkers(): Promise<WorkerFiles & { remove(): void }> {
  const cache = join(here, "../../.cache");
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, "grader-workers-"));
  await build({
    entryPoints: ["collect", "mark"].map((name) => join(here, "workers", `${name}.ts`)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    // The package says of itself that its modules have no side effects; these have nothing else.
    ignoreAnnotations: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  });
  const file = (name: string): URL => pathToFileURL(join(outdir, `${name}.mjs`));
  return {
    collect: file("collect"),
    mark: file("mark"),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
