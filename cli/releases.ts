/** Notebooks for a class: each student's own variants, in files of the student's name. */
import { existsSync, readFileSync } from "node:fs";
import { compileLesson } from "../lessons/engine/compile.ts";
import { readLesson } from "../lessons/engine/lesson-source.ts";
import { notebookText } from "../lessons/engine/notebook.ts";
import { releaseToken } from "../lessons/engine/release-token.ts";
import { seedOf } from "../lessons/engine/seeds.ts";
import { Failure } from "./command.ts";
import { forEachLesson, type LessonFolder } from "./lesson-folders.ts";

const KEY_MIN = 16;
const STUDENTS_MAX = 100_000;

/** The course's key from its file. Throws a Failure if there is none, or one that can be guessed. */
export function readKey(file: string): string {
  if (!existsSync(file))
    throw new Failure(`There is no file ${file}: write a long random text into it, and keep it to yourself.`);
  const key = readFileSync(file, "utf8").trim();
  if (key.length < KEY_MIN)
    throw new Failure(`The key in ${file} has ${key.length} characters: use a random text of at least ${KEY_MIN}.`);
  return key;
}

/** The students of a list: a name a line, or a .csv with a column `student` or `id`. Throws a Failure. */
export function readStudents(file: string): readonly string[] {
  if (!existsSync(file)) throw new Failure(`There is no file ${file}: name the list of students with --students.`);
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const named = /\.csv$/i.test(file) ? columnOf(text, file) : text.split(/\r?\n/).map((line) => line.trim());
  const students = named.filter((name) => name !== "");
  if (students.length === 0) throw new Failure(`${file} names no student: write a name a line.`);
  if (students.length > STUDENTS_MAX) throw new Failure(`${file} names more than ${STUDENTS_MAX} students: split it.`);
  const seen = new Set<string>();
  for (const name of students) {
    if (!/^[\p{L}\p{N}_@+][\p{L}\p{N}_@+.' -]{0,99}$/u.test(name) || /[. ]$/.test(name))
      throw new Failure(
        `${file} names "${name}", which can't be a folder's name: use letters, digits and _ @ + . - inside.`,
      );
    if (seen.has(name.toLowerCase()))
      throw new Failure(`${file} names ${name} twice: each student needs a name of their own.`);
    seen.add(name.toLowerCase());
  }
  return students;
}

function columnOf(text: string, file: string): readonly string[] {
  const [head = [], ...rows] = csvRows(text);
  const names = head.map((name) => name.trim().toLowerCase());
  const column = ["student", "id"].map((name) => names.indexOf(name)).find((index) => index >= 0);
  if (column === undefined) throw new Failure(`${file} has no column student or id: name one in its first line.`);
  return rows.map((row) => (row[column] ?? "").trim());
}

/** Reads CSV with quoted fields (RFC 4180); a semicolon separates where the first line has more of them than commas. */
function csvRows(text: string): readonly (readonly string[])[] {
  const [first = ""] = text.split("\n", 1);
  const separator = first.split(";").length > first.split(",").length ? ";" : ",";
  const rows: string[][] = [[]];
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, "gy");
  for (let match = field.exec(text); match !== null && match.index < text.length; match = field.exec(text)) {
    const [, quoted, bare = "", end] = match;
    rows[rows.length - 1]!.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== separator) rows.push([]);
  }
  return rows.filter((row) => row.some((value) => value !== ""));
}

/** The text of each student's notebooks by path, `STUDENT/NN-slug.ipynb`. Throws a Failure for broken lessons. */
export function releasesOf(
  lessons: readonly LessonFolder[],
  students: readonly string[],
  key: string,
): ReadonlyMap<string, string> {
  const files = forEachLesson(lessons, ({ slug, markdown }) => {
    const { version, predictions, exercises } = readLesson(slug, markdown);
    if (predictions.length + exercises.length === 0) return [];
    return students.map((student) => {
      const token = releaseToken({ lesson: slug, version, student, seed: seedOf(slug, student, key) }, key);
      return [`${student}/${slug}.ipynb`, notebookText(compileLesson(slug, markdown, { token }))] as const;
    });
  });
  if (files.every((each) => each.length === 0))
    throw new Failure("None of these lessons asks anything: there is nothing to hand out.");
  return new Map(files.flat());
}
