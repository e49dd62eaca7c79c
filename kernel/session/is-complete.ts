import { type CommandNames, takeCommands } from "../compile/magics.ts";

/** Jupyter's word on whether a console should run what was typed, or wait for more. */
export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  readonly indent?: string;
}

const INDENT = "  ";

function openBrackets(code: string): number {
  const opened = code.match(/[([{]/g)?.length ?? 0;
  const closed = code.match(/[)\]}]/g)?.length ?? 0;
  return Math.max(0, opened - closed);
}

/** True for an error that more text could mend: one at the end, or an open template literal or comment. */
function couldGoOn(code: string, message: string, start: number): boolean {
  if (/unterminated (multi-?line comment|template)/i.test(message)) return true;
  if (/unterminated string/i.test(message)) return code[start] === "`";
  return start >= code.trimEnd().length || /\bEOF\b/.test(message);
}

/** Judges what was typed so far; the indent suggested is that of the last line, one deeper after an open bracket. */
export function completeness(code: string, names: CommandNames): Completeness {
  const { parsed, calls } = takeCommands(code, names, 0);
  if (parsed.program) return { status: "complete" };
  const { problem } = parsed;
  if (calls.length > 0 || !couldGoOn(code, problem.message, problem.start)) return { status: "invalid" };
  const last = code.split("\n").findLast((line) => line.trim() !== "") ?? "";
  const indent = /^\s*/.exec(last)![0] + (openBrackets(last) > 0 ? INDENT : "");
  return { status: "incomplete", indent };
}
