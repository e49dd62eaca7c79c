import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { replayAll, type Verdict } from "../kinds/linux-netns.ts";

type Line = Readonly<Record<string, unknown>> & {
  readonly case?: string;
  readonly targetKind?: string;
  readonly unstable?: boolean;
};

function linesOf(name: string): readonly Line[] {
  const file = new URL(`./${name}.jsonl.gz`, import.meta.url);
  const text = gunzipSync(readFileSync(file)).toString("utf8").trim();
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

const required = 0.95;

/** At least this share of each family agrees; the message names those that do not. */
function requireShare(lines: readonly Line[], verdicts: readonly Verdict[], familyOf: (line: Line) => string): void {
  const families = new Map<string, Verdict[]>();
  for (const [index, line] of lines.entries()) {
    const family = families.get(familyOf(line)) ?? [];
    families.set(familyOf(line), family);
    if (line.unstable !== true) family.push(verdicts[index]!);
  }
  for (const [family, all] of families) {
    const different = all
      .filter(({ agree }) => agree !== true)
      .map((one) => `${one.case} (${one.different?.join(", ")})`);
    expect(different.length, `${family}: ${different.join("; ")}`).toBeLessThanOrEqual(all.length * (1 - required));
  }
}

const outcomes = ["result", "trace", "conntrack", "capture"];

function question(line: Line): Line {
  const rest = Object.fromEntries(Object.entries(line).filter(([name]) => !outcomes.includes(name)));
  if (!Array.isArray(line["flows"])) return rest;
  return { ...rest, flows: (line["flows"] as Line[]).map(question) };
}

describe("packets in real network namespaces of Linux 6.18", () => {
  const routing = linesOf("routing");
  const services = linesOf("kubeproxy-flows");

  test("plain routing: each kind of case agrees", () => {
    requireShare(routing, [...replayAll(routing)], (line) => line.case!);
  });

  test("kube-proxy's rules under traffic: each kind of flow agrees, with its trace", () => {
    requireShare(services, [...replayAll(services)], (line) => line.targetKind ?? "topology");
  });

  test("questions without answers are answered, and judged by nobody", () => {
    const asked = [...replayAll(routing.slice(0, 4).map(question)), ...replayAll(services.slice(0, 10).map(question))];
    expect(asked.filter(({ case: name }) => /-f|route/.test(name)).map(({ agree }) => agree)).toEqual(
      Array(13).fill(null),
    );
    expect(asked.every(({ actual }) => actual !== undefined)).toBe(true);
  });

  test("a wrong answer is seen", () => {
    const [topology, flow] = services;
    const wrong = { ...flow, result: { outcomes: ["timeout"], backends: [], seenSrc: [] } };
    expect([...replayAll([topology, wrong])][1]!.agree).toBe(false);
  });
});
