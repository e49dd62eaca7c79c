import { forkedEnvironment, type Spawn, type Terminal } from "../command.ts";
import { withStdin } from "../stdin.ts";
import { BUILT_INS } from "./built-ins.ts";
import { SyntaxComplaint } from "./complaint.ts";
import { expandText, expandWord } from "./expand.ts";
import { parseScript, type Redirect, type Script } from "./parse.ts";
import { absolutePath } from "./path.ts";
import { redirect } from "./redirect.ts";
import { tokenize } from "./token.ts";
import type { Word } from "./word.ts";

/** How many commands one line runs at most, with all that it starts, and how often an endless loop goes round. */
const COMMANDS_MAX = 2_000;
const ENDLESS_ROUNDS = 10;
/** How deep commands may be nested in one another, those of scripts that a script starts included. */
const DEPTH_MAX = 120;
const INTERRUPTED = 130;

/**
 * Runs a script in the terminal's place and answers its exit status. An endless loop is interrupted after ten rounds, as by
 * somebody who has seen enough; time passes only where a command lets it, e.g. `sleep`.
 */
export function runScript(text: string, terminal: Terminal): number {
  return startScript(text, terminal).exit;
}

/** As `runScript`; says too whether the script itself asked to leave the shell, by `exit`. */
export function startScript(text: string, terminal: Terminal): { readonly exit: number; readonly hasLeft: boolean } {
  const { depth } = terminal.budget;
  try {
    const run = new Run(terminal);
    const exit = run.script(parseScript(text));
    return { exit, hasLeft: run.hasLeft };
  } catch (error) {
    // What a cluster or the machine refuses, it refuses by a RangeError.
    if (!(error instanceof SyntaxComplaint || error instanceof RangeError)) throw error;
    terminal.budget.depth = depth;
    terminal.err(`sh: ${error.message}\n`);
    terminal.environment.variables.set("?", "2");
    return { exit: 2, hasLeft: false };
  }
}

/** Whether more lines are needed before a text is a whole script. */
export function isUnfinished(text: string): boolean {
  try {
    parseScript(text);
    return /(?:^|[^\\])(?:\\\\)*\\$/.test(text) && !isInComment(text);
  } catch (error) {
    if (error instanceof RangeError) return false;
    if (!(error instanceof SyntaxComplaint)) throw error;
    return error.isUnfinished;
  }
}

/** Whether a text's last character is in a comment: then it makes no difference. */
function isInComment(text: string): boolean {
  return JSON.stringify(tokenize(text)) === JSON.stringify(tokenize(text.slice(0, -1)));
}

class Run {
  hasLeft = false;
  private readonly terminal: Terminal;
  private jump: "break" | "continue" | undefined;
  /** How many of what runs now are conditions, whose failure `set -e` lets pass. */
  private conditions: number;
  /** The exit status of the last `$(…)` of a command, which is that of an assignment alone. */
  private substituted = 0;

  constructor(terminal: Terminal, conditions = 0) {
    this.terminal = terminal;
    this.conditions = conditions;
  }

  script(script: Script, terminal: Terminal = this.terminal): number {
    const exit = this.node(script, terminal);
    terminal.environment.variables.set("?", String(exit));
    return exit;
  }

  private get stopped(): boolean {
    return this.hasLeft || this.terminal.budget.isInterrupted || this.jump !== undefined;
  }

  private node(script: Script, terminal: Terminal): number {
    if (terminal.budget.depth >= DEPTH_MAX) throw new RangeError("can't fork: Resource temporarily unavailable");
    terminal.budget.depth++;
    const exit = this.kind(script, terminal);
    terminal.budget.depth--;
    return exit;
  }

  private kind(script: Script, terminal: Terminal): number {
    switch (script.kind) {
      case "command":
        return this.checked(this.simple(script, terminal), terminal);
      case "pipe":
        return this.pipe(script.parts, script.isNegated, terminal);
      case "chain":
        return this.chain(script, terminal);
      case "list": {
        let exit = 0;
        for (const part of script.parts) if (!this.stopped) exit = this.script(part, terminal);
        return exit;
      }
      case "for":
        return this.forLoop(script, terminal);
      case "while":
        return this.whileLoop(script, terminal);
      case "if": {
        for (const [test, body] of script.arms) {
          const holds = this.condition(test, terminal) === 0;
          if (this.stopped) return this.lastExit(terminal);
          if (holds) return this.script(body, terminal);
        }
        return script.otherwise === undefined ? 0 : this.script(script.otherwise, terminal);
      }
      case "group":
        return this.redirected(script.redirects, terminal, (inner) =>
          script.isSubshell ? this.checked(this.subshell(script.body, inner), inner) : this.script(script.body, inner),
        );
    }
  }

  private lastExit({ environment }: Terminal): number {
    return Number(environment.variables.get("?") ?? 0);
  }

  /** After `set -e`, a command that fails where nobody asks whether it does ends the shell. */
  private checked(exit: number, { environment }: Terminal): number {
    if (exit !== 0 && this.conditions === 0 && environment.variables.get("-")?.includes("e")) this.hasLeft = true;
    return exit;
  }

  private condition(script: Script, terminal: Terminal): number {
    this.conditions++;
    const exit = this.script(script, terminal);
    this.conditions--;
    return exit;
  }

  /** Runs a part in a shell of its own: what it assigns, and its `exit`, stay in it. */
  private subshell(script: Script, terminal: Terminal): number {
    const inner = { ...terminal, environment: forkedEnvironment(terminal.environment) };
    return new Run(inner, this.conditions).script(script);
  }

  private chain({ first, rest }: Extract<Script, { kind: "chain" }>, terminal: Terminal): number {
    let exit = rest.length > 0 ? this.condition(first, terminal) : this.script(first, terminal);
    rest.forEach(([operator, part], i) => {
      if (this.stopped || (exit === 0) !== (operator === "&&")) return;
      exit = i < rest.length - 1 ? this.condition(part, terminal) : this.script(part, terminal);
    });
    return exit;
  }

  private pipe(parts: readonly Script[], isNegated: boolean, terminal: Terminal): number {
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return this.condition(only, terminal) === 0 ? 1 : 0;
    let exit = 0;
    let written = "";
    parts.forEach((part, i) => {
      const files = i === 0 ? terminal.files : withStdin(terminal.files, written);
      written = "";
      const take = (text: string) => {
        written += text;
        if (written.length > PIPE_MAX) throw new RangeError("write error: Broken pipe");
      };
      const out = i === parts.length - 1 ? terminal.out : take;
      exit = this.subshell(part, changed(terminal, { files, out, interactive: false }));
    });
    return isNegated ? (exit === 0 ? 1 : 0) : this.checked(exit, terminal);
  }

  private forLoop(loop: Extract<Script, { kind: "for" }>, terminal: Terminal): number {
    let exit = 0;
    for (const value of loop.words.flatMap((word) => this.expand(word, terminal))) {
      terminal.environment.variables.set(loop.name, value);
      exit = this.script(loop.body, terminal);
      if (this.leavesLoop()) break;
    }
    return exit;
  }

  private whileLoop({ test, body, isUntil }: Extract<Script, { kind: "while" }>, terminal: Terminal): number {
    let exit = 0;
    const isEndless =
      test.kind === "command" && /^(true|:|false)$/.test(this.expand(test.words[0] ?? [], terminal)[0] ?? "");
    for (let round = 0; (this.condition(test, terminal) === 0) !== isUntil && !this.stopped; round++) {
      if (isEndless && round >= ENDLESS_ROUNDS) return interrupt(terminal);
      exit = this.script(body, terminal);
      if (this.leavesLoop()) break;
    }
    return terminal.budget.isInterrupted ? INTERRUPTED : exit;
  }

  /** Whether a loop ends now; a `continue` ends only its round. */
  private leavesLoop(): boolean {
    const { jump } = this;
    this.jump = undefined;
    return jump === "break" || this.stopped;
  }

  private expand(word: Word, terminal: Terminal): readonly string[] {
    return expandWord(word, terminal.environment, (script) => this.substitute(script, terminal));
  }

  private text(word: Word, terminal: Terminal): string {
    return expandText(word, terminal.environment, (script) => this.substitute(script, terminal));
  }

  private substitute(text: string, terminal: Terminal): string {
    let written = "";
    const out = (more: string) => {
      written += more;
    };
    this.substituted = this.subshell(parseScript(text), changed(terminal, { out, interactive: false }));
    return written;
  }

  private simple(command: Extract<Script, { kind: "command" }>, terminal: Terminal): number {
    if (terminal.budget.isInterrupted) return INTERRUPTED;
    if (++terminal.budget.commands > COMMANDS_MAX) return interrupt(terminal);
    this.substituted = 0;
    const words = command.words.flatMap((word) => this.expand(word, terminal));
    if (terminal.budget.isInterrupted) return INTERRUPTED;
    return this.redirected(command.redirects, terminal, (inner) => {
      const { variables, unexported } = inner.environment;
      const before = new Map<string, string | undefined>();
      for (const [name, word] of command.assignments) {
        const value = this.text(word, terminal);
        if (!before.has(name)) before.set(name, variables.get(name));
        if (words.length === 0 && !variables.has(name)) unexported.add(name);
        variables.set(name, value);
      }
      if (words.length === 0) return this.substituted;
      const hidden = [...before.keys()].filter((name) => unexported.delete(name));
      const exit = this.program(words, inner);
      // `X=2 program` is for the program alone.
      for (const name of hidden) unexported.add(name);
      for (const [name, value] of before) {
        if (value === undefined) variables.delete(name);
        else variables.set(name, value);
      }
      return exit;
    });
  }

  private program(words: readonly string[], terminal: Terminal): number {
    const [name = "", ...argv] = words;
    if (name === "break" || name === "continue") {
      this.jump = name;
      return 0;
    }
    if (name === "exit") {
      this.hasLeft = true;
      return argv[0] === undefined ? this.lastExit(terminal) : Number(argv[0]) & 255;
    }
    const builtIn = BUILT_INS.get(name);
    if (builtIn !== undefined) return builtIn(argv, terminal);
    const { out, err, files, environment } = terminal;
    const exit = terminal.spawn(words, { out, err, files, environment, interactive: terminal.enter !== undefined });
    if (exit !== undefined) return exit;
    terminal.err(`sh: ${name}: not found\n`);
    return 127;
  }

  private redirected(redirects: readonly Redirect[], terminal: Terminal, work: (inner: Terminal) => number): number {
    if (redirects.length === 0) return work(terminal);
    const redirections = redirects.map(({ operator, target }) => ({
      operator,
      path: target.length === 0 ? "" : absolutePath(this.text(target, terminal), terminal),
    }));
    const streams = redirect(redirections, terminal);
    if (typeof streams !== "string") return work(changed(terminal, { ...streams, interactive: false }));
    terminal.err(`sh: ${streams}\n`);
    return 1;
  }
}

/** How much a pipe may carry, in characters. */
const PIPE_MAX = 4_000_000;

function interrupt({ budget, err }: Terminal): number {
  budget.isInterrupted = true;
  err("^C\n");
  return INTERRUPTED;
}

/** The same terminal with other streams. */
function changed(terminal: Terminal, { interactive = true, ...change }: Spawn): Terminal {
  const { enter, ...rest } = terminal;
  return { ...rest, ...change, ...(interactive && enter && { enter }) } as Terminal;
}
