import { stringify } from "yaml";
import type { CommandResult, ShellFiles } from "./client.ts";
import type { Shell } from "./shell.ts";
import { quoteWord, splitLines } from "./words.ts";

/** What a template answers: the streams of all its commands, and the exit status of the first that failed. */
export interface TemplateResult extends CommandResult {
  /** True when every command ended with exit status 0. */
  readonly ok: boolean;
  /** Both streams as a terminal shows them: this is also what the value prints as. */
  toString(): string;
}

/** A program as a tagged template: kubectl`get pods -n ${namespace}`. */
export type ShellTag = (parts: TemplateStringsArray, ...values: readonly unknown[]) => TemplateResult;

/**
 * Makes one tag a program, so that a lesson reads as a terminal does. An interpolated value is one word, however it
 * is spelt; a template of several lines is several commands, which stop at the first that fails. An interpolated
 * object, or text of several lines, becomes a file of that content and its name is the word: `apply -f ${manifest}`.
 * Backslashes reach the command as they are written, so `{.metadata.labels.app\\.kubernetes\\.io/name}` needs no doubling.
 * Nothing is thrown for a failing command: the text appears as the real tool shows it, `ok` and `exit` can be tested.
 */
export function createTemplates(shell: Shell, files?: ShellFiles): Readonly<Record<string, ShellTag>> {
  const tags: Record<string, ShellTag> = {};
  for (const name of shell.names) {
    tags[name] = (parts, ...values) => {
      const manifests = new Map<string, string>();
      const spans = parts.raw.map((span) => span.replace(/\\([`$])/g, "$1"));
      let text = spans[0] ?? "";
      values.forEach((value, i) => {
        text += interpolate(value, manifests) + (spans[i + 1] ?? "");
      });
      const read = (path: string) => manifests.get(path) ?? files?.read(path);
      const stdin = files?.stdin;
      const seen: ShellFiles = stdin === undefined ? { read } : { read, stdin };
      return runLines(shell, name, splitLines(text), seen);
    };
  }
  return tags;
}

function runLines(shell: Shell, name: string, lines: readonly string[], files: ShellFiles): TemplateResult {
  const results: CommandResult[] = [];
  for (const line of lines.length === 0 ? [""] : lines) {
    const result = shell.run(`${name} ${line}`, files);
    results.push(result);
    if (result.exit !== 0) break;
  }
  const exit = results[results.length - 1]!.exit;
  const shown = results.map((result) => result.stdout + result.stderr).join("");
  return {
    exit,
    ok: exit === 0,
    stdout: results.map((result) => result.stdout).join(""),
    stderr: results.map((result) => result.stderr).join(""),
    toString: () => shown,
  };
}

function interpolate(value: unknown, manifests: Map<string, string>): string {
  const isText = typeof value === "string";
  if (isText && !value.includes("\n")) return quoteWord(value);
  if (!isText && (value === null || typeof value !== "object")) return quoteWord(String(value));
  const name = `manifest-${manifests.size + 1}.yaml`;
  manifests.set(name, isText ? value : manifestText(value));
  return name;
}

function manifestText(value: object): string {
  const documents: readonly unknown[] = Array.isArray(value) ? value : [value];
  return documents.map((document) => stringify(document)).join("---\n");
}
