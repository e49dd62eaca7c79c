import fc from "fast-check";
import { expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join("");

it("writes hunks as diff -u does", () => {
  expect(unifiedDiff("", text("a", "b"))).toBe("@@ -0,0 +1,2 @@\n+a\n+b\n");
  expect(unifiedDiff(text("a"), "")).toBe("@@ -1 +0,0 @@\n-a\n");
  const before = text(..."abcdefghijklmnop");
  const after = before.replace("b\n", "B\nbb\n").replace("o\n", "");
  expect(unifiedDiff(before, after)).toBe(
    text(
      "@@ -1,5 +1,6 @@",
      " a",
      "-b",
      "+B",
      "+bb",
      " c",
      " d",
      " e",
      "@@ -12,5 +13,4 @@",
      " l",
      " m",
      " n",
      "-o",
      " p",
    ),
  );
});

/** What is left of a text when its hunks are taken in. */
function patched(before: string, hunks: string): string {
  const lines = before.split("\n").slice(0, -1);
  const result: string[] = [];
  let at = 0;
  for (const line of hunks.split("\n").slice(0, -1)) {
    const head = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === "0" ? 0 : 1);
      result.push(...lines.slice(at, start));
      at = start;
    } else if (line.startsWith("+")) result.push(line.slice(1));
    else {
      expect(lines[at]).toBe(line.slice(1));
      if (line.startsWith(" ")) result.push(lines[at]!);
      at++;
    }
  }
  result.push(...lines.slice(at));
  return text(...result);
}

it("leads from one text to the other", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 }).map((lines) => text(...lines));
  fc.assert(
    fc.property(letters, letters, (before, after) => {
      const hunks = unifiedDiff(before, after);
      expect(hunks === "").toBe(before === after);
      expect(patched(before, hunks)).toBe(after);
    }),
  );
});
