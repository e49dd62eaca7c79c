import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { FrontMatter } from "./front-matter.ts";
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

function cellOf({ kind, source }: Pick<Passage, "kind" | "source">, id: string): NotebookCell {
  const lines = source.split(/(?<=\n)/);
  if (kind === "prose") return { cell_type: "markdown", id, metadata: {}, source: lines };
  return { cell_type: "code", execution_count: null, id, metadata: {}, outputs: [], source: lines };
}

/** Makes the notebook of a lesson: a cell with title and summary, then one for each passage. */
export function notebookOf(slug: string, front: FrontMatter, passages: readonly Passage[]): Notebook {
  const { title, summary, minutes } = front;
  const names = new CellNames(slug);
  const about = `About ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
  const opening = { kind: "prose", source: `# ${title}\n\n${summary}\n\n*${about}*`, id: "title" } as const;
  return {
    cells: [opening, ...passages].map((passage) => cellOf(passage, names.of(passage))),
    metadata: { kernelspec, language_info: languageOfCells, orrery: { lesson: slug, minutes } },
    nbformat: 4,
    nbformat_minor: 5,
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
