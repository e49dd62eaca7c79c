import { LessonError } from "./lesson-error.ts";

const slugLengthMax = 32;

/** A lesson as its author wrote it: the file's name for messages, the folder's name, and the lines. */
export class LessonText {
  readonly file: string;
  /** Name of the lesson's folder, e.g. "00-tour": also the name of its notebook. */
  readonly slug: string;
  readonly lines: readonly string[];

  /** Throws a LessonError when the folder is not called NN-words. */
  constructor(slug: string, text: string) {
    this.slug = slug;
    this.file = `lessons/${slug}/lesson.md`;
    this.lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
    if (!/^\d\d-[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || slug.length > slugLengthMax) {
      const wish = `two digits, then words, at most ${slugLengthMax} characters`;
      throw this.error(0, `the folder must be called like 07-rolling-updates (${wish}), not ${slug}`);
    }
  }

  /** An error about a line; `index` counts from 0, as `lines` does. */
  error(index: number, message: string): LessonError {
    return new LessonError(this.file, index + 1, message);
  }

  /** The lines from `start` up to, not including, `end`, without blank ones at either end. */
  slice(start: number, end: number): string {
    return this.lines
      .slice(start, end)
      .join("\n")
      .replace(/^(\s*\n)+/, "")
      .trimEnd();
  }
}
