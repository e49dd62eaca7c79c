/** The rules of style that a machine can hold: first each rule on small texts, then all of them on the repository. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportComments, header } from "./tidy/comments.ts";
import { determinism } from "./tidy/determinism.ts";
import { emptyWords, kebabCase } from "./tidy/names.ts";
import { repeats } from "./tidy/repeats.ts";
import { fileSize, functionSize } from "./tidy/size.ts";
import { type Finding, readSource, repositoryFiles, type Source, sourceOf } from "./tidy/source.ts";
import { traces } from "./tidy/traces.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join("\n");

type Rule = (source: Source) => Finding[];
const perFile: readonly Rule[] = [fileSize, functionSize, determinism, header, exportComments, emptyWords, kebabCase];

describe("each rule says what is wrong and what to write instead", () => {
  const cases: readonly [rule: Rule, path: string, text: string, found: readonly string[]][] = [
    [fileSize, "sim/a.ts", lines(401, "f();"), ["sim/a.ts: 401 lines, at most 400; split it into one concept a file"]],
    [fileSize, "sim/a.ts", `const table = [\n${lines(500, "  1,")}\n];`, []],
    [
      functionSize,
      "sim/a.ts",
      `f();\nfunction g() {\n${lines(69, "  f();")}\n}`,
      ["sim/a.ts:2: a function of 71 lines, at most 70; give each rule a function of its own"],
    ],
    [functionSize, "sim/a.test.ts", `describe("x", () => {\n${lines(90, "  f();")}\n});`, []],
    [determinism, "sim/a.ts", "const t = Date.now();", ["sim/a.ts:1: Date: take the time from the clock of sim/time"]],
    [
      determinism,
      "views/a.ts",
      "Math.sin(Math.PI) + Math.floor(1)",
      ["views/a.ts:1: Math.sin: engines differ in its last bit; use an integer table"],
    ],
    [
      determinism,
      "shell/a.ts",
      "a.localeCompare(b)",
      ["shell/a.ts:1: localeCompare: compare and format by code units"],
    ],
    [
      determinism,
      "lessons/a.ts",
      "async function f() {}",
      ["lessons/a.ts:1: async: write it synchronously: an answer comes back as an event"],
    ],
    [determinism, "sim/a.ts", "for (const process of all) use(process, { document: 1 }, x.window);", []],
    [determinism, "kernel/a.ts", "console.log(Date.now())", []],
    [header, "sim/a.ts", "/**\n * One.\n * Two.\n * Three.\n */\n", []],
    [exportComments, "sim/a.ts", "/** A. */\nexport const a = 1;\nexport const c = 1;\nfunction b() {}", []],
    [
      exportComments,
      "sim/a.ts",
      "f();\nexport const a = 1;",
      ["sim/a.ts:2: an export without a doc comment; say in a sentence what it is, then why"],
    ],
    [
      emptyWords,
      "sim/a.ts",
      "class PodHelper {}",
      ['sim/a.ts:1: "helper" in PodHelper says nothing; name it for what it does, in the field\'s words'],
    ],
    [emptyWords, "sim/a.ts", "const metadata = 1, baseline = 2, controllerManager = 3;", []],
    [emptyWords, "sim/a.ts", "interface IPod {}", ["sim/a.ts:1: an interface with the prefix I; drop it"]],
    [kebabCase, "sim/sortedMap.ts", "", ["sim/sortedMap.ts: not in kebab-case; write sorted-map.ts"]],
    [kebabCase, "sim/sorted-map.test.ts", "", []],
  ];
  it.each(cases.map((each, index) => [index, each[0].name, ...each] as const))(
    "%i: %s",
    (_index, _name, rule, path, text, found) => {
      expect(rule(sourceOf(path, text))).toEqual(found);
    },
  );

  it("names a missing or short header", () => {
    expect(header(sourceOf("sim/a.ts", "const a = 1;"))[0]).toMatch(
      /^sim\/a.ts:1: no header; open with a doc comment of 3 to 8 lines/,
    );
    expect(header(sourceOf("sim/a.ts", "/** One. */"))[0]).toMatch(/^sim\/a.ts:1: a header of 1 line;/);
  });

  it("finds repeated lines whatever their spaces, and not imports or brackets", () => {
    const block = ["a(1);", "b(2);", "c(3);", "d(4);", "e(5);", "f(6);"];
    const first = sourceOf("sim/a.ts", block.join("\n"));
    const again = sourceOf("sim/b.ts", `x();\n${block.map((line) => `   ${line}\n`).join("\n")}`);
    expect(repeats([first, again])).toEqual([
      "sim/b.ts:2: the same 6 lines as sim/a.ts:1; give them one place and call it",
    ]);
    const imports = lines(9, 'import { a } from "./a.ts";\n}');
    expect(repeats([sourceOf("sim/a.ts", imports), sourceOf("sim/b.ts", imports)])).toEqual([]);
  });

  it("finds unfinished work, switched-off tests, paths of a machine and registry hosts", () => {
    const text = [
      "// TO" + "DO later",
      "it.sk" + "ip('x')",
      'open("/ro' + 'ot/x")',
      "https://py" + "pi.org/x",
      "work/00-tour.ipynb",
    ].join("\n");
    expect(traces("a.md", text).map((finding) => finding.split(":")[1])).toEqual(["1", "2", "3", "4"]);
  });
});

describe("the repository", () => {
  const files = repositoryFiles(root);
  const sources = files.filter((path) => /\.[cm]?[jt]s$/.test(path)).map((path) => readSource(root, path));
  const texts = files.filter((path) => /\.([cm]?[jt]s|json|md|ya?ml|ipynb|lock|in|txt|html|css)$|^\.ci\//.test(path));

  it.each(perFile.map((rule) => [rule.name, rule] as const))("keeps %s", (_name, rule) => {
    expect(sources.flatMap(rule)).toEqual([]);
  });

  it("says nothing twice", () => {
    expect(repeats(sources)).toEqual([]);
  });

  it("holds no unfinished work and no trace of a machine", () => {
    expect(texts.flatMap((path) => traces(path, readFileSync(`${root}/${path}`, "utf8")))).toEqual([]);
  });
});
