/**
 * Builds the notebook kernel's programs:
 *   orrery-kernel.cjs  the main thread's entry; what a kernelspec's argv names
 *   program.cjs        the main thread's program, which the entry loads when the other threads have been started
 *   program.cjs.<node>-<arch>.cache  V8's code cache of it
 *   sockets.cjs        the socket thread
 *   types.cjs          the type side, TypeScript and all declarations inside
 *   types-<node>-<platform>-<arch>-<hash>.blob  the same as a V8 startup snapshot, for the Node.js that runs this build
 *
 * Command line: node kernel/build.mjs [--out DIR] [--declarations DIR] [--globals FILE] [--no-snapshot]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { libraryText } from "./build-library.mjs";

const KERNEL = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
/** Packages whose native parts are found from their own place, wherever the bundle lies. */
const NATIVE = ["oxc-parser", "oxc-transform"];

/** Declarations below a folder, mounted at /orrery/; the notebook kernel's own and the command line's are of no use to cells. */
function declarationsIn(folder) {
  if (!folder) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".d.ts") && !/^(kernel|cli|gateway|scripts|test)\//.test(path))
    .sort()
    .map((path) => ({ fileName: `/orrery/${path}`, text: readFileSync(join(folder, path), "utf8") }));
}

/** What the type side's bundle imports as `orrery:baked`. */
export function bakedTypes({ declarations, globals } = {}) {
  const text = (name) => readFileSync(join(KERNEL, "types", name), "utf8");
  const files = declarationsIn(declarations);
  if (globals) files.push({ fileName: "/orrery/globals.d.ts", text: readFileSync(globals, "utf8") });
  return {
    library: libraryText(),
    host: text("host-globals.txt"),
    builtInModules: builtinModules.filter((name) => !name.startsWith("_")),
    notebook: text("notebook-globals.txt"),
    declarations: files,
  };
}

function bakedPlugin(baked) {
  return {
    name: "baked",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^orrery:baked$/ }, ({ path }) => ({ path, namespace: "baked" }));
      onLoad({ filter: /.*/, namespace: "baked" }, () => ({
        contents: `export const baked = ${JSON.stringify(baked)};`,
      }));
    },
  };
}

/** In a bundle `import.meta.url` is the bundle's; these packages look for their native parts from their own. */
const nativePlugin = {
  name: "native",
  setup({ onLoad }) {
    for (const name of NATIVE) {
      onLoad({ filter: new RegExp(`node_modules[\\\\/]${name}[\\\\/].*\\.js$`) }, ({ path }) => ({
        contents: readFileSync(path, "utf8").replaceAll("import.meta.url", `__urlOf(${JSON.stringify(name)})`),
      }));
    }
  },
};

const SHARED = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  legalComments: "none",
  logLevel: "warning",
  // Options of an import are a cell's own, so they cannot be written out.
  logOverride: { "unsupported-dynamic-import": "silent" },
  define: { "import.meta.url": "__bundleUrl", "import.meta.dirname": "__dirname" },
  banner: {
    js: `const { pathToFileURL: __toUrl } = require("node:url");
const __bundleUrl = __toUrl(__filename).href, __urlOf = (name) => __toUrl(require.resolve(name)).href;`,
  },
};

/** Keeps TypeScript's `sys` and V8's collator out of the snapshot, which could not be written with them. */
const TYPES_BANNER = `process.browser=true;
Intl.Collator=class{compare=(a,b)=>a<b?-1:a>b?1:0;resolvedOptions(){return{locale:"en"}}};`;

async function buildTypes(out, options) {
  const outfile = join(out, "types.cjs");
  await build({
    ...SHARED,
    entryPoints: [join(KERNEL, "types/child.ts")],
    outfile,
    minifyWhitespace: true,
    plugins: [bakedPlugin(bakedTypes(options))],
    banner: { js: TYPES_BANNER },
    define: { "import.meta.dirname": "__dirname" },
  });
  return createHash("sha256").update(readFileSync(outfile)).digest("hex").slice(0, 12);
}

/** Makes the startup snapshot of a built `types.cjs`; without one the type side starts from the bundle, slower. */
function buildSnapshot(out, hash) {
  for (const name of readdirSync(out)) if (/^types-.*\.blob$/.test(name)) rmSync(join(out, name));
  const blob = join(out, `types-${process.version}-${process.platform}-${process.arch}-${hash}.blob`);
  const args = ["--max-semi-space-size=32", "--snapshot-blob", blob, "--build-snapshot", join(out, "types.cjs")];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status === 0) return blob;
  rmSync(blob, { force: true });
  process.stderr.write(`no startup snapshot for the type checker, which will start slower: ${stderr.split("\n")[0]}\n`);
  return undefined;
}

/** Makes V8's code cache of `program.cjs`; without one a start takes some tens of milliseconds longer. */
function buildCodeCache(out, main) {
  for (const name of readdirSync(out)) if (/^program\.cjs\..*\.cache$/.test(name)) rmSync(join(out, name));
  const { status, stderr } = spawnSync(process.execPath, [main, "--write-code-cache"], { encoding: "utf8" });
  if (status !== 0) process.stderr.write(`no code cache for the notebook kernel, which will start slower: ${stderr}\n`);
}

/**
 * Builds all programs.
 * @param {{out?: string, declarations?: string, globals?: string, snapshot?: boolean}} options
 *   out: the folder (default dist/kernel); declarations: a folder of .d.ts files whose index.d.ts is `kube-orrery`;
 *   globals: a .d.ts file of the environment's globals.
 * @returns {Promise<{main: string, snapshot: string | undefined}>} the program to start, and the snapshot
 */
export async function buildKernel(options = {}) {
  const out = resolve(options.out ?? join(KERNEL, "../dist/kernel"));
  mkdirSync(out, { recursive: true });
  const version = JSON.parse(readFileSync(join(KERNEL, "../package.json"), "utf8")).version;
  const sockets = build({
    ...SHARED,
    entryPoints: [join(KERNEL, "wire/sockets.ts")],
    outfile: join(out, "sockets.cjs"),
    external: ["zeromq"],
  });
  const hash = await buildTypes(out, options);
  const main = join(out, "orrery-kernel.cjs");
  const define = {
    ...SHARED.define,
    ORRERY_VERSION: JSON.stringify(version),
    ORRERY_TYPESCRIPT_VERSION: JSON.stringify(require("typescript/package.json").version),
    ORRERY_TYPES_HASH: JSON.stringify(hash),
  };
  const external = ["zeromq", "typescript"];
  const entry = { ...SHARED, define, external, plugins: [nativePlugin] };
  await build({ ...entry, entryPoints: [join(KERNEL, "main.ts")], outfile: main });
  await build({ ...entry, entryPoints: [join(KERNEL, "program.ts")], outfile: join(out, "program.cjs") });
  await sockets;
  buildCodeCache(out, main);
  return { main, snapshot: options.snapshot === false ? undefined : buildSnapshot(out, hash) };
}

const OPTIONS = { "--out": "out", "--declarations": "declarations", "--globals": "globals" };

function usage(status) {
  const text = "Usage: node kernel/build.mjs [--out DIR] [--declarations DIR] [--globals FILE] [--no-snapshot]\n";
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const options = {};
  for (let index = 2; index < process.argv.length; index++) {
    const arg = process.argv[index];
    if (arg === "--help") usage(0);
    else if (arg === "--no-snapshot") options.snapshot = false;
    else if (OPTIONS[arg] && process.argv[index + 1]) options[OPTIONS[arg]] = process.argv[++index];
    else usage(2);
  }
  const { main, snapshot } = await buildKernel(options);
  for (const file of [main, snapshot]) if (file) process.stdout.write(`${relative(process.cwd(), file)}\n`);
}
