import { describe, expect, test } from "vitest";
import { bakedTypes } from "../build.mjs";
import { compileCell } from "../compile/cell.ts";
import type { CellSource, TypeProblem } from "./protocol.ts";
import { TypesService } from "./service.ts";

const NO_COMMANDS = { line: new Set<string>(), cell: new Set<string>() };
let serial = 0;

function source(code: string): CellSource {
  const cell = compileCell(code, NO_COMMANDS);
  if (cell.kind === "refused") throw new Error(cell.message);
  return { serial: ++serial, text: cell.typeText, declared: cell.names.declared, augments: cell.names.augments };
}

function notebook(): { check: (code: string) => TypeProblem[]; service: TypesService } {
  const service = new TypesService(bakedTypes());
  service.start(import.meta.dirname, [
    { fileName: "/orrery/globals.d.ts", text: 'declare const sky: import("./sky.ts").Sky;' },
    { fileName: "/orrery/sky.d.ts", text: "export interface Sky { readonly stars: number }" },
    { fileName: "/orrery/index.d.ts", text: 'export * from "./sky.js";' },
  ]);
  return { service, check: (code) => service.check(source(code)) };
}

const codesOf =
  (check: (code: string) => TypeProblem[]) =>
  (...cells: string[]) =>
    cells.map((code) => check(code).map((problem) => problem.code));

describe("types across cells", () => {
  const { check } = notebook();
  const codes = codesOf(check);

  test("values, types, classes, enums, functions, generics", () => {
    expect(
      codes(
        "const a = 1; interface P<T> { x: T }\nclass C<T> { constructor(readonly v: T) {} }\nenum E { A }",
        "const p: P<number> = { x: a }; new C(p).v.x + E.A",
      ),
    ).toEqual([[], []]);
    expect(codes("const p2: P<string> = { x: a }")).toEqual([[2322]]);
  });

  test("a let keeps its type, a const stays constant", () => {
    expect(codes("let q = 's'; const k = 1", "q = 't'", "q = 4", "k = 2", "q++")).toEqual([
      [],
      [],
      [2322],
      [2588],
      [2356],
    ]);
  });

  test("a cell with errors is not known, and does not hide the name's last good type", () => {
    expect(codes("const good = 1", "const good: number = 'x'", "good.toFixed()")).toEqual([[], [2322], []]);
  });

  test("a name can be declared again with another type", () => {
    expect(codes("const again = 1", "const again = 'x'", "again.length", "again.toFixed()")).toEqual([
      [],
      [],
      [],
      [2551],
    ]);
  });

  test("globals, and the package by its name", () => {
    expect(
      codes("sky.stars + 1", "sky.moons", "import type { Sky } from 'kube-orrery'; const s: Sky = sky", "s.stars"),
    ).toEqual([[], [2339], [], []]);
  });
});

describe("what a cell may name besides", () => {
  const { check, service } = notebook();
  const codes = codesOf(check);

  test("packages with types, without, and missing ones", () => {
    expect(
      codes("import { parse } from 'yaml'; const y: number = parse('1')", "import x from 'no-such-package'"),
    ).toEqual([[], [2307]]);
    expect(codes("import { readFileSync } from 'node:fs'; const text: string = readFileSync('x', 'utf8')")).toEqual([
      [],
    ]);
  });

  test("destructuring, top-level await, using, an augmentation of the global scope", () => {
    expect(
      codes("const { d, ...rest } = { d: 1, e: 'x' }; const w = await Promise.resolve(2)", "d + w + rest.e.length"),
    ).toEqual([[], []]);
    expect(codes("using r = { [Symbol.dispose]() {} }")).toEqual([[]]);
    expect(codes("declare global { var shared: number }\nglobalThis.shared = 1", "shared.toFixed()")).toEqual([[], []]);
  });

  test("offsets are those of the cell", () => {
    expect(check("const fine = 1\nconst n: string = fine")).toMatchObject([{ start: 21, end: 22 }]);
  });

  test("completions and documentation across cells", () => {
    check("/** Counts. */\nconst documented = { inner: 1 }");
    expect(service.complete("foo(documented.", 15).entries.map(({ name }) => name)).toEqual(["inner"]);
    expect(service.complete("docum", 5).entries[0]).toEqual({ name: "documented", kind: "const" });
    expect(service.inspect("documented", 4)).toEqual({
      signature: "const documented: {\n    inner: number;\n}",
      documentation: "Counts.",
    });
  });
});

test("a chain of 600 cells, each using the one before, is checked without an error", () => {
  const { check } = notebook();
  check("const z0 = { n: 0 }");
  for (let n = 1; n <= 600; n++) expect(check(`const z${n} = { n: z${n - 1}.n + 1, last: ${n} }`)).toEqual([]);
  expect(check("z600.last.toFixed(); z600.nothing")).toMatchObject([{ code: 2339 }]);
}, 60_000);
