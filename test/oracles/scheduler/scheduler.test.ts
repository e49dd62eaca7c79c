import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type FieldShare, replay } from "../kinds/scheduler.ts";

const lines = gunzipSync(readFileSync(new URL("./clusters.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n");

describe("recorded scheduling decisions", () => {
  const shares: Record<string, FieldShare> = {};
  for (const line of lines) {
    for (const [field, { agree, of }] of Object.entries(replay(JSON.parse(line)).fields)) {
      shares[field] ??= { agree: 0, of: 0 };
      shares[field].agree += agree;
      shares[field].of += of;
    }
  }

  it.each(Object.entries(shares).sort())("agrees on %s", (_field, { agree, of }) => {
    expect(agree).toBe(of);
  });

  it("covers every field", () => {
    expect(Object.keys(shares)).toEqual(
      expect.arrayContaining(["filter", "first", "choice", "feasible", "total", "best", "preempt", "fitError"]),
    );
  });

  it("notices a changed verdict, score or choice", () => {
    const changed = lines[0]!.replaceAll("Insufficient cpu", "Insufficient zeal");
    expect(replay(JSON.parse(changed)).agree).toBe(false);
    const cluster = JSON.parse(lines[0]!);
    cluster.results[0].total[cluster.results[0].best[0]] += 1;
    cluster.results[0].best = ["elsewhere"];
    const { fields } = replay(cluster);
    for (const field of ["total", "best", "choice"]) expect(fields[field]!.agree).toBe(fields[field]!.of - 1);
    expect(fields["raw.NodeResourcesFit"]!.agree).toBe(fields["raw.NodeResourcesFit"]!.of);
  });

  it("replays a cluster without its results too", () => {
    const { results, ...unsolved } = JSON.parse(lines[0]!) as { results: readonly { bound?: string }[] };
    const replayed = replay(unsolved);
    expect(replayed.agree).toBeNull();
    expect(replayed.actual.results.map(({ bound }) => bound)).toEqual(results.map(({ bound }) => bound));
  });
});
