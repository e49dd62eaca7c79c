import { expect, test } from "vitest";
import type { Container } from "../api/kinds/container.ts";
import type { Io } from "../time/component.ts";
import { SortedMap } from "../time/sorted-map.ts";
import { Table } from "../time/table.ts";
import { behaviourOf } from "./behaviour.ts";
import type { ContainerRow } from "./cri.ts";
import { appendLog, forgetLog, logLines } from "./logs.ts";

const second = 1_000_000;
const nowhere = { address: "", variables: new Map<string, string>() };

/** As much of a process as the log needs: a clock and its tables. */
function world() {
  const lines = new SortedMap<unknown>();
  const counts = new Table<unknown>();
  const io = { now: 0, sorted: () => lines, table: () => counts };
  return { io: io as unknown as Io & { now: number }, lines, counts };
}

function looped(script: string): Container {
  return { name: "main", image: "busybox", command: ["sh", "-c", script] };
}

function rowOf(container: Container, more: Partial<ContainerRow> = {}): ContainerRow {
  const times = { startedAt: 0, finishedAt: 0, exitCode: 0, reason: "" } as const;
  const behaviour = behaviourOf(container);
  return { id: "c1", image: "busybox", state: "running", ...times, attempt: 0, behaviour, stopping: false, ...more };
}

test.each([10, 1_999, 2_000, 2_001, 3_600, 100_000])(
  "after %s s the newest line of an endless loop is there",
  (age) => {
    const { io } = world();
    const container = looped("echo first; while true; do echo hi; sleep 1; done");
    io.now = age * second;
    const lines = logLines(io, container, rowOf(container), nowhere);
    expect(lines.at(-1)).toEqual({ at: age * second, text: "hi" });
    expect(lines.length).toBe(Math.min(age + 2, 2_000));
    expect(lines[0]?.text).toBe(age < 1_999 ? "first" : "hi");
    for (const [index, { at }] of lines.slice(-1_000).entries())
      if (age > 1_000) expect(at).toBe((age - 999 + index) * second);
  },
);

test("rounds of several lines, an unfinished one at the end, and the time in each", () => {
  const { io } = world();
  const container = looped("while true; do echo a $(date); sleep 3; echo b; sleep 2; done");
  io.now = 50_003 * second;
  const lines = logLines(io, container, rowOf(container), nowhere);
  expect(lines).toHaveLength(2_000);
  expect(lines.at(-1)).toEqual({ at: 50_003 * second, text: "b" });
  expect(lines.at(-2)?.text).toMatch(/^a \d{4}-\d\d-\d\d 22:53:20 UTC$/);
});

test("a loop that has ended shows its last lines for ever", () => {
  const { io } = world();
  const container = looped("while true; do echo hi; sleep 1; done");
  io.now = 100_000 * second;
  const row = rowOf(container, { state: "exited", finishedAt: 5_000 * second });
  expect(logLines(io, container, row, nowhere).at(-1)?.at).toBe(5_000 * second);
});

test("added lines are kept up to two thousand, the newest ones, and forgotten with their container", () => {
  const { io, lines, counts } = world();
  const container: Container = { name: "main", image: "unknown" };
  for (let number = 0; number < 5_000; number++) {
    io.now = number;
    appendLog(io, "c1", `GET /${number}`);
    if (number < 3) appendLog(io, "c10", "other");
  }
  const texts = logLines(io, container, rowOf(container), nowhere).map(({ text }) => text);
  expect(texts).toEqual(Array.from({ length: 2_000 }, (_, index) => `GET /${index + 3_000}`));
  forgetLog(io, "c1");
  expect([...lines.range("")].map(([, line]) => (line as { text: string }).text)).toEqual(["other", "other", "other"]);
  expect(counts.get("c1")).toBeUndefined();
});

test.each([
  ['echo "A=$A ${B:-none} $HOSTNAME"', ["A=1 none web-0"]],
  ["echo '$A' \\$A \"\\$A\"", ["$A $A $A"]],
  ["A=5; echo $A; echo a > /tmp/x; echo b >&2; echo c | tee /x; echo d | wc -l", ["5", "b", "c"]],
  ["echo $(A)", ["1"]],
  ["echo one && echo 'two; three' || echo never", ["one", "two; three"]],
  ["echo -n x; printf 'a\\nb\\n'", ["x", "a", "b"]],
  ["wget -qO- http://web", ["wget: not run by itself in this simulation; run it with kubectl exec"]],
])("sh -c %j prints %j", (script, expected) => {
  const { io } = world();
  const variables = new Map([
    ["A", "1"],
    ["HOSTNAME", "web-0"],
  ]);
  io.now = second;
  const container = looped(script);
  const lines = logLines(io, container, rowOf(container), { address: "", variables });
  expect(lines.map(({ text }) => text)).toEqual(expected);
});
