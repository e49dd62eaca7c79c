/** What `npm run bench` does: runs the benchmark files, prints a table beside the budgets, and one JSON object last. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { buildIfStale } from "../build.mjs";
import { bundle } from "./bundle.mjs";
import { parseOptions } from "./options.mjs";
import { installPackages } from "./packages.mjs";
import { inProject, project } from "./project.mjs";
import { Refusal } from "./refusal.mjs";
import { step } from "./steps.mjs";

const help = `npm run bench [-- NAME…]

Runs the benchmarks of test/bench (all, or the named ones) one after the other.
Prints a table of figures and budgets, and one JSON object of all figures as the last line.
`;

const folder = "test/bench";
const ending = ".bench.ts";
const mark = "orrery-bench ";

/** Runs in the benchmark's own process; ends it, so that a benchmark need not close what it opened. */
const runner = `
const bench = await import(process.argv[1]);
const result = { figures: await bench.default(), budgets: bench.budgets ?? {} };
process.stdout.write("\\n${mark}" + JSON.stringify(result) + "\\n", () => process.exit(0));
`;

function runOne(name, url) {
  const args = ["--expose-gc", "--enable-source-maps", "--input-type=module", "-e", runner, url];
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: project,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = stdout.split("\n").find((text) => text.startsWith(mark));
  if (status !== 0 || line === undefined) throw new Refusal(`The benchmark ${name} failed: read the lines above.`);
  return JSON.parse(line.slice(mark.length));
}

function table(rows) {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(([name, figure, budget]) => `${name.padEnd(widths[0])}  ${figure.padStart(widths[1])}  ${budget}`.trimEnd())
    .join("\n");
}

/** A figure with as many digits as mean something. */
const shown = (figure) => (Math.abs(figure) >= 100 ? figure.toFixed(0) : String(Number(figure.toPrecision(3))));

/**
 * Runs the benchmarks.
 * @throws Refusal of status 2 for an unknown name, of status 1 for a benchmark that fails.
 */
export async function bench() {
  const wanted = parseOptions(help, {}, { allowPositionals: true }).positionals;
  const all = existsSync(inProject(folder))
    ? readdirSync(inProject(folder))
        .filter((name) => name.endsWith(ending))
        .map((name) => name.slice(0, -ending.length))
    : [];
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Refusal(`There is no benchmark "${unknown}"; there are ${all.join(", ")}.`, 2);
  await installPackages();
  await buildIfStale();
  const figures = {};
  const rows = [["figure", "measured", "budget"]];
  for (const name of wanted.length > 0 ? wanted : all) {
    const url = await bundle(`${folder}/${name}${ending}`);
    const result = await step(`Measuring ${name}`, async () => runOne(name, url));
    for (const [figure, value] of Object.entries(result.figures)) {
      rows.push([`${name}.${figure}`, shown(value), result.budgets[figure] ?? ""]);
      figures[`${name}.${figure}`] = value;
    }
  }
  process.stdout.write(`${table(rows)}\n${JSON.stringify(figures)}\n`);
}
