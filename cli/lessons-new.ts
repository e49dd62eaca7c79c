import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LessonError } from "../lessons/engine/lesson-error.ts";
import { LessonText } from "../lessons/engine/lesson-text.ts";
import { type Command, Failure, WrongUse } from "./command.ts";
import { lessonTemplate } from "./lesson-template.ts";
import { packageFolder } from "./package-folder.ts";
import { shownPath } from "./shown-path.ts";
import { readWords } from "./words.ts";

const help = `orrery lessons new NN-slug [OPTIONS]

Begins a lesson: a folder with a question and two exercises that \`orrery lessons check\` proves as they are, to be written
over. docs/lessons.md explains every part.

  --title TEXT      the lesson's title (default: from the slug)
  --lessons DIR     where the lessons are (default: this package's lessons/)
  --help            print this text
`;

const options = {
  title: { type: "string" },
  lessons: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Makes the folder of a new lesson. */
export const lessonsNew: Command = {
  name: "new",
  summary: "begin a lesson: a folder that compiles and passes as it is",
  async run(given, output) {
    const { values, words } = readWords(given, options);
    if (values.help) {
      output.out(help);
      return 0;
    }
    const [slug, ...more] = words;
    if (slug === undefined || more.length > 0)
      throw new WrongUse("Name one lesson: orrery lessons new 07-rolling-updates.");
    requireSlug(slug);
    const title = values.title ?? titleOf(slug);
    if (title.trim() === "") throw new WrongUse("--title takes a text that is not blank.");
    const folder = join(values.lessons ?? join(packageFolder(), "lessons"), slug);
    if (existsSync(folder))
      throw new Failure(`${shownPath(folder)} exists already: choose another name, or delete it.`);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of lessonTemplate(title)) writeFileSync(join(folder, name), text);
    output.out(`wrote ${shownPath(folder)}: add it to lessons/catalogue.ts, then \`orrery lessons check ${slug}\`\n`);
    return 0;
  },
};

/** The compiler's own rule. */
function requireSlug(slug: string): void {
  try {
    new LessonText(slug, "");
  } catch (error) {
    if (error instanceof LessonError) throw new WrongUse(`${error.message.replace(/^.*?: /, "")}.`);
    throw error;
  }
}

const titleOf = (slug: string): string => {
  const words = slug.slice(3).replaceAll("-", " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};
