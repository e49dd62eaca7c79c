import { describe, expect, it } from "vitest";
import { notebookText, readNotebook } from "./notebook-file.ts";

const notebook = (cells: unknown[], minor = 5) =>
  JSON.stringify({ cells, metadata: { b: 1, a: 2 }, nbformat: 4, nbformat_minor: minor });
const code = (source: unknown, outputs: unknown[] = []) => ({
  cell_type: "code",
  id: "x",
  metadata: { trusted: true },
  execution_count: null,
  outputs,
  source,
});

describe("notebook files", () => {
  it("texts are cut at the line ends that Python knows, and keys sorted", () => {
    const text = notebookText(readNotebook("n", notebook([code("a\r\nb\u2028c\rd\n")])));
    const read = JSON.parse(text);
    expect(read.cells[0]).toEqual({ ...code(["a\r\n", "b\u2028", "c\r", "d\n"]), metadata: {} });
    expect(text.indexOf('"a": 2')).toBeLessThan(text.indexOf('"b": 1'));
    expect(text.endsWith("}\n")).toBe(true);
  });

  it("text/…, SVG and JavaScript are kept as lines, other types as they are", () => {
    const data = {
      "text/html": "<a>\n</a>",
      "image/svg+xml": "<svg>\n",
      "image/png": "abc\n",
      "application/json": { a: 1 },
    };
    const parsed = readNotebook("n", notebook([code("1")]));
    parsed.cells[0]!.outputs = [{ output_type: "display_data", data, metadata: {} }];
    expect(JSON.parse(notebookText(parsed)).cells[0].outputs[0].data).toEqual({
      ...data,
      "text/html": ["<a>\n", "</a>"],
      "image/svg+xml": ["<svg>\n"],
    });
  });

  it("a notebook of an older minor version gets names for its cells", () => {
    const { cell_type, metadata, source } = code("1");
    const read = readNotebook("n", notebook([{ cell_type, metadata, source }], 2));
    expect([read.nbformat_minor, read.cells[0]?.id]).toEqual([5, "cell-1"]);
  });

  it.each([
    ["{", /^n is not a notebook, because it is not JSON: /],
    ["[]", /^n is not a notebook: it has no "cells"/],
    [JSON.stringify({ cells: [], nbformat: 3 }), /^n has nbformat 3: open it in JupyterLab/],
    [notebook([{ cell_type: "code" }]), /^n is not a notebook: its cell 1 /],
    [notebook([{ cell_type: "code", source: [1] }]), /^n is not a notebook: its cell 1 /],
  ])("refuses %s", (text, sentence) => {
    expect(() => readNotebook("n", text)).toThrow(sentence);
  });
});
