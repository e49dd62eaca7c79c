/** What `npm run oracle` does: reads recorded cases, has a kind replay them, prints one JSON line a case and a sum. */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { bundle } from "./bundle.mjs";
import { parseOptions } from "./options.mjs";
import { installPackages } from "./packages.mjs";
import { inProject } from "./project.mjs";
import { Refusal } from "./refusal.mjs";

const help = `npm run --silent oracle -- KIND FILE…

Replays recorded cases (JSON lines, plain or .gz, also with the expected fields removed) of one kind.
Prints {case, agree, actual, expected?} for each and {kind, cases, agree} as the last line.
`;

const kindsFolder = "test/oracles/kinds";

function readCases(file) {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Refusal(`${file} cannot be read (${error.code}): give files of recorded cases.`);
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const lines = (isGzip ? gunzipSync(bytes) : bytes).toString("utf8").split("\n");
  return lines.flatMap((line, index) => (line.trim() === "" ? [] : [parseLine(line, `${file}, line ${index + 1}`)]));
}

function parseLine(line, where) {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Refusal(`${where} is not JSON: ${error.message}.`);
  }
}

const nameOf = (recorded, index) => recorded.id ?? recorded.name ?? recorded.group ?? recorded.seed ?? index;

/** A case that makes ours throw is a case that does not agree; the others still count. */
async function replayOne(replay, recorded) {
  try {
    return await replay(recorded);
  } catch (error) {
    return { agree: false, actual: null, error: String(error?.stack ?? error) };
  }
}

async function* verdicts({ replay, replayAll }, cases) {
  if (replayAll !== undefined) return yield* await replayAll(cases);
  for (const recorded of cases) yield await replayOne(replay, recorded);
}

async function loadKind(kind) {
  const kinds = readdirSync(inProject(kindsFolder))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".ts".length));
  if (kind === undefined) throw new Refusal(`Name a kind and at least one file; the kinds are ${kinds.join(", ")}.`, 2);
  if (!kinds.includes(kind)) throw new Refusal(`There is no kind "${kind}"; the kinds are ${kinds.join(", ")}.`, 2);
  await installPackages();
  return import(await bundle(`${kindsFolder}/${kind}.ts`));
}

/**
 * Replays the files named on the command line; differences are the result, not a failure.
 * @throws Refusal of status 2 for an unknown kind or no file, of status 1 for a file that cannot be read.
 */
export async function oracle() {
  const [kind, ...files] = parseOptions(help, {}, { allowPositionals: true }).positionals;
  const replayer = await loadKind(kind);
  if (files.length === 0) throw new Refusal("Name at least one file of recorded cases.", 2);
  let cases = 0;
  let agree = 0;
  for (const file of files) {
    const recorded = readCases(file);
    let index = 0;
    for await (const verdict of verdicts(replayer, recorded)) {
      const line = { case: nameOf(recorded[index] ?? {}, index), ...verdict };
      process.stdout.write(`${JSON.stringify(line)}\n`);
      index += 1;
      cases += 1;
      if (verdict.agree === true) agree += 1;
    }
  }
  process.stdout.write(`${JSON.stringify({ kind, cases, agree })}\n`);
}
