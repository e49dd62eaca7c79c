import type { Terminal } from "../command.ts";

/** A path as the root of its place sees it: relative ones begin at the working directory, `.` and `..` are resolved. */
export function absolutePath(path: string, terminal: Pick<Terminal, "environment">): string {
  const from = path.startsWith("/") ? "" : (terminal.environment.variables.get("PWD") ?? "/");
  const parts: string[] = [];
  for (const part of `${from}/${path}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
