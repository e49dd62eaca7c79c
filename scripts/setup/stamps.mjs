/** Stamps: a small file that says for which inputs a step was done, so that a second start skips it. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** SHA-256 over the given texts, hexadecimal; the texts' bounds count. */
export function hashTexts(texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest("hex");
}

/** Files below a folder whose name passes `wanted`, sorted by path, without node_modules. */
export function filesBelow(folder, wanted) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.includes("node_modules"))
    .sort();
}

/** SHA-256 over paths and contents of files. */
export const hashFiles = (paths) => hashTexts(paths.flatMap((path) => [path, readFileSync(path)]));

/** Whether the stamp at `path` was left for this key. */
export function isStamped(path, key) {
  return existsSync(path) && readFileSync(path, "utf8") === key;
}

/** Leaves a stamp. */
export function writeStamp(path, key) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, key);
}
