/** Bundles one TypeScript module of `test/` on the fly, so that oracles and benches need no compile step of their own. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inProject, project } from "./project.mjs";
import { Refusal } from "./refusal.mjs";

/** In a bundle every module would find the bundle's folder; each is told its own instead, and scripts stay outside. */
const ownPlaces = {
  name: "own places",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\..*\.mjs$/ }, ({ path, resolveDir }) => ({
      path: pathToFileURL(resolve(resolveDir, path)).href,
      external: true,
    }));
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    }));
  },
};

/**
 * Bundles `path` (relative to the project) to `.cache/` and returns the URL to import. npm packages stay outside.
 * @throws Refusal with esbuild's errors.
 */
export async function bundle(path) {
  const { build } = await import("esbuild");
  const outfile = inProject(".cache", "bundles", `${basename(path, ".ts")}.mjs`);
  const settings = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    packages: "external",
    sourcemap: "inline",
    logLevel: "silent",
    plugins: [ownPlaces],
  };
  try {
    await build({ absWorkingDir: project, entryPoints: [path], outfile, ...settings });
  } catch (error) {
    throw new Refusal(
      `${error.message}\n${path} could not be bundled: mend the lines above and run the command again.`,
    );
  }
  return pathToFileURL(outfile).href;
}
