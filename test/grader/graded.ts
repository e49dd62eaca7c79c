/** Runs the grader in a test as the command does, on notebooks in a folder of the test's own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type GradeRun, runGrading } from "../../cli/grade-run.ts";
import { type Result, reportFormats } from "../../grader/index.ts";
import { bundleWorkers } from "./bundle-workers.ts";
import type { Pupil } from "./class.ts";
import { courseKey } from "./taught.ts";

/** What a run has come to. */
export interface Graded {
  readonly status: 0 | 1;
  readonly results: readonly Result[];
  readonly out: string;
  readonly err: string;
}

/** A place to grade in. */
export interface GradingPlace {
  readonly folder: string;
  /** Writes notebooks as a course collects them, a folder for each student; gives the path. */
  handIn(name: string, pupils: readonly Pick<Pupil, "student" | "text">[], slug?: string): string;
  grade(paths: readonly string[], changes?: Partial<GradeRun>): Promise<Graded>;
  remove(): void;
}

/** Makes the place; its lessons are the test lesson, or those that ship. */
export async function gradingPlace(lessons: "shop" | "shipped" = "shop"): Promise<GradingPlace> {
  const folder = mkdtempSync(join(tmpdir(), "orrery-grade-"));
  const workers = await bundleWorkers();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("lessons/90-shop/lesson.md", readFileSync(join(import.meta.dirname, "fixtures/lesson.md"), "utf8"));
  write("key", courseKey);
  return {
    folder,
    handIn(name, pupils, slug = "90-shop") {
      for (const { student, text } of pupils) write(`${name}/${student}/${slug}.ipynb`, text);
      return join(folder, name);
    },
    async grade(paths, changes = {}) {
      const written = { out: "", err: "" };
      const run: GradeRun = {
        paths,
        out: join(folder, "out"),
        keyFile: join(folder, "key"),
        isPlain: false,
        lesson: undefined,
        lessonsFolder: lessons === "shop" ? join(folder, "lessons") : undefined,
        formats: new Set(reportFormats),
        jobs: 2,
        shard: undefined,
        resume: true,
        workers,
        ...changes,
      };
      const status = await runGrading(run, {
        out: (text) => {
          written.out += text;
        },
        err: (text) => {
          written.err += text;
        },
      });
      const lines = written.out.split("\n").filter((line) => line !== "");
      return { status, ...written, results: lines.map((line) => JSON.parse(line) as Result) };
    },
    remove() {
      workers.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a result says about a pupil, and what it must say, in the same form. */
export function saidAndMeant({ student, does, points, status }: Pupil, result: Result | undefined) {
  const said = Object.fromEntries((result?.exercises ?? []).map(({ id, points }) => [id, points]));
  return {
    said: { does, student: result?.student, status: result?.status, points: status === "refused" ? points : said },
    meant: { does, student, status, points },
    total: result?.points,
  };
}
