/**
 * The words of a container's main process with the variables of its environment put in: `$(NAME)` by the kubelet, `$NAME` and
 * `${NAME}` by the shell that runs a script.
 * Source: Kubernetes 1.32, pkg/kubelet/container/helpers.go (ExpandContainerCommandAndArgs); POSIX, Shell Command Language 2.6.2.
 * Left out: arithmetic, `$(…)` and patterns in `${…}`, which stay as they are written.
 * Invariant: pure; what stands in single quotes is never touched by the shell's rule.
 */
import type { Container } from "../api/kinds/container.ts";

/** Variables by name. */
export type Variables = ReadonlyMap<string, string>;

/** Command and arguments as the runtime gets them: `$(NAME)` of a known variable is its value, `$$` a dollar sign. */
export function commandLine({ command = [], args = [] }: Container, variables: Variables): readonly string[] {
  return [...command, ...args].map((word) => (word.includes("$") ? expandReferences(word, variables) : word));
}

/** Puts the values of known variables for `$(NAME)`; `$$` is a dollar sign, and what nobody knows stays. */
export function expandReferences(text: string, variables: Variables): string {
  return text.replace(/\$\$|\$\(([^)]+)\)/g, (all, name: string | undefined) =>
    name === undefined ? "$" : (variables.get(name) ?? all),
  );
}

const shellName = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh$/;

/** Whether a program is a shell, by its name or path. */
export function isShell(program: string | undefined): boolean {
  return program !== undefined && shellName.test(program);
}

/** The script of `sh -c SCRIPT`; undefined for any other command line. */
export function inlineScript(words: readonly string[]): string | undefined {
  if (!isShell(words[0])) return undefined;
  const flag = words.findIndex((word, at) => at > 0 && /^-\w*c$/.test(word));
  return flag < 0 ? undefined : (words[flag + 1] ?? "");
}

/** Values for `$NAME`, `${NAME}` and `${NAME:-DEFAULT}` outside single quotes; an unknown name is nothing, as in a shell. */
export function expandVariables(script: string, variables: Variables): string {
  return script.replace(
    /'[^']*'|\\[\s\S]|\$\{(\w+)(?::?-([^}]*))?\}|\$([A-Za-z_]\w*)/g,
    (all, braced: string | undefined, fallback: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain;
      if (name === undefined) return all;
      return variables.get(name) || (fallback ?? "");
    },
  );
}

/** As `expandVariables`, but names that nobody knows stay: a script may set them itself. */
export function expandKnown(script: string, variables: Variables): string {
  return script.replace(/'[^']*'|\\[\s\S]|\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (all, braced?: string, plain?: string) => {
    const name = braced ?? plain;
    return name === undefined ? all : (variables.get(name) ?? all);
  });
}
