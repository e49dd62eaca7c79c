/** Command-line options with one behaviour for all scripts: `--help` prints the text, a wrong option is status 2. */
import { parseArgs } from "node:util";
import { Refusal } from "./refusal.mjs";

/**
 * Parses the arguments; prints `help` and ends the process on `--help`.
 * @throws Refusal of status 2 that names the wrong option.
 */
export function parseOptions(help, options, { allowPositionals = false } = {}) {
  const all = { ...options, help: { type: "boolean" } };
  let parsed;
  try {
    parsed = parseArgs({ options: all, allowPositionals });
  } catch (error) {
    throw new Refusal(`${error.message.split(". ")[0]}: --help lists what there is.`, 2);
  }
  if (parsed.values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  return parsed;
}
