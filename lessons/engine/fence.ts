import type { Token } from "markdown-it";
import type { LessonText } from "./lesson-text.ts";

/** What an author may write after a fence's language. */
interface FenceOptions {
  /** A name for the cell that outlives changes of its text, e.g. for an exercise's answer. */
  readonly id?: string;
  /** The block is only to be read: it stays in the prose. */
  readonly shown: boolean;
}

/** Languages whose blocks become cells, with the line that goes on top of the cell. */
const cellHeads: Readonly<Record<string, string>> = { ts: "", typescript: "", yaml: "%%yaml\n", sh: "%%sh\n" };

/** A cell's full name is the lesson's, a hyphen and this; Jupyter takes 64 characters. */
const idLengthMax = 30;
const optionNames = "id=NAME, shown";

/**
 * The cell that a fenced block becomes; undefined for a block that stays prose: another language, or `shown`.
 * `line` is the index of the opening fence. Throws a LessonError for a fence without an end and for a wrong option.
 */
export function cellOfFence(
  text: LessonText,
  token: Token,
  line: number,
): { readonly source: string; readonly id: string | undefined } | undefined {
  requireEnd(text, token, line);
  const [language = "", ...words] = token.info.trim().split(/\s+/);
  const head = Object.hasOwn(cellHeads, language) ? cellHeads[language] : undefined;
  if (head === undefined) return undefined;
  const { id, shown } = readOptions(text, words, line);
  if (shown) return undefined;
  requireMargin(text, token, line);
  const body = token.content.trimEnd();
  if (body.trim() === "")
    throw text.error(line, "this cell is empty: write its code between the fences, or take it out");
  return { source: head + body, id };
}

/** Throws a LessonError for the fence of a block that has no end, stands inside something, or takes options as cells do. */
export function requireBlockFence(text: LessonText, token: Token, line: number): void {
  requireEnd(text, token, line);
  requireMargin(text, token, line);
  const [language, option] = token.info.trim().split(/\s+/);
  if (option !== undefined)
    throw text.error(line, `a block ${language} takes no "${option}" here: its id and all else stand in its body`);
}

function requireMargin(text: LessonText, token: Token, line: number): void {
  if (token.level > 0)
    throw text.error(line, "a cell can't stand inside a list or a quotation: begin its fence at the margin");
}

/** markdown-it closes a forgotten fence silently, at the end of the text: a whole lesson would be one cell. */
function requireEnd(text: LessonText, token: Token, line: number): void {
  const mark = token.markup[0] === "~" ? "~" : "`";
  const count = (token.map?.[1] ?? 0) - (token.map?.[0] ?? 0);
  const last = (text.lines[line + count - 1] ?? "").replace(/^[\s>]*/, "").trimEnd();
  const isFence = last.length >= token.markup.length && [...last].every((char) => char === mark);
  if (count < 2 || !isFence)
    throw text.error(line, `this fence has no end: put a line ${token.markup} below its block`);
}

function readOptions(text: LessonText, words: readonly string[], line: number): FenceOptions {
  let id: string | undefined;
  let shown = false;
  for (const word of words) {
    const [, value] = /^id=(.*)$/.exec(word) ?? [];
    if (word === "shown") shown = true;
    else if (value === undefined) throw text.error(line, `a fence has no option "${word}"; it has ${optionNames}`);
    else if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) || value.length > idLengthMax) {
      throw text.error(
        line,
        `an id is made of small letters, digits and hyphens, at most ${idLengthMax} of them, not "${value}"`,
      );
    } else id = value;
  }
  return { shown, ...(id === undefined ? {} : { id }) };
}
