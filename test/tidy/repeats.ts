/** The rule against saying a thing twice: no six lines in a row that stand elsewhere too. */
import { type Finding, isTest, type Source } from "./source.ts";

const blockLines = 6;

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Lines that carry meaning: without imports, comments, lone brackets; blanks do not count. */
function meaningful(source: Source): Line[] {
  const withoutComments = source.text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""));
  const withoutImports = withoutComments.replace(/^(import|export)\b[^;]*?\bfrom "[^"]*";/gm, (text) =>
    text.replace(/[^\n]/g, ""),
  );
  return withoutImports
    .split("\n")
    .map((text, index) => ({ text: text.replace(/\/\/.*$/, "").replace(/\s+/g, ""), number: index + 1 }))
    .filter((line) => /\w/.test(line.text));
}

/** Finds each block of six meaningful lines that occurs twice, once per pair of places. */
export function repeats(sources: readonly Source[]): Finding[] {
  const seen = new Map<string, { readonly path: string; readonly number: number; readonly index: number }>();
  const findings: Finding[] = [];
  for (const source of sources.filter(({ path }) => !isTest(path))) {
    const lines = meaningful(source);
    let quietUntil = 0;
    for (let index = 0; index + blockLines <= lines.length; index++) {
      const block = lines.slice(index, index + blockLines);
      const key = block.map((line) => line.text).join("\n");
      const here = { path: source.path, number: block[0]!.number, index };
      const first = seen.get(key);
      if (first === undefined) seen.set(key, here);
      else if (index >= quietUntil && (first.path !== here.path || index - first.index >= blockLines)) {
        findings.push(
          `${here.path}:${here.number}: the same ${blockLines} lines as ${first.path}:${first.number}; give them one place and call it`,
        );
        quietUntil = index + blockLines;
      }
    }
  }
  return findings;
}
