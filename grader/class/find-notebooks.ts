/** Finds what was handed in, and reads it without following where it might lead. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { NotANotebook, notebookBytesMax } from "../notebook.ts";

/** A file that was handed in. */
export interface HandedFile {
  /** Where it lies. */
  readonly path: string;
  /** Relative to what was named, with slashes; the file's own name where that was named itself. */
  readonly name: string;
  /** Whose it is, where whoever named the file said so. */
  readonly student?: string;
}

const depthMax = 12;
const isPassedOver = (name: string): boolean => name.startsWith(".") || name === "node_modules" || name === "__MACOSX";

/** Everything named *.ipynb below the paths, sorted by name; a path that is no folder counts whatever its name is. */
export function findNotebooks(paths: readonly string[]): readonly HandedFile[] {
  const found: HandedFile[] = [];
  for (const path of paths) {
    if (lstatSync(path).isDirectory() && !path.endsWith(".ipynb")) found.push(...below(path, "", 0));
    else found.push({ path, name: basename(path) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.path < b.path ? -1 : 1));
}

function below(folder: string, prefix: string, depth: number): readonly HandedFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (isPassedOver(entry.name)) return [];
    if (entry.name.endsWith(".ipynb")) return [{ path, name }];
    return entry.isDirectory() && depth < depthMax ? below(path, `${name}/`, depth + 1) : [];
  });
}

/** In which of so many parts a file is, from 1: its name alone decides, so each part can be graded on another machine. */
export function shardOf({ name }: HandedFile, parts: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = createHash("sha256").update(name).digest();
  return ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % parts) + 1;
}

/** The bytes of a file, if it is a plain file of reasonable size. Throws NotANotebook. */
export function readHanded(path: string): Buffer {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink())
    throw new NotANotebook("it is a symbolic link, which is not followed: hand in the file itself");
  if (stat.isDirectory()) throw new NotANotebook("it is a folder: hand in the notebook file itself");
  if (!stat.isFile()) throw new NotANotebook("it is no plain file: hand in the notebook file itself");
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const { size } = fstatSync(file);
    if (size > notebookBytesMax)
      throw new NotANotebook(
        `it has ${size} bytes, more than ${notebookBytesMax}: clear its outputs and hand it in again`,
      );
    const bytes = Buffer.alloc(size);
    const read = readSync(file, bytes, 0, size, 0);
    return bytes.subarray(0, read);
  } catch (error) {
    if (error instanceof NotANotebook) throw error;
    throw new NotANotebook(
      `it can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"}): mend its permissions`,
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
