/** The door of the grader: what the command line and tests of other rooms use. */
export { findNotebooks, type HandedFile, shardOf } from "./class/find-notebooks.ts";
export { ClassStopped, gradeClass } from "./class/grade-class.ts";
export { ResultsFolder } from "./class/results-folder.ts";
export { type GradedLesson, type LessonFile, openLesson } from "./graded-lesson.ts";
export { type ReportFormat, reportFormats, writeClassReports, writeReportsOf } from "./report/write-reports.ts";
export type { Result } from "./result.ts";
export { builtWorkers, type WorkerFiles } from "./workers/lane.ts";
