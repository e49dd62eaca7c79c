import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

const FOLDER = dirname(createRequire(import.meta.url).resolve("typescript"));
/** What Node.js 20 has of the language; no DOM. */
const LIBRARIES = ["es2023", "esnext.disposable"];

/** A text without its comments, which are four fifths of the library and of no use to a checker. */
function withoutComments(text) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  let out = "";
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const isComment = token === ts.SyntaxKind.SingleLineCommentTrivia || token === ts.SyntaxKind.MultiLineCommentTrivia;
    if (token === ts.SyntaxKind.NewLineTrivia) out += "\n";
    else if (token === ts.SyntaxKind.WhitespaceTrivia) out += " ";
    else if (!isComment) out += scanner.getTokenText();
  }
  return out.replace(/\n[ \n]*/g, "\n");
}

/** The standard library as one text: every file that the wanted ones refer to, each once. */
export function libraryText() {
  const seen = new Set();
  const parts = [];
  const add = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = readFileSync(join(FOLDER, `lib.${name}.d.ts`), "utf8");
    for (const [, reference] of text.matchAll(/^\/\/\/ <reference lib="([^"]+)"/gm)) add(reference);
    parts.push(withoutComments(text));
  };
  LIBRARIES.forEach(add);
  return parts.join("\n");
}
