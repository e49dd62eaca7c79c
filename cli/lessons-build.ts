import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { compileLesson } from "../lessons/engine/compile.ts";
import { LessonError } from "../lessons/engine/lesson-error.ts";
import { notebookText } from "../lessons/engine/notebook.ts";
import { type Command, Failure, type Output } from "./command.ts";
import { packageFolder } from "./package-folder.ts";
import { readOptions } from "./words.ts";

const help = `orrery lessons build [OPTIONS]

Compiles each lessons/NN-slug/lesson.md to notebooks/NN-slug.ipynb, without outputs. The same lesson gives the same bytes.

  --check           write nothing; fail when a notebook is not what its lesson compiles to
  --lessons DIR     where the lessons are (default: this package's lessons/)
  --notebooks DIR   where the notebooks go (default: this package's notebooks/)
  --help            print this text
`;

const options = {
  check: { type: "boolean" },
  lessons: { type: "string" },
  notebooks: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Writes notebooks, or says which are stale. */
export const lessonsBuild: Command = {
  name: "build",
  summary: "write notebooks/*.ipynb from lessons/*/lesson.md; --check only compares",
  async run(words, output) {
    const values = readOptions(words, options);
    if (values.help) {
      output.out(help);
      return 0;
    }
    const from = values.lessons ?? join(packageFolder(), "lessons");
    const to = values.notebooks ?? join(packageFolder(), "notebooks");
    const built = compileAll(from);
    return values.check ? check(built, to, output) : write(built, to, output);
  },
};

/** Compiles all lessons of a folder: the text of each notebook by its file's name. Reports every broken lesson at once. */
function compileAll(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) throw new Failure(`There is no folder ${folder}: name one with --lessons.`);
  const slugs = readdirSync(folder).filter((name) => existsSync(join(folder, name, "lesson.md")));
  if (slugs.length === 0) throw new Failure(`${folder} holds no lesson: a lesson is a file NN-slug/lesson.md in it.`);
  const built = new Map<string, string>();
  const complaints: string[] = [];
  for (const slug of slugs.sort()) {
    try {
      built.set(
        `${slug}.ipynb`,
        notebookText(compileLesson(slug, readFileSync(join(folder, slug, "lesson.md"), "utf8"))),
      );
    } catch (error) {
      if (!(error instanceof LessonError)) throw error;
      complaints.push(error.message);
    }
  }
  if (complaints.length > 0) throw new Failure(complaints.join("\n"));
  return built;
}

const shownPath = (path: string): string => relative(process.cwd(), path) || path;

function write(built: ReadonlyMap<string, string>, folder: string, output: Output): 0 {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of built) {
    const path = join(folder, name);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    writeFileSync(path, text);
    output.out(`wrote ${shownPath(path)}\n`);
  }
  return 0;
}

function check(built: ReadonlyMap<string, string>, folder: string, output: Output): 0 | 1 {
  const present = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")) : [];
  const left = present.filter((name) => !built.has(name));
  const stale = [...built].filter(
    ([name, text]) => !present.includes(name) || readFileSync(join(folder, name), "utf8") !== text,
  );
  if (stale.length > 0) {
    const names = stale.map(([name]) => name).join(", ");
    output.err(
      `Notebooks that are not what their lessons compile to: ${names}; run \`orrery lessons build\` and commit them.\n`,
    );
  }
  if (left.length > 0)
    output.err(`Notebooks without a lesson: ${left.join(", ")}; delete them, or write the lesson.\n`);
  return stale.length + left.length > 0 ? 1 : 0;
}
