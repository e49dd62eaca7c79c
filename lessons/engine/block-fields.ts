import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { Block } from "./blocks.ts";
import type { LessonError } from "./lesson-error.ts";
import type { LessonText } from "./lesson-text.ts";

/** The fields of a block, read one by one; what is wrong is told with its line. */
export class BlockFields {
  readonly #text: LessonText;
  readonly #block: Block;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #lines: ReadonlyMap<string, number>;

  /** Throws a LessonError for a body that is not YAML, and for a field that is not among `names`. */
  constructor(text: LessonText, block: Block, names: readonly string[]) {
    this.#text = text;
    this.#block = block;
    const counter = new LineCounter();
    const document = parseDocument(block.body, { lineCounter: counter });
    const broken = document.errors[0];
    const lineAt = (offset: number): number => block.line + counter.linePos(offset).line;
    if (broken !== undefined)
      throw text.error(lineAt(broken.pos[0]), `this block is not YAML: ${broken.message.split(/ at line |\n/)[0]}`);
    if (!isMap(document.contents))
      throw text.error(block.line, `a block ${block.kind} holds fields, one a line: ${names.join(", ")}`);
    const lines = new Map<string, number>();
    for (const { key } of document.contents.items)
      if (isScalar(key)) lines.set(String(key.value), lineAt(key.range?.[0] ?? 0));
    this.#lines = lines;
    this.#values = document.toJS() as Record<string, unknown>;
    for (const name of Object.keys(this.#values))
      if (!names.includes(name))
        throw this.error(name, `a block ${block.kind} has no field "${name}"; it has ${names.join(", ")}`);
  }

  /** An error about a field; about the block if the field is absent. */
  error(name: string, message: string): LessonError {
    return this.#text.error(this.#lines.get(name) ?? this.#block.line, message);
  }

  /** A field as it is written; undefined if it is absent. */
  value(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** A text that is not blank, without blank lines at its end. */
  words(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string" || value.trim() === "")
      throw this.error(name, `a block ${this.#block.kind} needs the field ${name}: a text`);
    return value.trimEnd();
  }

  /** The same, if the field is there. */
  wordsIfAny(name: string): string | undefined {
    return this.value(name) === undefined ? undefined : this.words(name);
  }

  /** The block's own name, from which those of its cells follow. */
  id(): string {
    const id = this.value("id");
    if (typeof id !== "string" || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > ID_MAX)
      throw this.error(
        "id",
        `a block ${this.#block.kind} needs an id of small letters, digits and hyphens, beginning with a letter, at most ${ID_MAX} characters`,
      );
    return id;
  }
}

/** Cells are called NN-slug-ID-part, and Jupyter takes 64 characters. */
const ID_MAX = 20;
