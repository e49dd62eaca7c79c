import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file's text; undefined if it can't be read. */
export function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The words of a lesson, which stand beside the program: above the built one, or above its source. */
export function readLesson(slug: string): string | undefined {
  if (!/^[a-z0-9-]+$/.test(slug)) return undefined;
  const above = (folder: string): string | undefined =>
    readFile(join(import.meta.dirname, folder, "lessons", slug, "lesson.md"));
  return above("../..") ?? above("..");
}
