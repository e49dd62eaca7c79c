import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Chapter, LessonOutline } from "../live/lesson-protocol.ts";
import type { LessonSource } from "./lesson-source.ts";
import { roleMetadata } from "./nbgrader-metadata.ts";
import type { Passage } from "./passages.ts";

/** A cell as nbformat 4.5 has it. */
export interface NotebookCell {
  readonly cell_type: "code" | "markdown";
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Lines, each with its line end except the last. */
  readonly source: readonly string[];
  /** Code cells only: nothing has run yet. */
  readonly execution_count?: null;
  readonly outputs?: readonly never[];
}

/** A notebook as nbformat 4.5 has it (jupyter/nbformat, v4/nbformat.v4.5.schema.json). */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
}

const kernelspec = { display_name: "Kubernetes Orrery (TypeScript)", language: "typescript", name: "orrery" };
const languageOfCells = { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" };

/**
 * Names for cells. The author's own name wins; else it follows from the cell's text, so that a rebuilt lesson keeps the
 * names of all cells whose text is as before, wherever they moved.
 */
class CellNames {
  readonly #slug: string;
  readonly #taken = new Set<string>();

  constructor(slug: string) {
    this.#slug = slug;
  }

  of({ kind, source, id }: Pick<Passage, "kind" | "source" | "id">): string {
    if (id !== undefined) return this.#take(`${this.#slug}-${id}`);
    for (let copy = 0; ; copy++) {
      const name = `${this.#slug}-${bytesToHex(sha256(utf8ToBytes(`${kind}\n${copy}\n${source}`))).slice(0, 8)}`;
      if (!this.#taken.has(name)) return this.#take(name);
    }
  }

  #take(name: string): string {
    this.#taken.add(name);
    return name;
  }
}

function cellOf({ kind, source, role }: Passage, id: string, handedOut: boolean): NotebookCell {
  const lines = source.split(/(?<=\n)/);
  const cell_type = kind === "prose" ? "markdown" : "code";
  const metadata = role === undefined ? {} : roleMetadata(id, cell_type, source, role, handedOut);
  if (cell_type === "markdown") return { cell_type, id, metadata, source: lines };
  return { cell_type, execution_count: null, id, metadata, outputs: [], source: lines };
}

/** A heading of the second level, in the passage that it opens. */
const chapterTitle = ({ kind, source }: Passage): string | undefined =>
  kind === "prose" ? /^ {0,3}##[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*(?:\n|$)/.exec(source)?.[1] : undefined;

/** What a notebook is made for. */
export interface Edition {
  /** File name of the notebook that follows. */
  readonly next?: string;
  /** The token of a student's release. */
  readonly token?: string;
  /** For nbgrader's own pipeline, which makes the students' copies: see `nbgrader-course.ts`. */
  readonly forNbgrader?: boolean;
}

/** Makes the notebook of a lesson: a cell with title and summary, then one for each passage. */
export function notebookOf(source: LessonSource, passages: readonly Passage[], edition: Edition = {}): Notebook {
  const { slug, front } = source;
  const { title, summary, minutes } = front;
  const names = new CellNames(slug);
  const about = `About ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
  const words = `# ${title}\n\n${summary}\n\n*${about}*`;
  const opening: Passage = { kind: "prose", source: words, id: "title", line: 0 };
  const named = [opening, ...passages].map((passage) => ({ passage, id: names.of(passage) }));
  const chapters = named.flatMap(({ passage, id }) => {
    const heading = chapterTitle(passage);
    return heading === undefined ? [] : [{ title: heading, cell: id }];
  });
  const cells = named.map(({ passage, id }) => cellOf(passage, id, edition.forNbgrader !== true));
  return {
    cells,
    metadata: { kernelspec, language_info: languageOfCells, orrery: outlineFor(source, chapters, edition) },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function outlineFor(source: LessonSource, chapters: readonly Chapter[], { next }: Edition): LessonOutline {
  const { slug, version, front, predictions, exercises } = source;
  return {
    lesson: slug,
    version,
    title: front.title,
    minutes: front.minutes,
    chapters,
    predictions: predictions.map(({ id, question, choices }) => ({ id, question, choices, cell: `${slug}-${id}` })),
    exercises: exercises.map(({ id, title, points, hints }) => ({
      id,
      title,
      points,
      hintCosts: hints.map(({ cost }) => cost),
      cell: `${slug}-${id}-task`,
      checkCell: `${slug}-${id}-check`,
    })),
    ...(next === undefined ? {} : { next }),
  };
}

/** The notebook as the bytes of its file: one space of indent, keys in order and a line end, as Jupyter itself saves it. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(inKeyOrder(notebook), undefined, 1)}\n`;
}

function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, each]) => [key, inKeyOrder(each)]));
}

/**
 * The cells of a notebook that a learner does not change, as the hash of each one's source by cell id: what a grader compares a
 * submission with. SHA-256, hexadecimal.
 */
export function contentHash(notebook: Notebook): ReadonlyMap<string, string> {
  const locked = notebook.cells.filter(({ metadata }) => metadata.editable === false);
  return new Map(locked.map(({ id, source }) => [id, bytesToHex(sha256(utf8ToBytes(source.join(""))))]));
}
