import type { ShellCommand, Terminal } from "../command.ts";
import { isDirectory, readFile } from "../place-files.ts";
import { readAll } from "../stdin.ts";
import { absolutePath } from "./path.ts";

/** A program of which only its function is of interest. */
export function tool(name: string, run: ShellCommand["run"]): ShellCommand {
  return { name, run };
}

/** Options written as `-abc` apart from words; options in `withValue` take the next word or their own rest. */
export function options(
  argv: readonly string[],
  withValue = "",
): { readonly flags: ReadonlyMap<string, string>; readonly words: readonly string[] } {
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (!/^-./.test(word)) words.push(word);
    else if (word.startsWith("--")) flags.set(word, "");
    else if (/^-\d+$/.test(word)) flags.set("n", word.slice(1));
    else {
      for (let j = 1; j < word.length; j++) {
        const flag = word[j]!;
        if (!withValue.includes(flag)) flags.set(flag, "");
        else {
          flags.set(flag, word.slice(j + 1) || (argv[++i] ?? ""));
          break;
        }
      }
    }
  }
  return { flags, words };
}

/** The text that a filter reads: its files, one after the other, or standard input. Complains about what is missing. */
export function inputText(name: string, paths: readonly string[], terminal: Terminal): string | undefined {
  if (paths.length === 0) return readAll(terminal.files);
  let text = "";
  let complete = true;
  for (const path of paths) {
    const full = absolutePath(path, terminal);
    const found = path === "-" ? readAll(terminal.files) : readFile(full, terminal);
    if (found !== undefined) text += found;
    else {
      const why = isDirectory(full, terminal) ? "Is a directory" : "No such file or directory";
      terminal.err(`${name}: ${path}: ${why}\n`);
      complete = false;
    }
  }
  if (complete) return text;
  terminal.out(text);
  return undefined;
}

/** A text's lines, without an empty one after the last line end. */
export function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}
