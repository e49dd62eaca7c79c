/** The work of `orrery grade`: from words that have been checked to files, lines and an exit status. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  builtWorkers,
  ClassStopped,
  findNotebooks,
  type GradedLesson,
  gradeClass,
  type HandedFile,
  type LessonFile,
  openLesson,
  type ReportFormat,
  type Result,
  ResultsFolder,
  shardOf,
  type WorkerFiles,
  writeClassReports,
  writeReportsOf,
} from "../grader/index.ts";
import { registerLessons } from "../lessons/catalogue.ts";
import { LessonError } from "../lessons/engine/lesson-error.ts";
import { Failure, type Output, WrongUse } from "./command.ts";
import { gradeProgress } from "./grade-progress.ts";
import { lessonsIn } from "./lesson-folders.ts";
import { packageFolder } from "./package-folder.ts";
import { readKey } from "./releases.ts";

/** What is to be graded, and how. */
export interface GradeRun {
  readonly paths: readonly string[];
  readonly out: string;
  readonly keyFile: string | undefined;
  readonly isPlain: boolean;
  readonly lesson: string | undefined;
  readonly lessonsFolder: string | undefined;
  readonly formats: ReadonlySet<ReportFormat>;
  readonly jobs: number;
  readonly shard: { readonly part: number; readonly of: number } | undefined;
  readonly resume: boolean;
  /** Programs of the threads, where they are not the built ones. */
  readonly workers?: WorkerFiles;
  /** Ends the class early, as Ctrl-C does. */
  readonly stop?: AbortSignal;
}

/** Grades. Resolves to 0 when every notebook was graded, else to 1. Throws WrongUse and Failure. */
export async function runGrading(run: GradeRun, output: Output): Promise<0 | 1> {
  const files = filesOf(run);
  const lessons = openLessons(run);
  const key = run.keyFile === undefined ? undefined : readKey(run.keyFile);
  const stop = new AbortController();
  const onStop = (): void => stop.abort();
  run.stop?.addEventListener("abort", onStop);
  process.once("SIGINT", onStop);
  const results: Result[] = [];
  const progress = gradeProgress(files.length);
  const report = {
    out: run.out,
    formats: run.formats,
    titleOf: (slug: string): string => lessons.get(slug)?.lesson.source.front.title ?? slug,
    part: run.shard === undefined ? "" : `-${run.shard.part}of${run.shard.of}`,
  };
  try {
    await gradeClass(
      {
        files,
        lessons,
        lesson: run.lesson,
        course: { key, isPlain: run.isPlain },
        simVersion: versionOfPackage(),
        edition: run.workers === undefined ? editionOfBuild() : "",
        jobs: run.jobs,
        workers: run.workers ?? builtWorkers(),
        results: new ResultsFolder(run.out),
        resume: run.resume,
        stop: stop.signal,
      },
      {
        result(result, file) {
          results.push(result);
          writeReportsOf(result, file, report);
          output.out(`${JSON.stringify(result)}\n`);
        },
        progress,
      },
    );
    writeClassReports(results, report);
  } catch (error) {
    throw whyEnded(error, run.out, files.length, results.length);
  } finally {
    progress.end();
    process.removeListener("SIGINT", onStop);
  }
  return summary(results, run, key, output);
}

function filesOf({ paths, shard }: GradeRun): readonly HandedFile[] {
  const named = paths.filter((path) => path !== "-");
  for (const path of named) if (!existsLink(path)) throw new WrongUse(`There is no file or folder ${path}.`);
  const files = [...findNotebooks(named), ...(paths.includes("-") ? filesOfLines(readFileSync(0, "utf8")) : [])];
  if (files.length === 0) throw new Failure(`There is no notebook in ${paths.join(", ")}: notebooks end in .ipynb.`);
  return shard === undefined ? files : files.filter((file) => shardOf(file, shard.of) === shard.part);
}

function existsLink(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined || existsSync(path);
}

function filesOfLines(text: string): readonly HandedFile[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => {
      const wish = `Line ${index + 1} of standard input must be JSON such as {"file": "a.ipynb", "student": "a"}.`;
      let value: { readonly file?: unknown; readonly student?: unknown };
      try {
        value = JSON.parse(line) as typeof value;
      } catch {
        throw new WrongUse(wish);
      }
      const { file, student } = value ?? {};
      if (typeof file !== "string" || !(student === undefined || typeof student === "string")) throw new WrongUse(wish);
      return { path: file, name: file, ...(student === undefined ? {} : { student }) };
    });
}

/** Lessons with something to grade. One that is broken is told only if it is asked for. */
function openLessons({ lesson, lessonsFolder }: GradeRun): Map<string, { file: LessonFile; lesson: GradedLesson }> {
  registerLessons();
  const open = new Map<string, { file: LessonFile; lesson: GradedLesson }>();
  for (const { slug, markdown } of lessonsIn(lessonsFolder ?? join(packageFolder(), "lessons"))) {
    const file = { slug, text: markdown };
    try {
      const opened = openLesson(file);
      if (opened.exercises.size > 0) open.set(slug, { file, lesson: opened });
    } catch (error) {
      if (!(error instanceof LessonError)) throw error;
      if (lesson === slug) throw new Failure(error.message);
    }
  }
  const names = [...open.keys()].join(", ");
  if (lesson !== undefined && !open.has(lesson))
    throw new WrongUse(`There is no lesson ${lesson} with exercises${names === "" ? "" : `; there are ${names}`}.`);
  if (open.size === 0) throw new Failure("There is no lesson with exercises: name their folder with --lessons.");
  return open;
}

function versionOfPackage(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8")) as { version: string };
  return version;
}

/** Changes with every build: results of an older one are not taken over. */
function editionOfBuild(): string {
  const stamp = join(packageFolder(), "dist", ".stamp");
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
}

function whyEnded(error: unknown, out: string, all: number, done: number): unknown {
  const kept = `${done} of ${all} notebooks are graded and kept in ${out}`;
  if (error instanceof ClassStopped) return new Failure(`Stopped: ${kept}; the same command goes on from there.`);
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const reason = code === "ENOSPC" ? "the disk is full" : `the system says ${code}`;
  return new Failure(
    `${out} can't be written, ${reason}: ${kept}; mend that, and the same command goes on from there.`,
  );
}

function summary(results: readonly Result[], { out }: GradeRun, key: string | undefined, output: Output): 0 | 1 {
  const count = (status: Result["status"]): number => results.filter((result) => result.status === status).length;
  const [refused, failed] = [count("refused"), count("failed")];
  const flagged = results.filter(({ status, flags }) => status === "graded" && flags.length > 0).length;
  if (key === undefined) output.err("Graded without --key: no release token was verified.\n");
  const parts = [
    `${count("graded")} graded${flagged > 0 ? ` (${flagged} to look at)` : ""}`,
    ...(refused > 0 ? [`${refused} could not be graded as they were handed in`] : []),
    ...(failed > 0 ? [`${failed} we could not grade`] : []),
  ];
  output.err(`${parts.join(", ")}; cells ran in an interpreter without any way out. See ${out}.\n`);
  return refused + failed > 0 ? 1 : 0;
}
