import type { Terminal } from "../command.ts";
import { isDirectory, readFile } from "../place-files.ts";
import { withStdin } from "../stdin.ts";

/** One redirection whose target is expanded, as an absolute path; "" where the operator has none. */
export interface Redirection {
  readonly operator: string;
  readonly path: string;
}

type Streams = Pick<Terminal, "out" | "err" | "files">;

/** How large a file may become, in characters. */
const FILE_MAX = 1_000_000;

/** The streams of a command after its redirections, from left to right; a text says why there are none. */
export function redirect(redirections: readonly Redirection[], terminal: Terminal): Streams | string {
  let { out, err, files } = terminal;
  for (const { operator, path } of redirections) {
    if (operator === "2>&1") err = out;
    else if (operator === "1>&2" || operator === ">&2") out = err;
    else if (operator === "<") {
      const text = path === "/dev/stdin" ? files.stdin : readFile(path, terminal);
      if (text === undefined && isDirectory(path, terminal)) return "read error: Is a directory";
      if (text === undefined) return `can't open ${path}: no such file`;
      files = withStdin(files, text);
    } else {
      const stream = path === "/dev/stdout" ? out : path === "/dev/stderr" ? err : undefined;
      const refusal = stream === undefined ? creationRefusal(path, terminal) : undefined;
      if (refusal !== undefined) return `can't create ${path}: ${refusal}`;
      const sink = stream ?? fileSink(path, operator.endsWith(">>"), terminal);
      if (operator !== "2>" && operator !== "2>>") out = sink;
      if (operator.startsWith("2>") || operator === "&>") err = sink;
    }
  }
  return { out, err, files };
}

function creationRefusal(path: string, terminal: Terminal): string | undefined {
  if (path === "/dev/null") return undefined;
  if (isDirectory(path, terminal)) return "Is a directory";
  return isDirectory(path.replace(/\/[^/]*$/, "") || "/", terminal) ? undefined : "nonexistent directory";
}

/** Opens a file to be written, which makes it; what is written can be read at once. */
function fileSink(path: string, isAppending: boolean, terminal: Terminal): (text: string) => void {
  if (path === "/dev/null") return () => {};
  const { files } = terminal.environment;
  files.set(path, isAppending ? (readFile(path, terminal) ?? "") : "");
  return (text) => {
    const longer = (files.get(path) ?? "") + text;
    if (longer.length > FILE_MAX) throw new RangeError("write error: No space left on device");
    files.set(path, longer);
  };
}
