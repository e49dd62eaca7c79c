import { parseAllDocuments } from "yaml";

/** Where a YAML text breaks first: line and column from 1, and the parser's own words. */
export interface YamlBreak {
  readonly line: number;
  readonly column: number;
  readonly words: string;
}

/** The first place at which a YAML text can't be read; undefined for a sound one. kubectl itself names the line only. */
export function firstYamlBreak(text: string): YamlBreak | undefined {
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors ?? [];
    if (error === undefined) continue;
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    return {
      line,
      column: col,
      words: (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, ""),
    };
  }
  return undefined;
}
