/** Which files come of a class. The same results give the same bytes, whoever made them, and in whatever order. */
import { join } from "node:path";
import type { HandedFile } from "../class/find-notebooks.ts";
import { nameFor, writeWhole } from "../class/results-folder.ts";
import type { Result } from "../result.ts";
import { agsLines } from "./ags.ts";
import { feedbackHtml } from "./feedback.ts";
import { gradebookCsv } from "./gradebook.ts";
import { gradescopeJson } from "./gradescope.ts";
import { junitXml } from "./junit.ts";

/** What can be written besides the results themselves. */
export const reportFormats = ["json", "html", "csv", "junit", "gradescope", "ags"] as const;
/** One of them. */
export type ReportFormat = (typeof reportFormats)[number];

/** Where, and what. */
export interface ReportOrder {
  readonly out: string;
  readonly formats: ReadonlySet<ReportFormat>;
  /** Title of a lesson, for people. */
  titleOf(lesson: string): string;
  /** Put into the names of files that are about the whole class, e.g. "-2of4"; empty for all of it. */
  readonly part: string;
}

/** Writes what belongs to one notebook. Throws what the file system says. */
export function writeReportsOf(result: Result, file: HandedFile, { out, formats, titleOf }: ReportOrder): void {
  const name = nameFor(file);
  if (formats.has("html"))
    writeWhole(join(out, "feedback", `${name}.html`), feedbackHtml(result, titleOf(result.lesson)));
  if (formats.has("gradescope")) writeWhole(join(out, "gradescope", `${name}.json`), gradescopeJson(result));
}

/** Writes what is about all of them. Throws what the file system says. */
export function writeClassReports(results: readonly Result[], { out, formats, part }: ReportOrder): void {
  const write = (name: string, text: string): void => writeWhole(join(out, name), text);
  if (formats.has("csv")) write(`gradebook${part}.csv`, gradebookCsv(results));
  if (formats.has("junit")) write(`junit${part}.xml`, junitXml(results));
  if (formats.has("ags")) write(`ags${part}.jsonl`, agsLines(results));
  const [only, ...others] = results;
  if (formats.has("gradescope") && only !== undefined && others.length === 0 && part === "")
    write("results.json", gradescopeJson(only));
}
