import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageFolder } from "./package-folder.ts";
import { run } from "./run.ts";

/** Runs a command line and gives its status and what it wrote. */
async function orrery(...words: string[]) {
  let out = "";
  let err = "";
  const status = await run(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

describe("orrery", () => {
  it("explains itself and its commands", async () => {
    expect(await orrery("--help")).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^orrery COMMAND.*\n {2}lessons {2}/s),
    });
    expect(await orrery("lessons", "--help")).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^orrery lessons COMMAND/),
    });
    expect(await orrery("lessons", "build", "-h")).toMatchObject({ status: 0, out: expect.stringMatching(/--check/) });
  });

  it.each([
    [[], "Name a command: grade, lessons, run, serve, install; --help explains them.\n"],
    [["serf"], 'There is no command "serf"; there are grade, lessons, run, serve, install.\n'],
    [["lessons"], "Name a command: build, check, new; --help explains them.\n"],
    [["lessons", "build", "--chek"], "Unknown option '--chek': --help lists what there is.\n"],
    [["lessons", "build", "x"], "Unexpected argument 'x': --help lists what there is.\n"],
  ] as const)("refuses %j in one sentence", async (words, err) => {
    expect(await orrery(...words)).toEqual({ status: 2, out: "", err });
  });
});

describe("orrery lessons build", () => {
  const lesson = "---\ntitle: One\nsummary: The first.\nminutes: 1\n---\n\n```ts\n1 + 1\n```\n";
  function folders(lessons: Readonly<Record<string, string>>) {
    const root = mkdtempSync(join(tmpdir(), "orrery-lessons-"));
    for (const [slug, text] of Object.entries(lessons)) {
      mkdirSync(join(root, "lessons", slug), { recursive: true });
      writeFileSync(join(root, "lessons", slug, "lesson.md"), text);
    }
    const to = join(root, "notebooks");
    return { to, words: ["lessons", "build", "--lessons", join(root, "lessons"), "--notebooks", to] };
  }

  it("writes a notebook for each lesson, and nothing when they are fresh", async () => {
    const { to, words } = folders({ "00-one": lesson, "01-two": lesson });
    expect(await orrery(...words)).toMatchObject({
      status: 0,
      out: expect.stringMatching(/wrote .*00-one.ipynb\nwrote .*01-two.ipynb\n$/),
    });
    expect(readdirSync(to)).toEqual(["00-one.ipynb", "01-two.ipynb"]);
    expect(await orrery(...words)).toEqual({ status: 0, out: "", err: "" });
    expect(await orrery(...words, "--check")).toEqual({ status: 0, out: "", err: "" });
  });

  it("--check names stale, missing and left-over notebooks, and writes nothing", async () => {
    const { to, words } = folders({ "00-one": lesson, "01-two": lesson });
    await orrery(...words);
    cpSync(join(to, "00-one.ipynb"), join(to, "09-old.ipynb"));
    writeFileSync(join(to, "00-one.ipynb"), "{}");
    const { status, err } = await orrery(...words, "--check");
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/compile to: 00-one.ipynb; run .*\n.*without a lesson: 09-old.ipynb/),
    ]);
    expect(readFileSync(join(to, "00-one.ipynb"), "utf8")).toBe("{}");
  });

  it("names file and line of every broken lesson", async () => {
    const broken = lesson.replace("```ts", "```ts hiden");
    const { words } = folders({ "00-one": broken, "01-two": broken, "02-three": lesson });
    const { status, err } = await orrery(...words);
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/^lessons\/00-one\/lesson.md:7: .*\nlessons\/01-two\/lesson.md:7: /),
    ]);
  });

  it("says so when there is nothing to build", async () => {
    const { words } = folders({});
    expect(await orrery(...words)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^There is no folder .*--lessons.\n$/),
    });
  });
});

it("the notebooks of the repository are what its lessons compile to", async () => {
  expect(packageFolder()).toBe(new URL("..", import.meta.url).pathname.replace(/\/$/, ""));
  expect(await orrery("lessons", "build", "--check")).toEqual({ status: 0, out: "", err: "" });
});
