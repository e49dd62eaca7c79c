/**
 * `npm run build`: compiles the rooms to `dist/<room>` and bundles the notebook kernel into one file that starts fast.
 * Does nothing when no source changed since the last build.
 */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { requireNode } from "./setup/node-version.mjs";
import { inProject, project, rooms } from "./setup/project.mjs";
import { Refusal, runMain } from "./setup/refusal.mjs";
import { filesBelow, hashFiles, isStamped, writeStamp } from "./setup/stamps.mjs";
import { runLogged, step } from "./setup/steps.mjs";

const stampPath = inProject("dist", ".stamp");

/** Every file that the build reads; what is compiled depends on nothing else. */
function sourceKey() {
  const sources = rooms.flatMap((room) =>
    filesBelow(
      inProject(room),
      (name) => (name.endsWith(".ts") && !name.endsWith(".test.ts")) || name === "tsconfig.json",
    ),
  );
  const settings = ["tsconfig.json", "tsconfig.base.json", "package-lock.json", "scripts/build.mjs"].map((path) =>
    inProject(path),
  );
  return hashFiles([...sources, ...settings]);
}

async function compile() {
  const tsc = inProject("node_modules", "typescript", "bin", "tsc");
  const { status, output } = await runLogged("tsc", process.execPath, [tsc, "-b", "--pretty", "false"]);
  if (status === 0) return;
  const errors = output.split("\n").filter((line) => line.includes("error TS"));
  throw new Refusal(
    `${errors.slice(0, 20).join("\n")}\nThe sources do not compile (${errors.length} errors): mend the lines above and run the command again.`,
  );
}

/**
 * Bundles the notebook kernel: one file `dist/kernel.js` in place of some hundred small modules, which is what a start waits for.
 * Native and very large packages stay outside and are loaded when first needed.
 */
async function bundleNotebookKernel() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: project,
    entryPoints: { kernel: "kernel/main.ts" },
    outdir: "dist",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["zeromq", "oxc-parser", "oxc-transform", "typescript"],
    banner: {
      js: 'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);',
    },
    sourcemap: true,
    logLevel: "silent",
  }).catch((error) => {
    throw new Refusal(
      `${error.message}\nThe notebook kernel could not be bundled: mend the lines above and run the command again.`,
    );
  });
}

/**
 * Brings `dist` up to date with the sources.
 * @throws Refusal with the compiler's errors.
 */
export async function buildIfStale() {
  const key = sourceKey();
  if (isStamped(stampPath, key) && existsSync(inProject("dist", "kernel.js"))) return;
  await step("Building", async () => {
    await compile();
    await bundleNotebookKernel();
  });
  writeStamp(stampPath, key);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireNode();
  await runMain(buildIfStale);
}
