import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { resolve as resolveExports } from "resolve.exports";

/** Splits `@scope/name/sub/path` into the package's name and the rest as `exports` maps write it. */
function splitSpecifier(specifier: string): { name: string; entry: string } {
  const parts = specifier.split("/");
  const count = specifier.startsWith("@") ? 2 : 1;
  const rest = parts.slice(count).join("/");
  return { name: parts.slice(0, count).join("/"), entry: rest ? `./${rest}` : "." };
}

function packageFolder(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The file that a bare import means for a module in `folder`. Node.js resolves for the importing file, which a cell is
 * not; so the package is looked up here, by the `import` condition that `require.resolve` does not take.
 */
function resolvePackage(specifier: string, folder: string): string {
  const { name, entry } = splitSpecifier(specifier);
  const root = packageFolder(name, folder);
  if (!root) {
    throw new Error(`cannot find the package '${name}' from the notebook's folder: run \`npm install ${name}\` there`);
  }
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports?: unknown };
  if (manifest.exports === undefined) return createRequire(join(folder, "notebook.js")).resolve(specifier);
  const target = resolveExports(manifest, entry, { conditions: ["node"] });
  const file = target?.[0];
  if (!file) throw new Error(`the package '${name}' does not export '${entry}'`);
  return realpathSync(join(root, file));
}

/** The URL to import for a specifier that a cell wrote, seen from the notebook's folder. */
export function resolveImport(specifier: string, folder = process.cwd()): string {
  if (isBuiltin(specifier) || /^(data|file|node):/.test(specifier)) return specifier;
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(join(folder, "notebook.js"))).href;
  return pathToFileURL(resolvePackage(specifier, folder)).href;
}
