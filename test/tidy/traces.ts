/** Rules for every text of the repository: no unfinished work, no switched-off test, no trace of the machine it was written on. */
import type { Finding } from "./source.ts";

/** Spelled in parts, so that this file does not find itself. */
const joined = (...parts: string[]): string => parts.join("");

const patterns: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(`\\b(${joined("TO", "DO")}|${joined("FIX", "ME")}|${joined("XX", "X")})\\b`),
    "unfinished work; finish it, or say what is left out in docs/fidelity.md",
  ],
  [
    new RegExp(`\\b(it|test|describe|suite)\\.(${joined("sk", "ip")}|${joined("on", "ly")}|${joined("to", "do")})\\(`),
    "a test switched off; use notRun of test/setup with a reason",
  ],
  [
    new RegExp(`(^|[\\s"'\`(=:])/(${joined("wo", "rk")}|${joined("fa", "rm")}|${joined("ro", "ot")}|home/[a-z]+)/`),
    "a path of one machine; write it relative to the project",
  ],
  [
    new RegExp(
      `registry\\.${joined("np", "m")}|${joined("py", "pi")}\\.org|files\\.${joined("python", "hosted")}|proxy\\.${joined("go", "lang")}|deb\\.${joined("deb", "ian")}|${joined("crat", "es")}\\.io`,
    ),
    "a package registry's host; leave it to the user's own settings",
  ],
];

/** Checks a text line by line. */
export function traces(path: string, text: string): Finding[] {
  return text.split("\n").flatMap((line, index) =>
    patterns.flatMap(([pattern, wish]) => {
      const found = pattern.exec(line)?.[0].trim();
      return found === undefined ? [] : [`${path}:${index + 1}: "${found}": ${wish}`];
    }),
  );
}
