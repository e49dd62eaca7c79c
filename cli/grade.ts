import { availableParallelism } from "node:os";
import type { ReportFormat } from "../grader/index.ts";
import { type Command, WrongUse } from "./command.ts";
import type { GradeRun } from "./grade-run.ts";
import { readWords } from "./words.ts";

const help = `orrery grade PATH... [OPTIONS]

Grades notebooks. A PATH is a notebook, or a folder in which every *.ipynb is one; "-" reads lines of JSON from standard
input: {"file": "...", "student": "..."}. Cells run in an interpreter that reaches nothing; the marks come from doing again,
on clusters made anew, what the cells did. Prints one line of JSON a notebook, in the order of the files' names.

  --out DIR      where results, feedback and gradebook go (default: graded)
  --key FILE     the course's key, with which the releases were made; without it no token can be verified, and anybody can
                 find out on which variants a procedure is judged
  --plain        notebooks were handed out without release tokens, although there is a key
  --lesson SLUG  grade everything as this lesson (default: each notebook says which it is)
  --lessons DIR  where the lessons' texts are (default: this package's lessons/)
  --format LIST  what to write, of json, html, csv, junit, gradescope, ags, or all (default: all); json is always kept
  --jobs N       notebooks at a time (default: one for each processor)
  --shard I/N    only the I-th of N parts; when all parts have been graded into one DIR, the same command without --shard
                 writes the files about the whole class from what is there
  --resume       take results of an earlier run where nothing has changed (this is the default)
  --fresh        grade everything anew
  --help         print this text

Exit status: 0 all were graded, 1 something was not (its result says why), 2 wrong use.
`;

const options = {
  out: { type: "string" },
  key: { type: "string" },
  plain: { type: "boolean" },
  lesson: { type: "string" },
  lessons: { type: "string" },
  format: { type: "string" },
  jobs: { type: "string" },
  shard: { type: "string" },
  resume: { type: "boolean" },
  fresh: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const jobsMax = 256;

/** `orrery grade`: submissions to marks. The grader is loaded here only, so that other commands start without it. */
export const grade: Command = {
  name: "grade",
  summary: "grade notebooks of a lesson; --help tells what comes out",
  async run(words, output) {
    const { values, words: paths } = readWords(words, options);
    if (values.help === true) {
      output.out(help);
      return 0;
    }
    if (paths.length === 0) throw new WrongUse("Name what to grade: a notebook, or a folder of them.");
    if (values.resume === true && values.fresh === true)
      throw new WrongUse("--resume and --fresh say opposite things: leave one out.");
    if (values.plain === true && values.key === undefined)
      throw new WrongUse("--plain says something about a key: name it with --key, or leave --plain out.");
    const order: GradeRun = {
      paths,
      out: values.out ?? "graded",
      keyFile: values.key,
      isPlain: values.plain === true,
      lesson: values.lesson,
      lessonsFolder: values.lessons,
      formats: await formatsOf(values.format ?? "all"),
      jobs: jobsOf(values.jobs),
      shard: shardOf(values.shard),
      resume: values.fresh !== true,
    };
    const { runGrading } = await import("./grade-run.ts");
    return runGrading(order, output);
  },
};

async function formatsOf(list: string): Promise<ReadonlySet<ReportFormat>> {
  const { reportFormats } = await import("../grader/index.ts");
  const names = list.split(",").map((name) => name.trim());
  if (names.includes("all")) return new Set(reportFormats);
  for (const name of names)
    if (!(reportFormats as readonly string[]).includes(name))
      throw new WrongUse(`--format takes ${reportFormats.join(", ")} and all, not ${JSON.stringify(name)}.`);
  return new Set(names as ReportFormat[]);
}

function jobsOf(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const jobs = /^\d+$/.test(text) ? Number(text) : 0;
  if (jobs < 1 || jobs > jobsMax) throw new WrongUse(`--jobs takes a whole number from 1 to ${jobsMax}, not ${text}.`);
  return jobs;
}

function shardOf(text: string | undefined): GradeRun["shard"] {
  if (text === undefined) return undefined;
  const [, part = "0", of = "0"] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  if (shard.part < 1 || shard.part > shard.of)
    throw new WrongUse(`--shard takes a part and a number of parts, such as 2/8, not ${text}.`);
  return shard;
}
