import { describe, expect, it } from "vitest";
import { releaseToken } from "../lessons/engine/release-token.ts";
import { seedOf } from "../lessons/engine/seeds.ts";
import type { GradedLesson } from "./graded-lesson.ts";
import { identify } from "./identity.ts";

const key = "a key that is long enough";
const lesson = { slug: "01-x", version: "v1" } as GradedLesson;
const tokenOf = (student: string, changes: object = {}, by = key) =>
  releaseToken({ lesson: "01-x", version: "v1", student, seed: seedOf("01-x", student, key), ...changes }, by);
const who = (
  name: string,
  token: string | undefined,
  course = { key, isPlain: false } as Parameters<typeof identify>[2],
) => identify({ name, student: undefined, token }, lesson, course);
const seed = (student: string) => seedOf("01-x", student, key);

describe("whose notebook it is", () => {
  it.each([
    ["alice/01-x.ipynb", "alice"],
    ["submitted/alice/01-x/01-x.ipynb", "alice"],
    ["alice.ipynb", "alice"],
    ["Alice Jones_alice_77_assignsubmission_file/01-x.ipynb", "alice"],
    ["01-x.ipynb", "alice"],
    ["submission/01-x.ipynb", "alice"],
  ])("%s with alice's token is alice's", (name, student) => {
    expect(who(name, tokenOf("alice"))).toEqual({ student, seed: seed(student), flags: [] });
  });

  it("is that of whom the file is for, if the token is somebody else's", () => {
    const { student, seed: graded, flags } = who("bob/01-x.ipynb", tokenOf("alice"));
    expect([student, graded]).toEqual(["bob", seed("bob")]);
    expect(flags).toEqual(["its release token is that of alice: it was graded as bob's own, on bob's variants"]);
    expect(who("alicebob/01-x.ipynb", tokenOf("alice")).student).toBe("alicebob");
  });

  it.each([
    ["forged", tokenOf("bob", {}, "another key altogether")],
    ["no token at all", "hello"],
    ["of another lesson", tokenOf("bob", { lesson: "02-y" })],
  ])("is flagged with a token that is %s, and graded on the student's own seed", (_, token) => {
    const found = who("bob/01-x.ipynb", token);
    expect([found.student, found.seed, found.flags.length]).toEqual(["bob", seed("bob"), 1]);
  });

  it("is flagged with a seed that the key does not give, and with another version", () => {
    expect(who("bob/01-x.ipynb", tokenOf("bob", { seed: "0".repeat(64) }))).toMatchObject({
      seed: seed("bob"),
      flags: [expect.stringMatching(/^the seed in its release token/)],
    });
    expect(who("bob/01-x.ipynb", tokenOf("bob", { version: "v0" })).flags).toEqual([
      "it was made from version v0 of the lesson, and graded by version v1",
    ]);
  });

  it("needs no token where notebooks were handed out without", () => {
    const plain = seedOf("01-x", "", "");
    expect(who("bob.ipynb", undefined, { key, isPlain: true })).toEqual({ student: "bob", seed: plain, flags: [] });
    expect(who("bob.ipynb", undefined, { key: undefined, isPlain: false })).toEqual({
      student: "bob",
      seed: plain,
      flags: [],
    });
    expect(who("bob.ipynb", undefined)).toMatchObject({
      seed: seed("bob"),
      flags: [expect.stringMatching(/no release token/)],
    });
  });
});
