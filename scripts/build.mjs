/**
 * `npm run build`: compiles the rooms to `dist/<room>` and bundles the notebook kernel, so that it starts fast.
 * Does nothing when no source changed since the last build.
 */
import { existsSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { requireNode } from "./setup/node-version.mjs";
import { inProject, notebookKernel, rooms } from "./setup/project.mjs";
import { Refusal, runMain } from "./setup/refusal.mjs";
import { filesBelow, hashFiles, hashTexts, isStamped, writeStamp } from "./setup/stamps.mjs";
import { runLogged, step } from "./setup/steps.mjs";

const stampPath = inProject("dist", ".stamp");

/** Every file that the build reads, and the Node.js that it makes a startup snapshot for. */
function sourceKey() {
  const sources = rooms.flatMap((room) => filesBelow(inProject(room), (name) => !name.endsWith(".test.ts")));
  const settings = ["tsconfig.json", "tsconfig.base.json", "package-lock.json", "scripts/build.mjs"].map((path) =>
    inProject(path),
  );
  return hashTexts([process.version, process.arch, hashFiles([...sources, ...settings])]);
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
 * The package's own door: what `import "kube-orrery"` means. In Node.js it is connected to the process and knows the lessons; its
 * types are those that cells see.
 */
function writeEntry() {
  writeFileSync(inProject("dist", "index.js"), 'export * from "./kernel/package-entry.js";\n');
  writeFileSync(inProject("dist", "index.d.ts"), 'export * from "./lessons/api.js";\n');
}

/** Bundles the notebook kernel into the few files that a start waits for; its own build says which. */
async function bundleNotebookKernel() {
  const { buildKernel } = await import("../kernel/build.mjs");
  try {
    await buildKernel({ declarations: inProject("dist"), globals: inProject("kernel", "types", "cell-globals.txt") });
  } catch (error) {
    throw new Refusal(
      `${error.message}\nThe notebook kernel could not be bundled: mend the lines above and run the command again.`,
    );
  }
}

/**
 * Brings `dist` up to date with the sources.
 * @throws Refusal with the compiler's errors.
 */
export async function buildIfStale() {
  const key = sourceKey();
  if (isStamped(stampPath, key) && existsSync(notebookKernel)) return;
  await step("Building", async () => {
    await compile();
    writeEntry();
    await bundleNotebookKernel();
  });
  writeStamp(stampPath, key);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireNode();
  await runMain(buildIfStale);
}
