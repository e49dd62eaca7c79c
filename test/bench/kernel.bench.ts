import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtKernel } from "../kernel/built-kernel.ts";
import { JupyterClient } from "../kernel/jupyter-client.ts";

const CELLS = join(import.meta.dirname, "cells");
const TSLAB = join(import.meta.dirname, "../../node_modules/tslab/bin/tslab");
const STARTS = 7;
const TRIVIAL_CELLS = 200;
const LONG_CELLS = 60;
/** tslab loses a message near its 512th and the client waits for it; its cells are counted up to there. */
const YARDSTICK_CELLS = 60;

/** The n-th copy of a bench cell, its names made its own. */
function cell(file: string, n: number): string {
  return readFileSync(join(CELLS, file), "utf8")
    .trim()
    .replace(/([a-z])N\b/g, `$1${n}`)
    .replace(/\bN\b/g, String(n));
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

async function timed(client: JupyterClient, code: string): Promise<number> {
  const start = performance.now();
  await client.execute(code);
  return performance.now() - start;
}

/** Median of several starts, from the start of the process to the first cell's reply and idle. */
async function firstCell(argv: readonly string[], starts: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < starts; index++) {
    const start = performance.now();
    const client = await JupyterClient.start(argv);
    await client.execute("1 + 1");
    times.push(performance.now() - start);
    await client.close();
  }
  return quantile(times, 0.5);
}

async function cells(argv: readonly string[], trivial: number, long: number) {
  const client = await JupyterClient.start(argv);
  await client.execute("1 + 1");
  const short: number[] = [];
  for (let n = 0; n < trivial; n++) short.push(await timed(client, cell("trivial.ts", n)));
  const lines: number[] = [];
  for (let n = 0; n < long; n++) lines.push(await timed(client, cell("eleven-lines.ts", n)));
  await client.close();
  return { short, lines };
}

/**
 * Figures of the notebook kernel, in milliseconds, and of tslab beside it, driven by the same client. Every figure is
 * taken with types checked unless its name says otherwise.
 */
export default async function kernelBench(): Promise<Record<string, number>> {
  const ours = [process.execPath, await builtKernel(), "{connection_file}"];
  const figures: Record<string, number> = {
    kernelFirstCellUncheckedMs: await firstCell([...ours, "--unchecked"], STARTS),
    kernelFirstCellCheckedMs: await firstCell(ours, STARTS),
  };
  const { short, lines } = await cells(ours, TRIVIAL_CELLS, LONG_CELLS);
  figures.kernelTrivialCellMedianMs = quantile(short, 0.5);
  figures.kernelTrivialCellP95Ms = quantile(short, 0.95);
  figures.kernelElevenLinesAfter200MedianMs = quantile(lines, 0.5);
  figures.kernelElevenLinesAfter200P95Ms = quantile(lines, 0.95);
  if (existsSync(TSLAB)) {
    const tslab = [process.execPath, TSLAB, "kernel", "--config-path", "{connection_file}"];
    figures.tslabFirstCellMs = await firstCell(tslab, 3);
    const yardstick = await cells(tslab, YARDSTICK_CELLS, YARDSTICK_CELLS);
    figures.tslabTrivialCellMedianMs = quantile(yardstick.short, 0.5);
    figures.tslabTrivialCellP95Ms = quantile(yardstick.short, 0.95);
    figures.tslabElevenLinesAfter60MedianMs = quantile(yardstick.lines, 0.5);
    figures.tslabElevenLinesAfter60P95Ms = quantile(yardstick.lines, 0.95);
  }
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)]));
}

/** DESIGN section 9. */
export const budgets: Readonly<Record<string, string>> = {
  kernelFirstCellUncheckedMs: "< 229",
  kernelFirstCellCheckedMs: "≤ 300",
  kernelTrivialCellMedianMs: "≤ 2",
  kernelTrivialCellP95Ms: "≤ 6",
  kernelElevenLinesAfter200MedianMs: "≤ 10",
  kernelElevenLinesAfter200P95Ms: "≤ 20",
};
