import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { replay } from "../kinds/etcd.ts";

interface Recorded {
  readonly seed: number;
  readonly ops: readonly Readonly<Record<string, unknown>>[];
}

const file = new URL("./etcd-sequences.jsonl.gz", import.meta.url);
const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
const sequences = lines.map((line) => JSON.parse(line) as Recorded);

/** The sequence as a stranger would hand it in: questions without answers. */
function questions({ seed, ops }: Recorded): Recorded {
  const asked = ops.map((op) => Object.fromEntries(Object.entries(op).filter(([name]) => !/^(resp|err|watch)$/.test(name))));
  return { seed, ops: asked };
}

describe("recorded sequences of etcd 3.7.3", () => {
  test("agree without a difference, at least nine in ten", () => {
    const different = sequences.filter((sequence) => replay(sequence).agree !== true);
    const seeds = different.map(({ seed }) => seed);
    expect(seeds.length, `sequences that differ: ${seeds.join(", ")}`).toBeLessThanOrEqual(sequences.length / 10);
  });

  test("are answered the same when only the questions are given", () => {
    for (const sequence of sequences) {
      const { agree, actual } = replay(questions(sequence));
      expect(agree).toBeNull();
      expect((actual as Recorded).ops).toEqual((replay(sequence).actual as Recorded).ops);
    }
  });

  test("a wrong answer is seen", () => {
    const [first] = sequences;
    const at = first!.ops.findIndex((op) => "resp" in op);
    const ops = first!.ops.with(at, { ...first!.ops[at], resp: { header_revision: 999 } });
    expect(replay({ ...first, ops }).agree).toBe(false);
  });
});
