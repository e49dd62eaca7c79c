import type ts from "typescript";

/** Takes the comment signs off a doc comment. */
function plainText(comment: string): string {
  return comment
    .replace(/^\/\*\*?|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

const STAND_IN = /^declare (?:let|const) \S+: typeof import\("[^"]*"\)\./;

/**
 * The doc comment of what the name at an offset stands for. The service does not parse doc comments (checking is faster
 * without), so the comment in front of the definition is read from its text.
 */
export function documentationAt(service: ts.LanguageService, fileName: string, offset: number): string {
  for (const definition of service.getDefinitionAtPosition(fileName, offset) ?? []) {
    const text = service.getProgram()?.getSourceFile(definition.fileName)?.text;
    if (!text) continue;
    const start = definition.contextSpan?.start ?? definition.textSpan.start;
    // A name of another cell is declared here by the type of the real one, which has the comment.
    const standIn = STAND_IN.exec(text.slice(start));
    if (standIn && definition.fileName === fileName)
      return documentationAt(service, fileName, start + standIn[0].length);
    const comment = /\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*$/.exec(text.slice(Math.max(0, start - 8_000), start));
    if (comment) return plainText(comment[0].trim());
  }
  return "";
}
