/**
 * The commands that build a network, one line at a time: for scripts that know what they want (see run-in-namespace.ts for
 * what a user types).
 * Left out: everything that prints.
 * Invariant: a command changes rows as a whole or throws an error with the words that the real one prints.
 */
import { emptyNamespace, type Namespace, type Namespaces } from "../namespace.ts";
import { words } from "../netfilter/reader.ts";
import { IpError } from "../route/route-text.ts";
import { runInNamespace } from "./run-in-namespace.ts";

/**
 * Runs one command line in a namespace, which is made if it is new; "" is for commands that name their own namespaces.
 * Returns the rows that changed. Throws IpError with the words of the real command.
 */
export function runCommand(rows: Namespaces, name: string, line: string): ReadonlyMap<string, Namespace> {
  const changed = new Map<string, Namespace>();
  const overlay = {
    get: (key: string) => changed.get(key) ?? rows.get(key) ?? (key === name ? emptyNamespace(name) : undefined),
    set: (key: string, space: Namespace) => changed.set(key, space),
  };
  const { exit, stderr } = runInNamespace(overlay, name, words(line), { makes: true });
  if (exit !== 0) throw new IpError(stderr.trimEnd(), exit);
  return changed;
}
