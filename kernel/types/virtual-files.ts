import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import ts from "typescript";
import type { Declaration } from "../environment.ts";

/** Where our package's declarations are mounted; `index.d.ts` there is what `import "kube-orrery"` means. */
const PACKAGE_ROOT = "/orrery/";
const PACKAGE_NAME = "kube-orrery";
/** Where cells live. Their bare imports are looked up from the notebook's folder. */
export const CELLS_ROOT = "/cells/";

interface VirtualFile {
  readonly version: number;
  readonly snapshot: ts.IScriptSnapshot;
  readonly text: string;
}

/** Reads the disk for the types of npm packages; TypeScript's own `sys` is left out of the startup snapshot. */
const disk: ts.ModuleResolutionHost = {
  fileExists: (path) => existsSync(path) && statSync(path).isFile(),
  directoryExists: (path) => existsSync(path) && statSync(path).isDirectory(),
  readFile: (path) => readFileSync(path, "utf8"),
  realpath: (path) => realpathSync(path),
};

/** The files of the type side: virtual ones by name, and those of npm packages from disk, read once. */
export class VirtualFiles {
  readonly #files = new Map<string, VirtualFile>();
  readonly #options: ts.CompilerOptions;
  #folder = "/";

  constructor(options: ts.CompilerOptions) {
    this.#options = options;
  }

  /** The notebook's folder, from which cells import. */
  set folder(path: string) {
    this.#folder = path;
  }

  /** Sets a file's text; the version grows only when the text is another. */
  set(fileName: string, text: string): void {
    const old = this.#files.get(fileName);
    if (old?.text === text) return;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.#files.set(fileName, { version: (old?.version ?? 0) + 1, snapshot, text });
  }

  add(declarations: readonly Declaration[]): void {
    for (const { fileName, text } of declarations) this.set(fileName, text);
  }

  /** The file, from disk if it is not virtual. */
  get(fileName: string): VirtualFile | undefined {
    const known = this.#files.get(fileName);
    if (known || !disk.fileExists(fileName)) return known;
    this.set(fileName, disk.readFile(fileName) ?? "");
    return this.#files.get(fileName);
  }

  has(fileName: string): boolean {
    return this.#files.has(fileName) || disk.fileExists(fileName);
  }

  /** Node.js's own types, if the notebook's folder or we have them. */
  nodeTypes(): string | undefined {
    for (const from of [`${this.#folder}/cell.ts`, `${import.meta.dirname}/x.ts`]) {
      const { primary, resolvedFileName } =
        ts.resolveTypeReferenceDirective("node", from, { ...this.#options, typeRoots: [] }, disk)
          .resolvedTypeReferenceDirective ?? {};
      if (resolvedFileName && primary !== undefined) return resolvedFileName;
    }
    return undefined;
  }

  /** Finds the file that an import means. */
  resolve(name: string, containing: string): ts.ResolvedModuleFull | undefined {
    if (name.startsWith(CELLS_ROOT)) return this.#virtual([`${name}.d.ts`, `${name}.ts`]);
    if (name === PACKAGE_NAME) return this.#virtual([`${PACKAGE_ROOT}index.d.ts`]);
    const inPackage = name.startsWith(".") ? this.#packageFile(name, containing) : undefined;
    if (inPackage !== undefined) return inPackage;
    const from = containing.startsWith(CELLS_ROOT) ? `${this.#folder}/cell.ts` : containing;
    return ts.resolveModuleName(
      name,
      from.startsWith(PACKAGE_ROOT) ? `${import.meta.dirname}/x.ts` : from,
      this.#options,
      disk,
    ).resolvedModule;
  }

  #packageFile(name: string, containing: string): ts.ResolvedModuleFull | undefined {
    const parts = containing.split("/").slice(0, -1);
    for (const part of name.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    const path = parts.join("/");
    const stem = path.replace(/(\.d)?\.[cm]?[jt]s$/, "");
    return this.#virtual([`${stem}.d.ts`, `${path}.d.ts`, `${path}/index.d.ts`]);
  }

  #virtual(candidates: readonly string[]): ts.ResolvedModuleFull | undefined {
    const resolvedFileName = candidates.find((candidate) => this.#files.has(candidate));
    if (!resolvedFileName) return undefined;
    const extension = resolvedFileName.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
    return { resolvedFileName, extension, isExternalLibraryImport: false };
  }
}
