/**
 * Words of iptables' command lines, and the refusal that every reader of them throws (iptables 1.8, libxtables/xtables.c).
 * Left out: abbreviated long options.
 * Invariant: a reader only moves forward.
 */

/** A rule that iptables would refuse; the message is what it prints. */
export class RuleError extends Error {
  override name = "RuleError";
}

/** A word that is no option where one should stand; iptables says so without naming itself. */
export class BadArgument extends RuleError {}

/** Words of a command line or of a line of iptables-save: blanks separate, double quotes hold together, `\"` is a quote. */
export function words(line: string): string[] {
  const found: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|(\S+)/g;
  for (const match of line.matchAll(pattern)) found.push(match[1]?.replace(/\\(.)/g, "$1") ?? match[2]!);
  return found;
}

/** The words that are still to be read. */
export interface Reader {
  readonly words: readonly string[];
  at: number;
}

/** The next word, or a refusal that says which option lacks its value. */
export function take(reader: Reader, option: string): string {
  const word = reader.words[reader.at++];
  if (word === undefined) throw new RuleError(`option "${option}" requires an argument`);
  return word;
}
