import type { CellContext } from "../cells/context.ts";
import { codeFrame, type ErrorReport } from "../cells/traceback.ts";
import type { CompiledCell, RefusedCell } from "../compile/cell.ts";
import type { CommandNames } from "../compile/magics.ts";
import { placeOf } from "../compile/positions.ts";
import type { TypeProblem } from "../types/protocol.ts";

const SHOWN_MAX = 10;
const CANNOT_FIND_NAME = 2304;

/** The error of a cell that cannot be read. */
export function refusalReport(context: CellContext, { message, place }: RefusedCell): ErrorReport {
  const head = `${context.fileName}:${place.line}:${place.column}`;
  return {
    ename: "SyntaxError",
    evalue: message,
    traceback: [`SyntaxError: ${message}`, head, codeFrame(context.code, place)],
  };
}

/** `foo()` and then `%ip` on the next line is a remainder in TypeScript; the name that is missing tells. */
function commandHint(text: string, problem: TypeProblem, names: CommandNames): string {
  const name = text.slice(problem.start, problem.end);
  const isCommand = problem.code === CANNOT_FIND_NAME && names.line.has(name);
  if (!isCommand || !/\n[ \t]*%$/.test(text.slice(0, problem.start))) return "";
  return ` If %${name} is meant as a command, end the line before it with a semicolon.`;
}

/** The error of a cell with type errors; nothing of it was run. */
export function typeReport(
  context: CellContext,
  compiled: CompiledCell,
  problems: readonly TypeProblem[],
  names: CommandNames,
): ErrorReport {
  const traceback: string[] = [];
  for (const problem of problems.slice(0, SHOWN_MAX)) {
    const place = compiled.positions.shifted(placeOf(compiled.typeText, problem.start));
    const message = problem.message + commandHint(compiled.typeText, problem, names);
    traceback.push(`${context.fileName}:${place.line}:${place.column} - error TS${problem.code}: ${message}`);
    traceback.push(codeFrame(context.code, place, problem.end - problem.start));
  }
  if (problems.length > SHOWN_MAX) traceback.push(`… and ${problems.length - SHOWN_MAX} more type errors`);
  traceback.push("Nothing of this cell was run.");
  const first = problems[0]!;
  return { ename: `TS${first.code}`, evalue: first.message + commandHint(compiled.typeText, first, names), traceback };
}
