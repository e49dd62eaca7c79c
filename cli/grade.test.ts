import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "orrery-grade-words-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
writeFileSync(at("a.ipynb"), "{}");
writeFileSync(at("short-key"), "guess me");
writeFileSync(at("key"), "a key that is long enough for a course");
mkdirSync(at("nothing"));

/** What the command says, and its exit status. */
async function grade(...words: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const write = (stream: keyof typeof said) => (text: string) => {
    said[stream] += text;
  };
  const status = await run(["grade", ...words], { out: write("out"), err: write("err") });
  return { status, ...said };
}

describe("orrery grade", () => {
  it("says what it takes", async () => {
    const { status, out } = await grade("--help");
    expect([status, out]).toEqual([
      0,
      expect.stringMatching(/^orrery grade PATH\.\.\.[\s\S]*--shard I\/N[\s\S]*Exit status/),
    ]);
  });

  it.each<[words: string[], says: RegExp]>([
    [[], /Name what to grade/],
    [[at("no-such")], /There is no file or folder .*no-such/],
    [[at("a.ipynb"), "--resume", "--fresh"], /--resume and --fresh say opposite things/],
    [[at("a.ipynb"), "--plain"], /--plain says something about a key/],
    [[at("a.ipynb"), "--jobs", "0"], /--jobs takes a whole number from 1 to 256, not 0/],
    [[at("a.ipynb"), "--jobs", "two"], /--jobs takes a whole number/],
    [[at("a.ipynb"), "--shard", "3/2"], /--shard takes a part and a number of parts, such as 2\/8, not 3\/2/],
    [[at("a.ipynb"), "--format", "pdf"], /--format takes json, .* and all, not "pdf"/],
    [[at("a.ipynb"), "--lesson", "77-none"], /There is no lesson 77-none with exercises; there are 01-whole-cluster/],
    [[at("a.ipynb"), "--nonsense"], /--nonsense/],
  ])("is wrongly used: %j", async (words, says) => {
    const { status, out, err } = await grade(...words);
    expect([status, out, err]).toEqual([2, "", expect.stringMatching(says)]);
  });

  it.each<[words: string[], says: RegExp]>([
    [[at("nothing")], /There is no notebook in .*nothing: notebooks end in \.ipynb/],
    [[at("a.ipynb"), "--key", at("no-key")], /There is no file .*no-key: write a long random text into it/],
    [[at("a.ipynb"), "--key", at("short-key")], /The key in .* has 8 characters: use a random text of at least 16/],
    [[at("a.ipynb"), "--out", at("key")], /can't be written, the system says E[A-Z]+: 0 of 1 notebooks are graded/],
  ])("can't do its work: %j", async (words, says) => {
    const { status, out, err } = await grade(...words);
    expect([status, out, err]).toEqual([1, "", expect.stringMatching(says)]);
  });

  it("prints a line a notebook, says what came of it, and ends with 1 where one could not be graded", async () => {
    const { status, out, err } = await grade(at("a.ipynb"), "--key", at("key"), "--out", at("out"), "--format", "csv");
    expect(JSON.parse(out)).toMatchObject({ status: "refused", file: "a.ipynb", points: 0 });
    expect(err).toMatch(/^0 graded, 1 could not be graded as they were handed in; /m);
    expect(status).toBe(1);
  });
});
