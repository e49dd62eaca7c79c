import type { ShellFiles } from "./client.ts";

/** The same files with a text as standard input, which all who share it read on from where the last one stopped. */
export function withStdin(files: ShellFiles, text: string): ShellFiles {
  let at = 0;
  return {
    read: (path) => files.read(path),
    get stdin() {
      return text.slice(at);
    },
    take(characters) {
      at += characters;
    },
  };
}

/** All that is left of standard input. */
export function readAll(files: ShellFiles): string {
  const text = files.stdin ?? "";
  files.take?.(text.length);
  return text;
}

/** The next line of standard input with its line end, which only the last may lack; undefined when there is no more. */
export function readLine(files: ShellFiles): string | undefined {
  const text = files.stdin ?? "";
  if (text === "") return undefined;
  const end = text.indexOf("\n");
  const line = end < 0 ? text : text.slice(0, end + 1);
  files.take?.(line.length);
  return line;
}
