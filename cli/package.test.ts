import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { exercisesIn } from "../lessons/engine/registry.ts";
import { seedOf, variantSeed } from "../lessons/engine/seeds.ts";
import { makeVariant } from "../lessons/engine/variant.ts";
import { loadLessonCode } from "./lesson-code.ts";
import { packageFolder } from "./package-folder.ts";

const root = packageFolder();
const solved = readdirSync(join(root, "lessons")).filter((slug) =>
  existsSync(join(root, "lessons", slug, "solution.ts")),
);

function output(...words: readonly string[]): string {
  const [program = "", ...rest] = words;
  const { status, stdout, stderr } = spawnSync(program, rest, { cwd: root, encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  return stdout;
}

describe("what ships holds no solution", () => {
  it("there are solutions to hide", () => expect(solved).not.toEqual([]));

  it("nothing that is compiled", () => {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const { files } = JSON.parse(output(process.execPath, tsc, "-p", "lessons", "--showConfig")) as { files: string[] };
    expect(files.filter((file) => /checks\.ts$/.test(file))).not.toEqual([]);
    expect(files.filter((file) => /solution|fixtures/.test(file))).toEqual([]);
  });

  it("nothing of the package, which has every lesson's words", () => {
    const [{ files }] = JSON.parse(output("npm", "pack", "--dry-run", "--json", "--ignore-scripts")) as [
      { files: { path: string }[] },
    ];
    const paths = files.map(({ path }) => path);
    expect(paths.filter((path) => /solution/.test(path))).toEqual([]);
    for (const slug of solved) expect(paths).toContain(`lessons/${slug}/lesson.md`);
  });

  it.each(solved)("no file of the build, of %s", async (slug) => {
    const { solutions } = await loadLessonCode(join(root, "lessons", slug));
    // Names of wrong ways, and long lines of right ones, stand nowhere else; a build that is not there has nothing to hide.
    const names = Object.values(solutions).flatMap(({ wrong }) => Object.keys(wrong));
    const telling = names.filter((name) => name.length > 12).map((name) => JSON.stringify(name));
    expect(telling.length).toBeGreaterThan(5);
    const folder = join(root, "dist");
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
    const texts = files.filter((name) => /\.(?:js|mjs|json|map|d\.ts|txt|md)$/.test(name));
    expect(texts.filter((name) => /solution/.test(name))).toEqual([]);
    const holds = texts.filter((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return telling.some((words) => text.includes(words));
    });
    expect(holds).toEqual([]);
  });

  it.each(solved)("no notebook of %s", async (slug) => {
    const folder = join(root, "lessons", slug);
    const notebook = JSON.parse(readFileSync(join(root, "notebooks", `${slug}.ipynb`), "utf8")) as {
      cells: { cell_type: string; source: string[] }[];
    };
    const { solutions, ...code } = await loadLessonCode(folder);
    for (const exercise of exercisesIn(code).values()) {
      const purpose = exercise.scenario.kind === "repair" ? "own" : "practice";
      const { cluster } = makeVariant(exercise, variantSeed(seedOf(slug, "", ""), exercise.id, purpose, 0));
      const source = solutions[exercise.id]?.right.source(cluster.fork()) ?? "";
      // A task may name the one call that a learner must think of; a cell may not make it.
      const isLong = source.trim().includes("\n");
      const cells = notebook.cells.filter(({ cell_type: type }) => isLong || type === "code");
      for (const cell of cells) expect(cell.source.join("")).not.toContain(source);
    }
  });
});
