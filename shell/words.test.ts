import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteWord, splitLines, splitWords } from "./words.ts";

const words = (line: string) => splitWords(line);

describe("splitWords", () => {
  test.each([
    ["get pods  -n\tkube-system", ["get", "pods", "-n", "kube-system"]],
    [`-o jsonpath='{.items[*].metadata.name}'`, ["-o", "jsonpath={.items[*].metadata.name}"]],
    [`-p "{\\"a\\":1}"`, ["-p", '{"a":1}']],
    [`a\\ b 'it'\\''s' ""`, ["a b", "it's", ""]],
    ["get pods # all of them", ["get", "pods"]],
    ["a#b", ["a#b"]],
    [`"a\\nb" 'a\\nb'`, ["a\\nb", "a\\nb"]],
    ["one \\\n two", ["one", "two"]],
  ])("%j", (line, expected) => {
    expect(words(line)).toEqual({ kind: "words", words: expected });
  });

  test("tells which quote was never closed", () => {
    expect(words("get 'pods")).toEqual({ kind: "unclosed", quote: "'" });
    expect(words('get "pods')).toEqual({ kind: "unclosed", quote: '"' });
  });

  test("reads back whatever was quoted as one word", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        const line = list.map(quoteWord).join(" ");
        expect(words(line)).toEqual({ kind: "words", words: list });
      }),
    );
  });
});

describe("splitLines", () => {
  test("joins lines that a quote or a backslash continues, and drops blank ones and comments", () => {
    const text = "\n  get pods\n# note\nlabel pod a \\\n  x=y\npatch p -p '{\n}'\n";
    expect(splitLines(text)).toEqual(["  get pods", "label pod a \\\n  x=y", "patch p -p '{\n}'"]);
  });
});
