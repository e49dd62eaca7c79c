import type { Spawn, Terminal } from "../command.ts";
import { BUILT_INS } from "./built-ins.ts";
import { expandText, expandWord } from "./expand.ts";
import { parseScript, type Redirect, type Script } from "./parse.ts";
import { absolutePath } from "./path.ts";
import { SyntaxComplaint, type Word } from "./token.ts";

/** How many commands one script runs at most, and how often an endless loop goes round, before it is interrupted. */
const COMMANDS_MAX = 2_000;
const ENDLESS_ROUNDS = 10;
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
  try {
    const run = new Run(terminal);
    const exit = run.script(parseScript(text));
    return { exit, hasLeft: run.hasLeft };
  } catch (error) {
    if (!(error instanceof SyntaxComplaint)) throw error;
    terminal.err(`sh: ${error.message}\n`);
    terminal.environment.variables.set("?", "2");
    return { exit: 2, hasLeft: false };
  }
}

/** Whether more lines are needed before a text is a whole script. */
export function isUnfinished(text: string): boolean {
  try {
    parseScript(text);
    return false;
  } catch (error) {
    if (!(error instanceof SyntaxComplaint)) throw error;
    return error.isUnfinished;
  }
}

class Run {
  hasLeft = false;
  private readonly terminal: Terminal;
  private commands = 0;
  private interrupted = false;
  private jump: "break" | "continue" | undefined;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  script(script: Script, terminal: Terminal = this.terminal): number {
    const exit = this.node(script, terminal);
    terminal.environment.variables.set("?", String(exit));
    return exit;
  }

  private get stopped(): boolean {
    return this.hasLeft || this.interrupted || this.jump !== undefined;
  }

  private node(script: Script, terminal: Terminal): number {
    switch (script.kind) {
      case "command":
        return this.simple(script, terminal);
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
        for (const [test, body] of script.arms)
          if (this.script(test, terminal) === 0) return this.script(body, terminal);
        return script.otherwise === undefined ? 0 : this.script(script.otherwise, terminal);
      }
      case "group":
        return this.redirected(script.redirects, terminal, (inner) => this.script(script.body, inner));
    }
  }

  private chain({ first, rest }: Extract<Script, { kind: "chain" }>, terminal: Terminal): number {
    let exit = this.script(first, terminal);
    for (const [operator, part] of rest) {
      if (!this.stopped && (exit === 0) === (operator === "&&")) exit = this.script(part, terminal);
    }
    return exit;
  }

  private pipe(parts: readonly Script[], isNegated: boolean, terminal: Terminal): number {
    let exit = 0;
    let stdin: string | undefined;
    parts.forEach((part, i) => {
      const isLast = i === parts.length - 1;
      let written = "";
      const take = (text: string) => {
        written += text;
      };
      const files = stdin === undefined ? {} : { files: { ...terminal.files, stdin } };
      const change = { ...files, ...(isLast ? {} : { out: take }), ...(parts.length > 1 && { interactive: false }) };
      exit = this.node(part, changed(terminal, change));
      stdin = written;
    });
    return isNegated ? (exit === 0 ? 1 : 0) : exit;
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
    for (let round = 0; (this.script(test, terminal) === 0) !== isUntil && !this.stopped; round++) {
      if (isEndless && round >= ENDLESS_ROUNDS) return this.interrupt(terminal);
      exit = this.script(body, terminal);
      if (this.leavesLoop()) break;
    }
    return this.interrupted ? INTERRUPTED : exit;
  }

  /** Whether a loop ends now; a `continue` ends only its round. */
  private leavesLoop(): boolean {
    const { jump } = this;
    this.jump = undefined;
    return jump === "break" || this.stopped;
  }

  private interrupt(terminal: Terminal): number {
    this.interrupted = true;
    terminal.err("^C\n");
    return INTERRUPTED;
  }

  private expand(word: Word, terminal: Terminal): readonly string[] {
    return expandWord(word, terminal.environment, (script) => this.substitute(script, terminal));
  }

  private substitute(script: string, terminal: Terminal): string {
    let written = "";
    const take = (text: string) => {
      written += text;
    };
    runScript(script, changed(terminal, { out: take, interactive: false }));
    return written;
  }

  private simple(command: Extract<Script, { kind: "command" }>, terminal: Terminal): number {
    if (++this.commands > COMMANDS_MAX) return this.interrupt(terminal);
    const words = command.words.flatMap((word) => this.expand(word, terminal));
    const { variables } = terminal.environment;
    for (const [name, value] of command.assignments) {
      variables.set(
        name,
        expandText(value, terminal.environment, (script) => this.substitute(script, terminal)),
      );
    }
    if (words.length === 0) return 0;
    return this.redirected(command.redirects, terminal, (inner) => this.program(words, inner));
  }

  private program(words: readonly string[], terminal: Terminal): number {
    const [name = "", ...argv] = words;
    if (name === "break" || name === "continue") {
      this.jump = name;
      return 0;
    }
    if (name === "exit") {
      this.hasLeft = true;
      return argv[0] === undefined ? Number(terminal.environment.variables.get("?") ?? 0) : Number(argv[0]) & 255;
    }
    const builtIn = BUILT_INS[name];
    if (builtIn !== undefined) return builtIn(argv, terminal);
    const { out, err, files, environment } = terminal;
    const exit = terminal.spawn(words, { out, err, files, environment, interactive: terminal.enter !== undefined });
    if (exit !== undefined) return exit;
    terminal.err(`sh: ${name}: not found\n`);
    return 127;
  }

  private redirected(redirects: readonly Redirect[], terminal: Terminal, work: (inner: Terminal) => number): number {
    if (redirects.length === 0) return work(terminal);
    const sinks = new Map<string, string>();
    let { out, err, files } = terminal;
    for (const { operator, target } of redirects) {
      if (operator === "2>&1") err = out;
      else if (operator === "1>&2" || operator === ">&2") out = err;
      else {
        const path = absolutePath(
          expandText(target, terminal.environment, (script) => this.substitute(script, terminal)),
          terminal,
        );
        if (operator === "<") {
          const stdin = terminal.environment.files.get(path) ?? files.read(path) ?? "";
          files = { ...files, stdin };
          continue;
        }
        const before = operator.endsWith(">>") ? (terminal.environment.files.get(path) ?? "") : "";
        sinks.set(path, before);
        const sink = (text: string) => {
          sinks.set(path, sinks.get(path)! + text);
        };
        if (operator !== "2>" && operator !== "2>>") out = sink;
        if (operator.startsWith("2>") || operator === "&>") err = sink;
      }
    }
    const exit = work(changed(terminal, { out, err, files, interactive: false }));
    for (const [path, text] of sinks) if (path !== "/dev/null") terminal.environment.files.set(path, text);
    return exit;
  }
}

/** The same terminal with other streams. */
function changed(terminal: Terminal, { interactive = true, ...change }: Spawn): Terminal {
  const { enter, ...rest } = terminal;
  return { ...rest, ...change, ...(interactive && enter && { enter }) } as Terminal;
}
