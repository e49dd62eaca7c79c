/** Moving a served cluster's time by hand: commands on standard input, one a line. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type Cluster, formatInstant, parseDuration } from "../sim/index.ts";
import type { Output } from "./command.ts";

const usage = "write step [N], advance 10s, settle, back [N] or time";

/**
 * Does what a line says and tells where the cluster stands then, in one line. Throws a RangeError, in one sentence, for a
 * line that is no command or that the cluster can't follow.
 */
export function runCommand(cluster: Cluster, line: string): string {
  const started = cluster.now;
  const [name = "", word, ...rest] = line.trim().split(/\s+/);
  if (rest.length > 0) throw new RangeError(`${name} takes one word at most, not "${line.trim()}"`);
  let pending: readonly string[] = [];
  if (name === "step") cluster.step(count(name, word));
  else if (name === "back") cluster.back(count(name, word));
  else if (name === "advance") cluster.advance(duration(word));
  else if (name === "settle") pending = cluster.settle().pending;
  else if (name !== "time") throw new RangeError(`there is no command "${name}": ${usage}`);
  const wall = new Date(cluster.wallMs).toISOString().replace(/\.\d+Z$/, "Z");
  const moved = cluster.now - started;
  const by = moved < 0 ? `-${formatInstant(-moved)}` : formatInstant(moved);
  const left = pending.length === 0 ? "" : `; still pending: ${pending.join(", ")}`;
  return `step ${cluster.steps}, ${wall} (${by})${left}`;
}

function count(name: string, word: string | undefined): number {
  if (word === undefined) return 1;
  if (/^\d+$/.test(word)) return Number(word);
  throw new RangeError(`${name} takes a whole number of steps, not "${word}"`);
}

function duration(word: string | undefined): string {
  if (word === undefined) throw new RangeError("advance takes a duration: advance 10s");
  parseDuration(word);
  return word;
}

/** Runs the lines of a stream as they come, to its end; `moved` is called after each. Answers go out, complaints to err. */
export function takeCommands(input: Readable, cluster: Cluster, moved: () => void, output: Output): void {
  createInterface({ input }).on("line", (line) => {
    if (line.trim() === "") return;
    try {
      output.out(`${runCommand(cluster, line)}\n`);
    } catch (error) {
      output.err(`${(error as Error).message}.\n`);
    }
    moved();
  });
}
