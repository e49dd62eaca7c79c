import { readFileSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { compileLesson } from "../lessons/engine/compile.ts";
import { LessonError } from "../lessons/engine/lesson-error.ts";
import { notebookText } from "../lessons/engine/notebook.ts";
import { Failure, WrongUse } from "./command.ts";
import { KERNEL_NAME } from "./kernelspec.ts";
import { type NotebookCell, type NotebookFile, readNotebook } from "./notebook-file.ts";

/**
 * Reads what is to be run as a notebook: a notebook of ours, a TypeScript file, or a lesson. Throws WrongUse for another kind of
 * file and a Failure for one that can't be read.
 */
export function readInput(path: string): NotebookFile {
  const kind = extname(path);
  if (kind !== ".ipynb" && kind !== ".ts" && kind !== ".md")
    throw new WrongUse(`${path} is no notebook (.ipynb), TypeScript file (.ts) or lesson (.md): name one of those.`);
  const text = readText(path);
  if (kind === ".ts") return notebookOfCells(text);
  return kind === ".md" ? notebookOfLesson(path, text) : ownNotebook(path, text);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}): check its name.`);
  }
}

function ownNotebook(path: string, text: string): NotebookFile {
  const notebook = readNotebook(path, text);
  const spec = notebook.metadata.kernelspec as { name?: unknown; language?: unknown } | undefined;
  const name = spec?.name ?? KERNEL_NAME;
  if (name !== KERNEL_NAME && spec?.language !== "typescript")
    throw new Failure(`${path} is for the notebook kernel "${name}": \`orrery run\` runs TypeScript notebooks only.`);
  return notebook;
}

/** A lesson is known by its folder's name; any other text by its own. */
function notebookOfLesson(path: string, text: string): NotebookFile {
  const own = basename(path, ".md");
  const slug = own === "lesson" ? basename(dirname(resolve(path))) : own;
  try {
    return readNotebook(path, notebookText(compileLesson(slug, text)));
  } catch (error) {
    throw error instanceof LessonError ? new Failure(error.message) : error;
  }
}

const mark = /^\/\/ ?%%(.*)$/;

/** A line `// %%` begins a cell, `// %% [markdown]` one of prose in comments; a file without such lines is one cell. */
function notebookOfCells(text: string): NotebookFile {
  const cells: NotebookCell[] = [];
  let lines: string[] = [];
  let isProse = false;
  const end = (): void => {
    const body = isProse ? lines.map((line) => line.replace(/^\/\/ ?/, "")) : lines;
    const source = body.join("\n").trim();
    lines = [];
    if (source === "") return;
    const own = { id: `cell-${cells.length + 1}`, metadata: {}, source };
    cells.push(
      isProse ? { cell_type: "markdown", ...own } : { cell_type: "code", execution_count: null, outputs: [], ...own },
    );
  };
  for (const line of text.split(/\r?\n/)) {
    const found = mark.exec(line);
    if (found === null) {
      lines.push(line);
      continue;
    }
    end();
    isProse = /\[(markdown|md)\]/.test(found[1] ?? "");
  }
  end();
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}
