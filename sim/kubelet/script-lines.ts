/**
 * What the script of a container prints: `echo`, `printf` of plain text and `date`, each when the sleeps before it are over.
 * Models what shells do, as far as their words tell; it runs nothing.
 * Left out: conditions, functions, pipes other than into `tee` or `cat`; programs that ask the network say that they are not run.
 * Invariant: a pure function of words, variables and time; an endless loop is followed as far as time went.
 */
import { type Duration, type Instant, rfc3339, second } from "../time/instant.ts";
import { expandVariables, inlineScript, isShell, type Variables } from "./command-line.ts";
import type { ContainerRow } from "./cri.ts";

/** One line of a container's log. */
export interface LogLine {
  readonly at: Instant;
  readonly text: string;
}

/** As many lines of a log are kept, the newest ones: what is older has been rotated away. */
export const linesMax = 2_000;

/** Programs whose output would be an answer from the network. */
const asksNetwork = /^(?:wget|curl|nslookup|dig|ping|traceroute|nc)$/;

/** Whether a command line is one whose words tell what it prints. */
export function isScript(words: readonly string[]): boolean {
  const [program = ""] = words;
  return (
    isShell(program) || program === "echo" || program === "date" || program === "printf" || asksNetwork.test(program)
  );
}

/** A run of a script: its container, until when, and what its variables are. */
export interface ScriptRun {
  readonly row: ContainerRow;
  readonly end: Instant;
  readonly variables: Variables;
}

interface Walk {
  readonly variables: Map<string, string>;
  readonly lines: LogLine[];
  /** The time in a line is not known yet: the walk is the body of a loop. */
  readonly timeless: boolean;
}

/** The lines that a command line prints until an instant. */
export function scriptLines(words: readonly string[], { row, end, variables }: ScriptRun): readonly LogLine[] {
  const lines: LogLine[] = [];
  const known = new Map(variables);
  const script = inlineScript(words);
  if (script === undefined) {
    if (!isShell(words[0])) run(words, row.startedAt, { variables: known, lines, timeless: false });
    return lines;
  }
  const loop = /^([\s\S]*?)\bwhile\s+(?:true|:|\[ 1 \])\s*;?\s*do\b([\s\S]*?)\bdone\b/.exec(script);
  const after = follow(loop?.[1] ?? script, row.startedAt, { variables: known, lines, timeless: false });
  if (loop?.[2] !== undefined) followLoop(loop[2], after, { variables: known, lines, timeless: true }, end);
  return lines;
}

/** Runs the body of an endless loop until an instant: its last rounds, and nothing from before them if any are left out. */
function followLoop(body: string, from: Instant, { variables, lines }: Walk, end: Instant): void {
  const once: LogLine[] = [];
  const roundUs = follow(body, 0, { variables, lines: once, timeless: true });
  if (once.length === 0 || roundUs <= 0 || end < from) return;
  const last = Math.floor((end - from) / roundUs);
  // One more than fit, since the last one may not be over.
  const first = Math.max(0, last - Math.ceil(linesMax / once.length));
  if (first > 0) lines.length = 0;
  for (let round = first; round <= last; round++) {
    const start = from + round * roundUs;
    for (const line of once) lines.push({ at: start + line.at, text: line.text.replace(timeMark, dateAt(start)) });
  }
}

const timeMark = "\u0000";

/** Walks the commands of a script and collects what they print; answers the instant at which it ends. */
function follow(script: string, from: Instant, walk: Walk): Instant {
  let at = from;
  for (const command of commandsOf(script)) {
    const words = wordsOf(expandVariables(command, walk.variables));
    if (words[0] === "exit") return at;
    at = run(words, at, walk);
  }
  return at;
}

/** One command: what it prints, which variable it sets; answers when it is over. */
function run(words: readonly string[], at: Instant, walk: Walk): Instant {
  const [program = "", ...rest] = words;
  const say = (text: string) => walk.lines.push({ at, text: said(text, walk.timeless, at) });
  const assigned = /^(\w+)=([\s\S]*)$/.exec(program);
  if (assigned !== null && rest.length === 0) walk.variables.set(assigned[1] as string, assigned[2] as string);
  if (program === "sleep") return at + sleepUs(rest[0] ?? "");
  const { shown, isHidden } = redirected(rest);
  if (isHidden) return at;
  if (program === "echo") for (const line of echoed(shown)) say(line);
  if (program === "date") say("$(date)");
  if (program === "printf" && !/%/.test(shown[0] ?? "%")) for (const line of printed(shown[0] as string)) say(line);
  if (asksNetwork.test(program)) say(`${program}: not run by itself in this simulation; run it with kubectl exec`);
  return at;
}

/** Arguments without redirections; hidden: what is printed goes into a file or another program. */
function redirected(args: readonly string[]): { readonly shown: readonly string[]; readonly isHidden: boolean } {
  const shown: string[] = [];
  let isHidden = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const match = /^(\d?)>>?(\S*)$/.exec(word);
    if (word === "|") {
      const next = args.slice(at + 1);
      return { shown, isHidden: isHidden || !/^(?:tee|cat)$/.test(next[0] ?? "") };
    }
    if (match === null) shown.push(word);
    else {
      const target = match[2] || (args[++at] ?? "");
      const isLog = /^(?:&\d|\/dev\/std(?:out|err)|\/proc\/1\/fd\/[12])$/.test(target);
      if (match[1] !== "2" && !isLog) isHidden = true;
    }
  }
  return { shown, isHidden };
}

function echoed(args: readonly string[]): readonly string[] {
  const first = args.findIndex((word) => !/^-[neE]+$/.test(word));
  const text = first < 0 ? "" : args.slice(first).join(" ");
  return args[0]?.includes("e") === true && first > 0 ? printed(text) : text.split("\n");
}

/** Text with its escapes `\n` and `\t` read, by lines; a line break at the end begins no line. */
function printed(text: string): readonly string[] {
  const read = text.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  return read.replace(/\n$/, "").split("\n");
}

function said(text: string, timeless: boolean, at: Instant): string {
  return text.replace(/\$\(date[^)]*\)|`date[^`]*`/g, timeless ? timeMark : dateAt(at));
}

function dateAt(at: Instant): string {
  const [date = "", time = ""] = rfc3339(at).replace("Z", "").split("T");
  return `${date} ${time} UTC`;
}

function sleepUs(text: string): Duration {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  const unit = { "": second, s: second, m: 60 * second, h: 3600 * second }[match?.[2] ?? ""] ?? second;
  return match === null ? 365 * 24 * 3600 * second : Math.round(Number(match[1]) * unit);
}

/** Quoted text, `$(…)` and what is escaped stay together; else `;`, `&&`, `||` and line ends part commands. */
const piece = /'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\$\([^)]*\)|`[^`]*`|\\[\s\S]|&&|\|\||;|\n|[\s\S]/g;

function commandsOf(script: string): readonly string[] {
  const commands: string[] = [""];
  let isSkipped = false;
  for (const [text] of script.matchAll(piece)) {
    if (text === "||") isSkipped = true;
    else if (text === ";" || text === "&&" || text === "\n") {
      isSkipped = false;
      commands.push("");
    } else if (!isSkipped) commands[commands.length - 1] += text;
  }
  return commands.map((command) => command.trim());
}

function wordsOf(text: string): readonly string[] {
  const found =
    text.match(/(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\$\([^)]*\)|`[^`]*`|\\[\s\S]|\d?>>?(?:&\d)?|[^\s'"\\>|])+|\|/g) ?? [];
  return found.map((word) =>
    word.replace(
      /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g,
      (_, single?: string, double?: string, escaped?: string) =>
        single ?? escaped ?? (double ?? "").replace(/\\(["\\$`])/g, "$1"),
    ),
  );
}
