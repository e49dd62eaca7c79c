import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { replayAll, type Verdict } from "../kinds/kubectl.ts";

const scenarios: readonly unknown[] = gunzipSync(readFileSync(new URL("./scenarios.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** How many of the recorded commands of each kind agree, and of how many; a change that lowers one has broken something. */
const AGREED: Readonly<Record<string, readonly [number, number]>> = {
  get: [156, 185],
  apply: [39, 54],
  rollout: [31, 31],
  describe: [30, 38],
  scale: [8, 9],
  wait: [9, 10],
  set: [10, 10],
  annotate: [4, 4],
  events: [0, 1],
  expose: [4, 4],
  autoscale: [1, 1],
  delete: [26, 27],
  label: [10, 10],
  patch: [9, 13],
  create: [39, 40],
  run: [5, 7],
  logs: [2, 2],
  replace: [5, 5],
  top: [2, 2],
  explain: [4, 12],
  frobnicate: [1, 1],
  auth: [6, 8],
  cordon: [4, 4],
  taint: [8, 8],
  drain: [6, 6],
  exec: [1, 1],
  uncordon: [2, 2],
  diff: [3, 3],
  edit: [3, 3],
  "api-resources": [4, 5],
  version: [1, 2],
  "cluster-info": [1, 1],
  "api-versions": [1, 1],
  options: [0, 1],
};

describe("recorded commands", () => {
  const verdicts: Verdict[] = [];
  beforeAll(() => {
    verdicts.push(...replayAll(scenarios));
  }, 300_000);

  it.each(Object.entries(AGREED))("agree for kubectl %s", (verb, [agreed, of]) => {
    const own = verdicts.filter((verdict) => verdict.case.split(" ")[2] === verb);
    expect(own).toHaveLength(of);
    const count = own.filter(({ agree }) => agree === true).length;
    expect(count, `run "npm run --silent oracle -- kubectl …" to see which differ`).toBeGreaterThanOrEqual(agreed);
  });

  it("are all counted", () => {
    const counted = Object.values(AGREED).reduce((sum, [, of]) => sum + of, 0);
    expect(counted).toBe(verdicts.length);
  });
});

it("notices a changed answer, and replays commands without any", () => {
  const [first] = scenarios as readonly { readonly name: string; readonly files: object; readonly steps: readonly object[] }[];
  const [pods] = first!.steps;
  const changed = { ...first, steps: [{ ...pods, stdout: "web-1\n" }] };
  expect([...replayAll([changed])].map(({ agree }) => agree)).toEqual([false]);
  const bare = { ...first, steps: [{ argv: ["get", "pods"] }] };
  const [verdict] = [...replayAll([bare])];
  expect(verdict).toMatchObject({ agree: null, actual: { exit: 0, stderr: "No resources found in default namespace.\n" } });
});
