/**
 * A course folder for nbgrader 0.9. Its own pipeline makes the students' copies, so the sources have its marks and no checksums;
 * the learner's cell keeps our starter, with an empty region for nbgrader to put its stub into.
 */
import { compileLesson } from "../lessons/engine/compile.ts";
import { readLesson } from "../lessons/engine/lesson-source.ts";
import { notebookText } from "../lessons/engine/notebook.ts";
import { Failure } from "./command.ts";
import { forEachLesson, type LessonFolder } from "./lesson-folders.ts";

/** What nbgrader must be told of a language that it does not know, and of how long our cells may take. */
const configuration = `"""Settings of nbgrader 0.9 for lessons of Orrery; see docs/lessons.md of kube-orrery."""
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "orrery"
c.ClearSolutions.code_stub = {"typescript": "// Your answer ends here."}
c.ClearSolutions.text_stub = "*Your answer here.*"
c.ExecutePreprocessor.timeout = 60
c.OverwriteCells.add_missing_cells = True
`;

/** The files of the course by path. Throws a Failure for broken lessons, and where nothing can be graded. */
export function nbgraderCourse(lessons: readonly LessonFolder[]): ReadonlyMap<string, string> {
  const sources = forEachLesson(lessons, ({ slug, markdown }) => {
    if (readLesson(slug, markdown).exercises.length === 0) return [];
    return [
      [`source/${slug}/${slug}.ipynb`, notebookText(compileLesson(slug, markdown, { forNbgrader: true }))] as const,
    ];
  }).flat();
  if (sources.length === 0) throw new Failure("None of these lessons has an exercise: there is nothing for nbgrader.");
  return new Map([...sources, ["nbgrader_config.py", configuration]]);
}
