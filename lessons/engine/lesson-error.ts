/** What is wrong with a lesson, and where: its text starts with `file:line: ` so that editors and terminals find the place. */
export class LessonError extends Error {
  override readonly name = "LessonError";

  /** `line` counts from 1; the message says what was wrong and what would be right. */
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
  }
}
