/** The package as `npm install` lays it out, in a folder that is not ours. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const project = new URL("../..", import.meta.url).pathname;

/** The names of the files that the package holds, as npm would pack them. */
export function packedFiles(): readonly string[] {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"];
  const { stdout } = spawnSync("npm", args, { cwd: project, encoding: "utf8" });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path);
}

/** A folder with the package in its node_modules; below the project's own, where the packages that it needs are found. */
export class Guest {
  readonly folder: string;

  constructor() {
    const cache = join(project, "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    this.folder = mkdtempSync(join(cache, "orrery-guest-"));
    writeFileSync(join(this.folder, "package.json"), '{ "name": "guest", "private": true }\n');
    const home = join(this.folder, "node_modules", "kube-orrery");
    for (const path of packedFiles()) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      cpSync(join(project, path), join(home, path));
    }
  }

  /** Runs a script there; what it printed. */
  node(name: string, text: string) {
    writeFileSync(join(this.folder, name), text);
    return spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", name], {
      cwd: this.folder,
      encoding: "utf8",
    });
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The examples of docs/hosts.md in one language. */
export function examples(language: string): readonly string[] {
  const text = readFileSync(join(project, "docs", "hosts.md"), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter((found) => found[1] === language)
    .map((found) => found[2]!);
}
