/**
 * A folder with one file for each graded notebook. A file is written whole or not at all, so whatever ends a class in the
 * middle loses nothing; a file says what it was made from, so the next run takes it only while all of that is the same.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RESULT_FORMAT, type Result } from "../result.ts";
import type { HandedFile } from "./find-notebooks.ts";

const unfinished = ".part";

/** A short hash of some texts; where one ends and the next begins matters. */
export function hashOf(...texts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}\n`).update(text);
  return hash.digest("hex");
}

/** A name for a notebook's files: readable, and another one for another notebook. */
export function nameFor({ name }: Pick<HandedFile, "name">): string {
  const readable = name
    .replace(/\.ipynb$/, "")
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, 80);
  return `${readable}-${hashOf(name).slice(0, 8)}`;
}

/** Writes a file so that it is there whole or as it was before. Throws what the file system says. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}${unfinished}`;
  try {
    writeFileSync(part, text, { flush: true });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** See above. */
export class ResultsFolder {
  readonly #folder: string;

  /** Makes the folder. Throws what the file system says. */
  constructor(out: string) {
    this.#folder = join(out, "results");
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder)) if (name.endsWith(unfinished)) rmSync(join(this.#folder, name));
  }

  /** The result that was made from just this; undefined if there is none, or none that can be read. */
  find(file: HandedFile, madeFrom: string): Result | undefined {
    try {
      const kept = JSON.parse(readFileSync(this.#path(file), "utf8")) as { madeFrom?: string; result?: Result };
      return kept.madeFrom === madeFrom && kept.result?.format === RESULT_FORMAT ? kept.result : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps a result. */
  keep(file: HandedFile, madeFrom: string, result: Result): void {
    writeWhole(this.#path(file), `${JSON.stringify({ madeFrom, result }, undefined, 1)}\n`);
  }

  #path(file: HandedFile): string {
    return join(this.#folder, `${nameFor(file)}.json`);
  }
}
