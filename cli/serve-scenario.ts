import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { orrery } from "../lessons/api.ts";
import { clusterClient, createShell } from "../shell/index.ts";
import { Cluster, type ClusterOptions } from "../sim/index.ts";
import { Failure, WrongUse } from "./command.ts";

type Scenario = (door: typeof orrery) => Cluster | Promise<Cluster>;

/**
 * The cluster that a scenario file describes: manifests (.yaml, .yml, .json) are applied to a new cluster, which then comes
 * to rest; a module (.js, .mjs, .ts) makes one by its default export, `(orrery) => cluster`. Throws a Failure that says
 * what is wrong with the file.
 */
export async function clusterOf(path: string | undefined, options: ClusterOptions): Promise<Cluster> {
  if (path === undefined) return Cluster.create(options);
  const kind = extname(path);
  if ([".yaml", ".yml", ".json"].includes(kind)) return manifestCluster(path, options);
  if ([".js", ".mjs", ".ts"].includes(kind)) return moduleCluster(path, kind === ".ts");
  throw new WrongUse(`--scenario takes a .yaml, .json, .js or .ts file, not ${path}.`);
}

function manifestCluster(path: string, options: ClusterOptions): Cluster {
  const text = textOf(path);
  const cluster = Cluster.create(options);
  const shell = createShell(clusterClient(cluster), { read: () => text });
  const { exit, stderr } = shell.run(["kubectl", "apply", "-f", path]);
  if (exit !== 0) throw new Failure(`The manifests of ${path} could not be applied: ${stderr.trim()}`);
  cluster.settle();
  return cluster;
}

async function moduleCluster(path: string, typed: boolean): Promise<Cluster> {
  const address = typed ? await compiled(path, textOf(path)) : pathToFileURL(path).href;
  let cluster: unknown;
  try {
    const { default: scenario } = (await import(address)) as { readonly default?: Scenario };
    if (typeof scenario !== "function") {
      throw new Failure(`${path} must export a function as its default: export default (orrery) => orrery.create()`);
    }
    cluster = await scenario(orrery);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The scenario ${path} failed: ${(error as Error).message}`);
  }
  if (cluster instanceof Cluster) return cluster;
  throw new Failure(`The default export of ${path} must return a cluster, as orrery.create() makes one.`);
}

/** Types are taken off; what such a module needs is handed to it, so it imports nothing from beside it. */
async function compiled(path: string, text: string): Promise<string> {
  const { transformSync } = createRequire(import.meta.url)("oxc-transform") as typeof import("oxc-transform");
  const { code, errors } = transformSync(path, text, { lang: "ts" });
  const [first] = errors;
  if (first !== undefined) throw new Failure(`${path} is not TypeScript: ${first.message}`);
  return `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure(`The scenario ${path} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
