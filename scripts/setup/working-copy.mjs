/**
 * The learner's own copy of the notebooks in `work/`: what they write there is never overwritten, and `git pull` never meets it.
 * A notebook that they have not touched follows the project's.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { inProject, local } from "./project.mjs";
import { filesBelow, hashTexts } from "./stamps.mjs";

const seededPath = join(local, "seeded.json");

/** Copies new and untouched notebooks to `work/` and returns that folder. */
export function seedWorkingCopy() {
  const source = inProject("notebooks");
  const target = inProject("work");
  const seeded = existsSync(seededPath) ? JSON.parse(readFileSync(seededPath, "utf8")) : {};
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, ".gitignore"), "*\n");
  for (const path of filesBelow(source, (name) => !name.startsWith("."))) {
    const name = relative(source, path);
    const copy = join(target, name);
    const content = readFileSync(path);
    const touched = existsSync(copy) && hashTexts([readFileSync(copy)]) !== seeded[name];
    if (touched) continue;
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, content);
    seeded[name] = hashTexts([content]);
  }
  mkdirSync(local, { recursive: true });
  writeFileSync(seededPath, JSON.stringify(seeded, null, 2));
  return target;
}
