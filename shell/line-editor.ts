import { characterAfter, characterBefore, columnsOf } from "./characters.ts";
import { firstKey, isLoneEscape, PASTE_BEGINS, PASTE_ENDS } from "./keys.ts";

/** What came of a key: a whole line, one of the editor's own requests, or nothing that others need to know. */
export type EditEvent =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "complete" | "interrupt" | "end" | "clear" };

const LINE_MAX = 16_384;
const HISTORY_MAX = 500;

/**
 * One line under the cursor, its history, and how a screen shows both: the keys of readline that people use. It writes what
 * changes on the screen; a line may be wider than the screen.
 */
export class LineEditor {
  text = "";
  cursor = 0;
  columns = 80;
  private readonly write: (text: string) => void;
  private prompt = { plain: "", coloured: "" };
  private readonly remembered: string[] = [];
  private historyAt = 0;
  private draft = "";
  private cut = "";
  /** Which screen row below the prompt's first the cursor stands in. */
  private row = 0;
  private pending = "";
  private isPasting = false;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** Starts a new line with a prompt. */
  begin(plain: string, coloured: string): void {
    this.prompt = { plain, coloured };
    this.text = "";
    this.cursor = 0;
    this.row = 0;
    this.historyAt = this.remembered.length;
    this.draft = "";
    this.draw();
  }

  /** Shows the prompt and the line anew, e.g. after something else was written. */
  redraw(): void {
    this.row = 0;
    this.draw();
  }

  /** Remembers a line that was run, but not twice in a row. */
  remember(line: string): void {
    if (line.trim() === "" || this.remembered.at(-1) === line) return;
    this.remembered.push(line);
    if (this.remembered.length > HISTORY_MAX) this.remembered.shift();
  }

  /** Replaces a part of the line, as completion does. */
  replace(start: number, end: number, text: string): void {
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.cursor = start + text.length;
    this.draw();
  }

  /** Takes what the keyboard sent, key by key; `react` may begin a new line before the next key is looked at. */
  input(text: string, react: (event: EditEvent) => void): void {
    let rest = (isLoneEscape(this.pending, text) ? "" : this.pending) + text;
    this.pending = "";
    while (rest !== "") {
      const key = firstKey(rest);
      if (key === undefined) {
        this.pending = rest;
        return;
      }
      rest = rest.slice(key.length);
      const event = this.key(key);
      if (event !== undefined) react(event);
    }
  }

  private key(key: string): EditEvent | undefined {
    if (key === PASTE_BEGINS || key === PASTE_ENDS) {
      this.isPasting = key === PASTE_BEGINS;
      return undefined;
    }
    if (this.isPasting && key === "\t") {
      this.insert(" ");
      return undefined;
    }
    const isEnter = key === "\r" || key === "\n" || key === "\r\n";
    // What was pasted is text and line ends, never a command to the editor.
    if (this.isPasting && key < " " && !isEnter) return undefined;
    const request = REQUESTS.get(key);
    if (request !== undefined) return request;
    if (isEnter) {
      this.move(this.text.length);
      return { kind: "line", text: this.text };
    }
    if (key === "\u0004") {
      if (this.text === "") return { kind: "end" };
      this.erase(this.cursor, this.after);
      return undefined;
    }
    const move = MOVES.get(key);
    if (move !== undefined) move(this);
    else if (key >= " " && !key.startsWith("\u001b")) this.insert(key);
    return undefined;
  }

  /** Where the character before the cursor begins. */
  get before(): number {
    return characterBefore(this.text, this.cursor);
  }

  /** Where the character under the cursor ends. */
  get after(): number {
    return characterAfter(this.text, this.cursor);
  }

  /** The lines that were remembered, oldest first. */
  get history(): readonly string[] {
    return this.remembered;
  }

  private insert(text: string): void {
    const fitting = text.slice(0, Math.max(0, LINE_MAX - this.text.length));
    if (fitting === "") return;
    const isAtEnd = this.cursor === this.text.length;
    this.text = this.text.slice(0, this.cursor) + fitting + this.text.slice(this.cursor);
    this.cursor += fitting.length;
    if (!isAtEnd) return this.draw();
    this.write(fitting);
    this.row = this.rowOf(this.cursor);
    if (this.width(this.cursor) % this.columns === 0) this.write("\r\n");
  }

  /** Moves the cursor to a place in the line. */
  move(to: number): void {
    const next = Math.min(Math.max(to, 0), this.text.length);
    if (next === this.cursor) return;
    this.cursor = next;
    this.draw();
  }

  /** Takes out what stands from one place to another. */
  erase(from: number, to: number, keep = false): void {
    const [start, end] = [Math.max(0, from), Math.min(this.text.length, to)];
    if (start >= end) return;
    if (keep) this.cut = this.text.slice(start, end);
    this.text = this.text.slice(0, start) + this.text.slice(end);
    this.cursor = start;
    this.draw();
  }

  paste(): void {
    if (this.cut !== "") this.insert(this.cut);
  }

  /** Where the word before the cursor begins. */
  wordStart(): number {
    return /\S*\s*$/.exec(this.text.slice(0, this.cursor))!.index;
  }

  /** Where the word after the cursor ends. */
  wordEnd(): number {
    return this.cursor + /^\s*\S*/.exec(this.text.slice(this.cursor))![0].length;
  }

  /** An older (-1) or newer (1) line in place of this one. */
  recall(step: -1 | 1): void {
    const next = this.historyAt + step;
    if (next < 0 || next > this.remembered.length) return;
    if (this.historyAt === this.remembered.length) this.draft = this.text;
    this.historyAt = next;
    this.text = this.remembered[next] ?? this.draft;
    this.cursor = this.text.length;
    this.draw();
  }

  private width(characters: number): number {
    return columnsOf(this.prompt.plain) + columnsOf(this.text.slice(0, characters));
  }

  private rowOf(characters: number): number {
    return Math.floor(this.width(characters) / this.columns);
  }

  /** Draws prompt and line from the prompt's first row on, and puts the cursor where it belongs. */
  private draw(): void {
    const up = this.row > 0 ? `\u001b[${this.row}A` : "";
    let screen = `${up}\r\u001b[J${this.prompt.coloured}${this.text}`;
    const total = this.width(this.text.length);
    if (total > 0 && total % this.columns === 0) screen += "\r\n";
    const [endRow, row] = [this.rowOf(this.text.length), this.rowOf(this.cursor)];
    if (this.cursor < this.text.length) {
      if (endRow > row) screen += `\u001b[${endRow - row}A`;
      screen += `\u001b[${(this.width(this.cursor) % this.columns) + 1}G`;
    }
    this.row = row;
    this.write(screen);
  }
}

const REQUESTS: ReadonlyMap<string, EditEvent> = new Map([
  ["\t", { kind: "complete" }],
  ["\u0003", { kind: "interrupt" }],
  ["\u000c", { kind: "clear" }],
]);

type Move = (editor: LineEditor) => void;

const left: Move = (editor) => editor.move(editor.before);
const right: Move = (editor) => editor.move(editor.after);
const home: Move = (editor) => editor.move(0);
const end: Move = (editor) => editor.move(editor.text.length);
const older: Move = (editor) => editor.recall(-1);
const newer: Move = (editor) => editor.recall(1);
const backspace: Move = (editor) => editor.erase(editor.before, editor.cursor);
const cutWord: Move = (editor) => editor.erase(editor.wordStart(), editor.cursor, true);
const wordLeft: Move = (editor) => editor.move(editor.wordStart());
const wordRight: Move = (editor) => editor.move(editor.wordEnd());

/** What the keys do, by what a terminal sends for them. */
const MOVES: ReadonlyMap<string, Move> = new Map(
  Object.entries<Move>({
    ...{ "\u001b[D": left, "\u001bOD": left, "\u0002": left, "\u001b[C": right, "\u001bOC": right, "\u0006": right },
    ...{ "\u001b[H": home, "\u001bOH": home, "\u001b[1~": home, "\u001b[7~": home, "\u0001": home },
    ...{ "\u001b[F": end, "\u001bOF": end, "\u001b[4~": end, "\u001b[8~": end, "\u0005": end },
    ...{ "\u001b[A": older, "\u001bOA": older, "\u0010": older, "\u001b[B": newer, "\u001bOB": newer, "\u000e": newer },
    ...{ "\u007f": backspace, "\b": backspace, "\u0017": cutWord, "\u001b\u007f": cutWord },
    ...{ "\u001b[1;5D": wordLeft, "\u001b[1;3D": wordLeft, "\u001bb": wordLeft },
    ...{ "\u001b[1;5C": wordRight, "\u001b[1;3C": wordRight, "\u001bf": wordRight },
    "\u001b[3~": (editor) => editor.erase(editor.cursor, editor.after),
    "\u0015": (editor) => editor.erase(0, editor.cursor, true),
    "\u000b": (editor) => editor.erase(editor.cursor, editor.text.length, true),
    "\u0019": (editor) => editor.paste(),
  }),
);
