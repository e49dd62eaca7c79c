/**
 * The JupyterLab extension: `lab/` with the rooms that it uses as one module, then packed by JupyterLab's own builder,
 * then copied to where the private JupyterLab looks for extensions.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject, venv } from "./project.mjs";
import { Refusal } from "./refusal.mjs";
import { filesBelow, hashFiles, hashTexts, isStamped, writeStamp } from "./stamps.mjs";
import { runLogged, step } from "./steps.mjs";

/** The extension's name, in its package.json and among JupyterLab's. */
const name = "kube-orrery-lab";
const source = inProject("lab");
/** The package as the builder takes it, with the bundled module, and in it what the builder makes. */
const packed = inProject("dist", "lab");
const built = join(packed, "labextension");
const stampPath = join(packed, ".stamp");
const installed = join(venv, "share", "jupyter", "labextensions", name);
const installedStamp = join(installed, ".stamp");

/** Everything that ends up in the extension: our room, the live protocol, the views and what they import of the simulation. */
function sourceKey() {
  const isSource = (file) => /\.(ts|js|css|json)$/.test(file) && !file.endsWith(".test.ts");
  const rooms = ["lab", "views", join("lessons", "live")].flatMap((room) => filesBelow(inProject(room), isSource));
  const settings = ["package-lock.json", join("scripts", "setup", "lab-extension.mjs")].map((path) => inProject(path));
  return hashTexts([hashFiles([...rooms, ...settings])]);
}

/** Checks the types; the bundler only takes them away. */
async function checkTypes() {
  const tsc = inProject("node_modules", "typescript", "bin", "tsc");
  const { status, output } = await runLogged("lab-tsc", process.execPath, [tsc, "-p", source, "--pretty", "false"]);
  if (status !== 0)
    throw new Refusal(
      `${output.trim()}\nThe extension does not compile: mend the lines above and run the command again.`,
    );
}

/** Our own modules and d3 become one file; JupyterLab's packages stay imports, which the builder shares with JupyterLab. */
async function bundleModule() {
  const { build } = await import("esbuild");
  const settings = { bundle: true, format: "esm", target: "es2022", legalComments: "none", logLevel: "silent" };
  const external = ["@jupyterlab/*", "@lumino/*"];
  const entry = { entryPoints: [join(source, "index.ts")], outfile: join(packed, "index.js") };
  try {
    await build({ ...settings, ...entry, external, minify: true });
  } catch (error) {
    throw new Refusal(`${error.message}\nThe extension could not be bundled: mend the lines above.`);
  }
}

function copyPackage() {
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  for (const folder of ["schema", "style"]) cpSync(join(source, folder), join(packed, folder), { recursive: true });
  const description = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  delete description.devDependencies;
  writeFileSync(join(packed, "package.json"), JSON.stringify({ ...description, main: "index.js" }, null, 2));
}

async function runBuilder() {
  const builder = inProject("node_modules", "@jupyter", "builder", "lib", "build-labextension.js");
  const core = inProject("node_modules", "@jupyterlab", "core-meta", "core.package.json");
  const { status, output } = await runLogged("lab-builder", process.execPath, [
    builder,
    "--core-package-file",
    core,
    packed,
  ]);
  if (status !== 0) throw new Refusal(`${output.trim()}\nJupyterLab's builder could not pack the extension.`);
}

/**
 * Brings the built extension up to date with its sources.
 * @throws Refusal with the compiler's or the builder's errors.
 */
export async function buildExtensionIfStale() {
  const key = sourceKey();
  if (isStamped(stampPath, key) && existsSync(built)) return;
  await step("Building the JupyterLab extension", async () => {
    copyPackage();
    await Promise.all([checkTypes(), bundleModule()]);
    await runBuilder();
  });
  writeStamp(stampPath, key);
}

/** Puts the built extension into the private JupyterLab, in place of an older one. */
export function installExtension() {
  const key = readFileSync(stampPath, "utf8");
  if (isStamped(installedStamp, key)) return;
  rmSync(installed, { recursive: true, force: true });
  cpSync(built, installed, { recursive: true });
  writeStamp(installedStamp, key);
}
