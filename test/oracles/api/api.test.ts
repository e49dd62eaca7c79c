import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { replayAll } from "../kinds/api.ts";

/** Steps of each group that agree with the recording, at least. Raise a figure when more do; never lower one unexplained. */
const AGREED: Readonly<Record<string, number>> = {
  discovery: 10,
  defaulting: 39,
  table: 1,
  validation: 34,
  patch: 28,
  apply: 19,
  lists: 33,
  watch: 14,
  concurrency: 19,
  "delete-gc": 24,
  subresources: 26,
};

it("answers recorded HTTP requests as the real API server did", () => {
  const file = new URL("requests.jsonl.gz", import.meta.url);
  const groups = gunzipSync(readFileSync(file)).toString().trim().split("\n");
  const agreed: Record<string, number> = {};
  for (const { case: name, agree } of replayAll(groups.map((line) => JSON.parse(line)))) {
    const group = name.slice(0, name.indexOf("/"));
    agreed[group] = (agreed[group] ?? 0) + (agree ? 1 : 0);
  }
  for (const [group, least] of Object.entries(AGREED)) expect(agreed[group], group).toBeGreaterThanOrEqual(least);
});

it("says what it does without the recorded answers, too", () => {
  const bare = [{ group: "lists", steps: [{ method: "GET", path: "/api/v1/namespaces/alpha" }] }];
  const [verdict] = [...replayAll(bare)];
  expect(verdict).toMatchObject({ case: "lists/0", agree: null, actual: { status: 200, response: { kind: "Namespace" } } });
});
