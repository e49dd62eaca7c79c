import type { Word } from "./word.ts";
import { WordReader } from "./word-reader.ts";

/** What a script is made of: words and operators. */
export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly text: string };

const OPERATORS = [
  "&&",
  "||",
  ";;",
  "2>&1",
  "1>&2",
  ">&2",
  "&>",
  "2>>",
  "2>",
  ">>",
  "1>",
  ">",
  "<",
  ";",
  "&",
  "|",
  "(",
  ")",
  "\n",
];

/** Splits a script into tokens (IEEE 1003.1, 2.3 Token Recognition). Throws a SyntaxComplaint for an open quote. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at]!;
    if (c === " " || c === "\t" || c === "\r") at++;
    else if (c === "\\" && text[at + 1] === "\n") at += 2;
    else if (c === "#") while (at < text.length && text[at] !== "\n") at++;
    else {
      const operator = OPERATORS.find((one) => text.startsWith(one, at));
      if (operator !== undefined) {
        tokens.push({ kind: "operator", text: operator });
        at += operator.length;
      } else {
        const reader = new WordReader(text, at);
        tokens.push({ kind: "word", word: reader.read() });
        at = reader.at;
      }
    }
  }
  return tokens;
}
