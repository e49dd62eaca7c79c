import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileLesson } from "../lessons/engine/compile.ts";
import { notebookText } from "../lessons/engine/notebook.ts";
import { type Command, type Output, WrongUse } from "./command.ts";
import { forEachLesson, type LessonFolder, lessonsIn, lessonsNamed } from "./lesson-folders.ts";
import { nbgraderCourse } from "./nbgrader-course.ts";
import { packageFolder } from "./package-folder.ts";
import { readKey, readStudents, releasesOf } from "./releases.ts";
import { shownPath } from "./shown-path.ts";
import { readOptions } from "./words.ts";

const help = `orrery lessons build [OPTIONS]

Compiles each lessons/NN-slug/lesson.md to notebooks/NN-slug.ipynb, without outputs. The same lesson gives the same bytes.

  --check           write nothing; fail when a notebook is not what its lesson compiles to
  --students FILE   instead: a notebook a student and lesson, with the student's own variants, as DIR/STUDENT/NN-slug.ipynb;
                    FILE holds a name a line, or is a .csv with a column student or id
  --key FILE        the course's secret key, which signs those notebooks: a long random text that you keep
  --out DIR         where those notebooks go
  --nbgrader DIR    instead: a course folder for nbgrader
  --lesson NAME     of those, only this lesson
  --lessons DIR     where the lessons are (default: this package's lessons/)
  --notebooks DIR   where the notebooks go (default: this package's notebooks/)
  --help            print this text
`;

const options = {
  check: { type: "boolean" },
  students: { type: "string" },
  key: { type: "string" },
  out: { type: "string" },
  nbgrader: { type: "string" },
  lesson: { type: "string" },
  lessons: { type: "string" },
  notebooks: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Texts of files by path. */
type Files = ReadonlyMap<string, string>;

/** Writes notebooks, or says which are stale. */
export const lessonsBuild: Command = {
  name: "build",
  summary: "write notebooks from lessons, plain or for a class; --check only compares",
  async run(words, output) {
    const values = readOptions(words, options);
    if (values.help) {
      output.out(help);
      return 0;
    }
    const lessons = lessonsIn(values.lessons ?? join(packageFolder(), "lessons"));
    const { students, key, out, nbgrader } = values;
    const named = () => lessonsNamed(lessons, values.lesson === undefined ? [] : [values.lesson]);
    if (students !== undefined || key !== undefined || out !== undefined) {
      if (students === undefined || key === undefined || out === undefined || nbgrader !== undefined || values.check)
        throw new WrongUse(
          "A release for students takes --students, --key and --out together, and neither --nbgrader nor --check.",
        );
      const releases = releasesOf(named(), readStudents(students), readKey(key));
      return write(below(out, releases), output);
    }
    if (nbgrader !== undefined) {
      if (values.check) throw new WrongUse("--check compares the plain notebooks; it takes no --nbgrader.");
      return write(below(nbgrader, nbgraderCourse(named())), output);
    }
    const to = values.notebooks ?? join(packageFolder(), "notebooks");
    const built = compileAll(lessons);
    return values.check ? check(built, to, output) : write(below(to, built), output);
  },
};

/** The text of each plain notebook by its file's name; each names the one that follows. */
function compileAll(lessons: readonly LessonFolder[]): Files {
  const built = forEachLesson(lessons, ({ slug, markdown }, index) => {
    const following = lessons[index + 1]?.slug;
    const edition = following === undefined ? {} : { next: `${following}.ipynb` };
    return [`${slug}.ipynb`, notebookText(compileLesson(slug, markdown, edition))] as const;
  });
  return new Map(built);
}

const below = (folder: string, files: Files): Files =>
  new Map([...files].map(([name, text]) => [join(folder, name), text]));

function write(files: Files, output: Output): 0 {
  for (const [path, text] of files) {
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    output.out(`wrote ${shownPath(path)}\n`);
  }
  return 0;
}

function check(built: Files, folder: string, output: Output): 0 | 1 {
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
