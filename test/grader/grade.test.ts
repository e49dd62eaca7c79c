import "./fixtures/register.ts";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pupil, syntheticClass } from "./class.ts";
import { type GradingPlace, gradingPlace, saidAndMeant } from "./graded.ts";
import { type Taught, taughtShop } from "./taught.ts";

let place: GradingPlace;
let taught: Taught;
let pupils: readonly Pupil[];

beforeAll(async () => {
  place = await gradingPlace();
  taught = await taughtShop();
  pupils = syntheticClass(taught, 24);
});
afterAll(() => place.remove());

/** Every file below a folder with its content, but for the results' own folder. */
function filesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => /\.(html|csv|xml|jsonl?)$/.test(name));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

describe("a class", { timeout: 300_000 }, () => {
  it("gets the marks that it must get, and loses nobody", async () => {
    const { results, status, err } = await place.grade([place.handIn("class", pupils)]);
    expect(results).toHaveLength(pupils.length);
    for (const [index, pupil] of pupils.entries()) {
      const { said, meant, total } = saidAndMeant(pupil, results[index]);
      expect(said).toEqual(meant);
      expect(total).toBeCloseTo(Object.values(pupil.points).reduce((sum, each) => sum + each, 0));
    }
    const refused = pupils.filter(({ status }) => status === "refused").length;
    expect(status).toBe(refused > 0 ? 1 : 0);
    expect(err).toContain(`${pupils.length - refused} graded`);
  });

  it("comes to the same bytes with one job, in two parts, and taken up again", async () => {
    const whole = filesBelow(join(place.folder, "out"));
    const few = pupils.slice(0, 4);
    const some = place.handIn("some", few);
    const first = await place.grade([some], { out: join(place.folder, "one"), jobs: 1 });
    const one = filesBelow(join(place.folder, "one"));
    const out = join(place.folder, "parts");
    const parts = [];
    for (const part of [1, 2]) parts.push(await place.grade([some], { out, shard: { part, of: 2 } }));
    const again = await place.grade([some], { out });
    expect(again.out).toBe(first.out);
    expect(parts.flatMap((each) => each.out.trimEnd().split("\n")).sort()).toEqual(
      first.out.trimEnd().split("\n").sort(),
    );
    const merged = filesBelow(out);
    for (const [name, text] of Object.entries(one)) expect([name, merged[name]]).toEqual([name, text]);
    for (const name of Object.keys(one).filter((each) => each.startsWith("feedback")))
      expect(whole[name]).toBe(one[name]);
  });

  it("keeps what is done when it is stopped, and goes on from there", async () => {
    const stop = new AbortController();
    const out = join(place.folder, "stopped");
    const path = join(place.folder, "some");
    const running = place.grade([path], { out, jobs: 1, stop: stop.signal });
    const results = join(out, "results");
    await expect.poll(() => kept(results).length, { timeout: 200_000 }).toBeGreaterThan(0);
    stop.abort();
    await expect(running).rejects.toThrow(/^Stopped: \d of 4 notebooks are graded and kept in .*goes on from there\.$/);
    const before = Object.fromEntries(kept(results).map((name) => [name, readFileSync(join(results, name), "utf8")]));
    expect(kept(results).length).toBeLessThan(4);
    const { out: lines } = await place.grade([path], { out });
    expect(lines).toBe((await place.grade([path], { out: join(place.folder, "one") })).out);
    for (const [name, text] of Object.entries(before)) expect(readFileSync(join(results, name), "utf8")).toBe(text);
  });

  it("says so when results can't be written", async () => {
    const out = join(place.folder, "full");
    mkdirSync(join(out, "results"), { recursive: true });
    // Nothing can be put into the place of a folder: what the system says differs from a full disk in its code alone.
    const path = place.handIn("one-only", pupils.slice(0, 1));
    await place.grade([path], { out });
    const [name = ""] = kept(join(out, "results"));
    rmSync(join(out, "results", name));
    mkdirSync(join(out, "results", name));
    await expect(place.grade([path], { out })).rejects.toThrow(
      /can't be written, the system says E[A-Z]+: 0 of 1 .* goes on/,
    );
  });
});

const kept = (results: string): readonly string[] => {
  try {
    return readdirSync(results).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
};

describe("what can't be graded", { timeout: 120_000 }, () => {
  it("gets a result that says why, and stops nobody else", async () => {
    const path = place.handIn("odd", pupils.slice(0, 1));
    const put = (student: string, act: (file: string) => void): void => {
      mkdirSync(join(path, student));
      act(join(path, student, "90-shop.ipynb"));
    };
    put("a-link", (file) => symlinkSync("/etc/passwd", file));
    put("b-folder", (file) => mkdirSync(file));
    put("c-huge", (file) => {
      writeFileSync(file, "");
      truncateSync(file, 30_000_000);
    });
    put("d-empty", (file) => writeFileSync(file, ""));
    put("e-foreign", (file) =>
      writeFileSync(file, JSON.stringify({ cells: [], metadata: { orrery: { lesson: "77-none" } } })),
    );
    put("f-deep", (file) => writeFileSync(file, "[".repeat(200_000)));
    put("g-binary", (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1, 2])));
    put("h-locked", (file) => {
      writeFileSync(file, "{}");
      chmodSync(file, 0);
    });
    const { results, status, err } = await place.grade([path]);
    const said = Object.fromEntries(
      results.map(({ student, status, flags }) => [student, `${status}: ${flags[0] ?? ""}`]),
    );
    expect(said).toMatchObject({
      "a-link": expect.stringMatching(/^refused: it is a symbolic link/),
      "b-folder": expect.stringMatching(/^refused: it is a folder/),
      "c-huge": expect.stringMatching(/^refused: it has 30000000 bytes, more than/),
      "d-empty": expect.stringMatching(/^refused: the file is empty/),
      "e-foreign": expect.stringMatching(/^refused: it is a notebook of "77-none", a lesson that is not known here/),
      "f-deep": expect.stringMatching(/^refused: the file is not JSON/),
      "g-binary": expect.stringMatching(/^refused: the file is not JSON/),
      "h-locked": expect.stringMatching(/^refused: /),
      s000: "graded: ",
    });
    expect(status).toBe(1);
    expect(err).toMatch(/^1 graded, 8 could not be graded as they were handed in; /);
  });
});
