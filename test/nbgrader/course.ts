/** A course of nbgrader in a folder of its own: handed out, answered and graded as a teacher does it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../cli/run.ts";

/** A cell, as far as a submission changes it. */
export interface SubmittedCell {
  readonly cell_type: string;
  readonly id: string;
  source: string[];
  readonly metadata: { readonly nbgrader?: { readonly grade: boolean; readonly points?: number } };
}

/** What nbgrader's gradebook says of one student. */
export interface Marks {
  readonly scores: Readonly<Record<string, number>>;
  readonly max: number;
  readonly needsManualGrade: boolean;
}

/** Runs `orrery` in this process. Throws an Error unless it succeeds. */
async function orrery(...words: string[]): Promise<void> {
  const complaints: string[] = [];
  const status = await run(words, { out: () => {}, err: (text) => complaints.push(text) });
  if (status !== 0) throw new Error(`orrery ${words.join(" ")}: ${complaints.join("")}`);
}

/** A course with one lesson of ours. */
export class Course {
  readonly folder: string;
  readonly lesson: string;
  readonly #python: string;

  /** `python` has nbgrader; the course is made in `folder`. */
  constructor(python: string, folder: string, lesson: string) {
    this.#python = python;
    this.folder = folder;
    this.lesson = lesson;
  }

  /** Writes the course, tells its Jupyter of our notebook kernel, and makes the students' notebook. */
  async open(): Promise<void> {
    await orrery("lessons", "build", "--nbgrader", this.folder, "--lesson", this.lesson);
    await orrery("install", "--prefix", join(this.folder, "jupyter"), "--no-extension");
    this.#nbgrader("generate_assignment", this.lesson, "--create");
  }

  /** The notebook that students get. */
  released(): { cells: SubmittedCell[] } {
    return JSON.parse(readFileSync(this.#path("release", undefined), "utf8")) as { cells: SubmittedCell[] };
  }

  /** Hands in a notebook that `change` has made of the released one. */
  submit(student: string, change: (cells: SubmittedCell[]) => SubmittedCell[]): void {
    const path = this.#path("submitted", student);
    mkdirSync(dirname(path), { recursive: true });
    const notebook = this.released();
    writeFileSync(path, JSON.stringify({ ...notebook, cells: change(notebook.cells) }, undefined, 1));
  }

  /** Grades all that was handed in; what nbgrader wrote. */
  autograde(): string {
    return this.#nbgrader("autograde", this.lesson, "--create");
  }

  /** The gradebook by student. */
  marks(): Readonly<Record<string, Marks>> {
    const script = join(import.meta.dirname, "gradebook.py");
    return JSON.parse(this.#run([script, join(this.folder, "gradebook.db"), this.lesson]).stdout);
  }

  /** A graded notebook, with its outputs. */
  graded(student: string): string {
    return readFileSync(this.#path("autograded", student), "utf8");
  }

  #path(step: "release" | "submitted" | "autograded", student: string | undefined): string {
    const folders = student === undefined ? [step] : [step, student];
    return join(this.folder, ...folders, this.lesson, `${this.lesson}.ipynb`);
  }

  #nbgrader(...args: string[]): string {
    const { status, stderr } = this.#run(["-m", "nbgrader", ...args]);
    if (status !== 0) throw new Error(`nbgrader ${args.join(" ")} ended with status ${status}:\n${stderr}`);
    return stderr;
  }

  #run(args: readonly string[]) {
    const kept = Object.entries(process.env).filter(([name]) => !/^(JUPYTER|PYTHON)/.test(name));
    const own = (name: string): string => join(this.folder, "jupyter", name);
    const env = {
      ...Object.fromEntries(kept),
      PATH: `${dirname(this.#python)}:${process.env.PATH}`,
      JUPYTER_PATH: own("share/jupyter"),
      JUPYTER_CONFIG_DIR: own("config"),
      JUPYTER_DATA_DIR: own("data"),
      JUPYTER_RUNTIME_DIR: own("runtime"),
    };
    return spawnSync(this.#python, args, { cwd: this.folder, env, encoding: "utf8", maxBuffer: 64 << 20 });
  }
}
