import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileLesson } from "./compile.ts";
import { notebookText } from "./notebook.ts";

const front = "---\ntitle: Pods\nsummary: What a pod is.\nminutes: 5\n---\n";
const fence = "```";
const cells = (body: string) =>
  compileLesson("07-pods", front + body).cells.map(({ cell_type, source }) => [cell_type, source.join("")]);

describe("a lesson becomes cells", () => {
  it("opens with its title, summary and minutes", () => {
    const { cells, metadata } = compileLesson("07-pods", `${front}${fence}ts\n1\n${fence}\n`);
    expect(cells[0]).toMatchObject({ cell_type: "markdown", id: "07-pods-title" });
    expect(cells[0]?.source.join("")).toBe("# Pods\n\nWhat a pod is.\n\n*About 5 minutes.*");
    expect(metadata).toMatchObject({ kernelspec: { name: "orrery" }, orrery: { lesson: "07-pods", minutes: 5 } });
  });

  it("cuts prose at headings and at code, and leaves blank lines out", () => {
    const body = `\nHello.\n\n\n## One\n\ntext\n\n${fence}ts\nconst a = 1;\n\na\n${fence}\n\nmore\n\n### Two\nend\n`;
    expect(cells(body).slice(1)).toEqual([
      ["markdown", "Hello."],
      ["markdown", "## One\n\ntext"],
      ["code", "const a = 1;\n\na"],
      ["markdown", "more"],
      ["markdown", "### Two\nend"],
    ]);
  });

  it("makes %% cells of yaml and sh, and leaves other languages, and what is only shown, in the prose", () => {
    const body = `${fence}yaml\nkind: Pod\n${fence}\n~~~sh\nkubectl get pods\n~~~\nSee:\n\n${fence}json\n{}\n${fence}\n\n${fence}ts shown\nx\n${fence}\n`;
    expect(cells(body).slice(1)).toEqual([
      ["code", "%%yaml\nkind: Pod"],
      ["code", "%%sh\nkubectl get pods"],
      ["markdown", `See:\n\n${fence}json\n{}\n${fence}\n\n${fence}ts shown\nx\n${fence}`],
    ]);
  });

  it("keeps every character of a cell that is not a blank line at its end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { minLength: 1, maxLength: 20 }),
        (lines) => {
          const code = lines.map((line) => line.replace(/[\r\n`~\0]/g, "").replaceAll("\uFEFF", "")).join("\n");
          fc.pre(code.trim() !== "");
          expect(cells(`${fence}ts\n${code}\n${fence}\n`).at(-1)).toEqual(["code", code.trimEnd()]);
        },
      ),
    );
  });
});

describe("the notebook's bytes", () => {
  const one = (body: string) => compileLesson("07-pods", front + body).cells.map((cell) => cell.id);
  const code = (text: string, options = "") => `${fence}ts ${options}\n${text}\n${fence}\n`;

  it("are the same for the same lesson, and what Jupyter writes", () => {
    const text = notebookText(compileLesson("07-pods", front + code("1")));
    expect(notebookText(compileLesson("07-pods", front + code("1")))).toBe(text);
    expect(text.startsWith('{\n "cells": [\n  {\n   "cell_type": "markdown",\n   "id": "07-pods-title"')).toBe(true);
    expect(text.endsWith('"nbformat_minor": 5\n}\n')).toBe(true);
  });

  it("keep a cell's id wherever the cell moves, and tell equal cells apart", () => {
    const before = one(code("a") + code("b") + code("b"));
    const after = one(`New words.\n\n${code("b")}${code("a")}${code("b")}`);
    expect(new Set(before).size).toBe(4);
    expect(new Set(after)).toEqual(new Set([...before, after[1]]));
  });

  it("use the author's id where there is one", () => {
    expect(one(code("a", "id=answer"))[1]).toBe("07-pods-answer");
  });

  it("have ids that Jupyter takes", () => {
    for (const id of one(`${code("a")}text\n\n${code("b", "id=x-1")}`)) expect(id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
  });
});

describe("a broken lesson is refused with file and line", () => {
  const good = `${fence}ts\n1\n${fence}\n`;
  const cases: readonly [what: string, text: string, message: string][] = [
    ["no front matter", "# Pods\n", "1: a lesson starts with a line --- and then title, summary, minutes"],
    ["front matter without an end", "---\ntitle: a\n", "1: the front matter has no end"],
    [
      "a missing field",
      "---\ntitle: a\nsummary: b\n---\n",
      "1: the front matter lacks minutes: a whole number from 1 to 240",
    ],
    [
      "an unknown field",
      "---\ntitle: a\nsummry: b\n---\n",
      '3: there is no field "summry"; there are title, summary, minutes',
    ],
    [
      "a wrong field",
      "---\ntitle: a\nsummary: b\nminutes: soon\n---\n",
      "4: minutes must be a whole number from 1 to 240",
    ],
    ["front matter that is no YAML", "---\ntitle: a\nsummary: [b\n---\n", "the front matter is not YAML"],
    [
      "a fence without an end",
      `${front}\n\n${fence}ts\n1\n\n## Two\n`,
      `8: this fence has no end: put a line ${fence} below its block`,
    ],
    ["a prose fence without an end", `${front}${good}${fence}json\n{}\n`, "9: this fence has no end"],
    [
      "an unknown option",
      `${front}${fence}ts hidden\n1\n${fence}\n`,
      '6: a fence has no option "hidden"; it has id=NAME, shown',
    ],
    ["a wrong id", `${front}${fence}ts id=My_cell\n1\n${fence}\n`, "6: an id is made of small letters"],
    [
      "an id twice",
      `${front}${fence}ts id=a\n1\n${fence}\n${fence}ts id=a\n2\n${fence}\n`,
      "9: the id a is taken already, on line 6",
    ],
    ["an empty cell", `${front}${fence}ts\n\n${fence}\n`, "6: this cell is empty"],
    [
      "a cell in a list",
      `${front}- a\n\n  ${fence}ts\n  1\n  ${fence}\n`,
      "8: a cell can't stand inside a list or a quotation",
    ],
    [
      "a second title",
      `${front}# Pods\n\n${good}`,
      "6: the title stands in the front matter: headings of the body begin with ##",
    ],
    ["no cell", `${front}Words.\n`, "7: a lesson needs a cell"],
    [
      "prose longer than a screen",
      `${front}${good}\n## Long\n\n${"words\n\n".repeat(18)}`,
      "10: this passage takes 37 rows, more than a screen (34)",
    ],
    [
      "a cell longer than a screen",
      `${front}${fence}ts\n${"f();\n".repeat(40)}${fence}\n`,
      "6: this cell takes 40 rows",
    ],
  ];
  it.each(cases)("%s", (_what, text, message) => {
    expect(() => compileLesson("07-pods", text)).toThrow(
      `lessons/07-pods/lesson.md:${/^\d/.test(message) ? message : ""}`,
    );
    expect(() => compileLesson("07-pods", text)).toThrow(message);
  });

  it("a folder's name that gives no order", () => {
    expect(() => compileLesson("pods", front + good)).toThrow(
      "lessons/pods/lesson.md:1: the folder must be called like 07-rolling-updates",
    );
  });
});
