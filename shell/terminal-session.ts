/**
 * An interactive terminal on a shell: what a keyboard sends goes in as text, what a screen shows comes out as text with
 * ANSI escape sequences. It is pure: no timers, no waiting; each `input` is answered before it returns.
 *
 *     createTerminalSession(shell: Shell, write: (text: string) => void): TerminalSession
 *     TerminalSession { input(text: string): void; resize(columns: number, rows: number): void; readonly prompt: string }
 *
 * The first prompt is written by `createTerminalSession` itself. Line ends are written as "\r\n".
 */
import { type Environment, type NestedShell, newEnvironment, type Terminal } from "./command.ts";
import { complete } from "./complete.ts";
import { type EditEvent, LineEditor } from "./line-editor.ts";
import { OUTSIDE, type Place } from "./place.ts";
import { isUnfinished } from "./sh/interpret.ts";
import { promptOf } from "./sh/sh.ts";
import type { Shell } from "./shell.ts";

/** One open terminal: a line editor with history and completion in front of a shell, and shells nested in it. */
export interface TerminalSession {
  /** Takes what was typed or pasted: printable text, "\r" for Enter, control characters, escape sequences of arrow keys. */
  input(text: string): void;
  /** Says how large the screen is, in characters; 80 by 24 until it is called. */
  resize(columns: number, rows: number): void;
  /** The prompt that stands before the cursor now, without colours, e.g. "orrery:~$ ". */
  readonly prompt: string;
}

/** Opens a terminal on a shell and writes the first prompt. */
export function createTerminalSession(shell: Shell, write: (text: string) => void): TerminalSession {
  return new Session(shell, write);
}

/** A shell that has the keyboard, or will have it again when those above it are left. */
interface Frame {
  readonly place: Place;
  readonly prompt: string;
  readonly environment: Environment;
  readonly left?: NestedShell["left"];
}

const CONTINUED = "> ";
const HOMES: readonly (readonly [string, string])[] = [
  ["HOME", "/home/orrery"],
  ["PWD", "/home/orrery"],
  ["USER", "orrery"],
];

class Session implements TerminalSession {
  private readonly shell: Shell;
  private readonly screen: (text: string) => void;
  private readonly editor: LineEditor;
  private readonly frames: Frame[] = [
    { place: OUTSIDE, prompt: promptOf(OUTSIDE), environment: newEnvironment(HOMES) },
  ];
  /** Lines before this one that are no whole script yet. */
  private begun = "";
  private hasTabbed = false;

  constructor(shell: Shell, write: (text: string) => void) {
    this.shell = shell;
    this.screen = write;
    this.editor = new LineEditor(write);
    this.newLine();
  }

  input(text: string): void {
    this.editor.input(text, (event) => this.react(event));
  }

  resize(columns: number, _rows: number): void {
    this.editor.columns = Math.max(8, columns);
  }

  get prompt(): string {
    if (this.begun !== "") return CONTINUED;
    const { prompt, environment } = this.frame;
    const directory = environment.variables.get("PWD") ?? "/";
    if (prompt.startsWith("/")) return `${directory}${prompt.slice(1)}`;
    const home = environment.variables.get("HOME");
    return prompt.replace(/:[~/](?=[#$] )/, `:${directory === home ? "~" : directory}`);
  }

  private get frame(): Frame {
    return this.frames.at(-1)!;
  }

  private newLine(): void {
    const { prompt } = this;
    const colour = { outside: "32", node: "33", container: "36" }[this.frame.place.kind];
    const [, before = "", mark = ""] = /^(.*?)(\S ?)$/.exec(prompt)!;
    this.editor.begin(prompt, prompt === CONTINUED ? prompt : `\u001b[${colour}m${before}\u001b[0m${mark}`);
  }

  private react(event: EditEvent): void {
    if (event.kind === "complete") return this.complete();
    this.hasTabbed = false;
    switch (event.kind) {
      case "line":
        return this.line(event.text);
      case "interrupt":
        this.screen("^C\r\n");
        this.begun = "";
        this.frame.environment.variables.set("?", "130");
        return this.newLine();
      case "clear":
        this.screen("\u001b[H\u001b[2J");
        return this.editor.redraw();
      case "end":
        this.screen(this.frames.length > 1 ? "exit\r\n" : "\r\n");
        this.leave(Number(this.frame.environment.variables.get("?") ?? 0));
        return this.newLine();
    }
  }

  private line(text: string): void {
    this.screen("\r\n");
    const script = this.begun === "" ? text : `${this.begun}\n${text}`;
    this.begun = "";
    // Whatever comes of the line, there is a next one.
    try {
      if (script.trim() !== "" && isUnfinished(script)) this.begun = script;
      else this.whole(script);
    } finally {
      this.newLine();
    }
  }

  private whole(script: string): void {
    this.editor.remember(script.replaceAll("\\\n", "").replaceAll("\n", " "));
    if (script.trim() === "") return;
    const { place, environment } = this.frame;
    let entered: NestedShell | undefined;
    const result = this.shell.script(script, {
      ...{ place, environment, history: this.editor.history, write: (text: string) => this.show(text) },
      enter: (nested) => {
        entered ??= nested;
      },
    });
    if (entered !== undefined) this.frames.push(entered);
    else if (result.hasLeft) this.leave(result.exit);
  }

  /** Text of a program: its line ends become those of a screen. */
  private show(text: string): void {
    this.screen(text.replace(/\r?\n/g, "\r\n"));
  }

  private leave(exit: number): void {
    if (this.frames.length === 1) {
      this.show("This is the outermost shell; close the panel to end it.\n");
      return;
    }
    const { left } = this.frames.pop()!;
    const { environment } = this.frame;
    const write = (text: string) => this.show(text);
    const streams: Pick<Terminal, "out" | "err"> = { out: write, err: write };
    const status = left?.(exit, streams) ?? exit;
    environment.variables.set("?", String(status));
  }

  private complete(): void {
    const { text, cursor, columns } = this.editor;
    const { start, end, matches } = complete(text, cursor, this.shell.client, this.frame.place);
    const [only] = matches;
    if (only === undefined) return;
    if (matches.length === 1) {
      this.hasTabbed = false;
      return this.editor.replace(start, end, /[=/]$/.test(only) ? only : `${only} `);
    }
    const shared = sharedBeginning(matches);
    if (shared.length > end - start) return this.editor.replace(start, end, shared);
    if (this.hasTabbed) {
      this.screen(`\r\n${inColumns(matches, columns)}`);
      this.editor.redraw();
    }
    this.hasTabbed = !this.hasTabbed;
  }
}

function sharedBeginning(words: readonly string[]): string {
  let shared = words[0] ?? "";
  for (const word of words) while (!word.startsWith(shared)) shared = shared.slice(0, -1);
  return shared;
}

/** Words one below the other, in as many columns as the screen has room for. */
function inColumns(words: readonly string[], columns: number): string {
  const width = Math.max(...words.map((word) => word.length)) + 2;
  const perRow = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(words.length / perRow);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const cells = words.filter((_word, i) => i % rows === row).map((word) => word.padEnd(width));
    text += `${cells.join("").trimEnd()}\r\n`;
  }
  return text;
}
