/** Lesson 1 as a learner plays it in JupyterLab, from the first cell to the last check, with wrong answers on the way. */
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { solutions } from "../../lessons/01-whole-cluster/solution.ts";
import { registerLessons } from "../../lessons/catalogue.ts";
import { readLesson } from "../../lessons/engine/lesson-source.ts";
import { letterOf } from "../../lessons/engine/prediction-text.ts";
import { exercisesOf } from "../../lessons/engine/registry.ts";
import { seedOf, variantSeed } from "../../lessons/engine/seeds.ts";
import { makeVariant } from "../../lessons/engine/variant.ts";
import type { Attempt } from "../../lessons/exercise.ts";
import type { Cluster } from "../../sim/index.ts";
import { startChromium, withoutChromium } from "../setup/browser.ts";
import { type RunningLab, startLab } from "../setup/lab.ts";
import { FrontEnd } from "./live/front-end.ts";
import { shoot } from "./live/screenshots.ts";
import type { PageCell } from "./notebook-page.ts";

const slug = "01-whole-cluster";
const project = new URL("../..", import.meta.url).pathname;
const lesson = readLesson(slug, readFileSync(join(project, "lessons", slug, "lesson.md"), "utf8"));
const root = mkdtempSync(join(tmpdir(), "orrery-lesson-"));
const firstPictureMs = 60_000;

/** Cells whose pictures are kept, by the name of the picture. */
const pictures: Readonly<Record<string, string>> = {
  "first-worker": "lesson-1-placement",
  matrix: "lesson-1-matrix",
  sequence: "lesson-1-sequence",
  failover: "lesson-1-failover",
};

let lab: RunningLab;
let browser: Browser | undefined;

beforeAll(async () => {
  copyFileSync(join(project, "notebooks", `${slug}.ipynb`), join(root, `${slug}.ipynb`));
  [lab, browser] = await Promise.all([startLab(root), startChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

/** The variant that a notebook handed to nobody in particular holds. */
function variantOf(id: string): Cluster {
  registerLessons();
  const exercise = exercisesOf(slug).get(id)!;
  const purpose = exercise.scenario.kind === "repair" ? "own" : "practice";
  return makeVariant(exercise, variantSeed(seedOf(slug, "", ""), id, purpose, 0)).cluster;
}

/** The learner at the keyboard. */
class Learner {
  readonly #front: FrontEnd;

  constructor(front: FrontEnd) {
    this.#front = front;
  }

  /** Goes to a cell, writes its source anew if there is one, and runs it; resolves to the cell as it then is. */
  async run(id: string, source?: string): Promise<PageCell> {
    const name = JSON.stringify(`${slug}-${id}`);
    await this.#front.do(`
      await panel.sessionContext.ready;
      await panel.sessionContext.session.kernel.info;
      const { content } = panel;
      content.activeCellIndex = content.widgets.findIndex(({ model }) => model.id === ${name});
      if (content.activeCellIndex < 0) throw new Error("no cell " + ${name});
      await content.scrollToItem(content.activeCellIndex, "start");
      const source = ${JSON.stringify(source ?? null)};
      if (source !== null) content.activeCell.model.sharedModel.setSource(source);
      await app.commands.execute("notebook:run-cell");`);
    const cell = (await this.#front.cells()).find((each) => each.id === `${slug}-${id}`)!;
    expect([id, (cell.outputs ?? []).filter(({ output_type }) => output_type === "error")]).toEqual([id, []]);
    return cell;
  }

  /** Runs a check's cell; resolves to the points, which are its value. */
  async check(id: string): Promise<number> {
    const { outputs = [] } = await this.run(`${id}-check`);
    return Number(outputs.find(({ output_type }) => output_type === "execute_result")?.data?.["text/plain"]);
  }

  /** A wrong answer, then the right one; the first is worth what it is worth, and the second all points. */
  async solve(id: string): Promise<void> {
    const { points } = lesson.exercises.find((each) => each.id === id)!;
    const { right, wrong } = solutions[id]!;
    const [name, mistake] = Object.entries(wrong)[1] as [string, Attempt];
    await this.run(id, mistake.source(variantOf(id)));
    expect([id, name, await this.check(id)]).toEqual([id, name, Math.round(mistake.worth * points * 100) / 100]);
    await this.shoot(`${id}-check`, `lesson-1-wrong-${id}`);
    if (exercisesOf(slug).get(id)!.scenario.kind === "repair") await this.run(`${id}-start`);
    await this.run(id, right.source(variantOf(id)));
    expect([id, await this.check(id)]).toEqual([id, points]);
  }

  async shoot(id: string, name: string): Promise<void> {
    if (!name.startsWith("lesson-1-wrong") || name.endsWith("room")) {
      await this.#front.do(`
        const index = panel.content.widgets.findIndex(({ model }) => model.id === "${slug}-${id}");
        panel.content.activeCellIndex = index;
        await panel.content.scrollToItem(index, "start");`);
      await shoot(this.#front.page.locator(".jp-Cell.jp-mod-active"), name);
    }
  }
}

it("can be played from the first cell to the last check", { timeout: 420_000 }, async (context) => {
  const started = performance.now();
  const front = await FrontEnd.open(browser ?? withoutChromium(context), lab.url, `${slug}.ipynb`, "JupyterLab", {
    keepLeft: true,
  });
  const learner = new Learner(front);
  const panel = front.page.locator(".orrery-lesson");
  await panel.waitFor();
  const cells = (await front.cells()).filter(({ cell_type }) => cell_type === "code");
  const ids = cells.map(({ id }) => id.slice(slug.length + 1));
  const questions = new Map(lesson.predictions.map((prediction) => [prediction.id, prediction]));
  let seen = false;
  for (const id of ids) {
    const question = questions.get(id);
    if (question !== undefined)
      await learner.run(id, `lesson.predict("${id}", "${id === "no-worker" ? "A" : letterOf(question.answer)}")`);
    else if (lesson.exercises.some((exercise) => exercise.id === id)) await learner.solve(id);
    else if (!id.endsWith("-check")) await learner.run(id);
    if (pictures[id] !== undefined) await learner.shoot(id, pictures[id]);
    if (!seen && id === "cluster") {
      await front.page.locator(".orrery-view svg").first().waitFor();
      expect(performance.now() - started).toBeLessThan(firstPictureMs);
      seen = true;
    }
  }
  const total = lesson.exercises.reduce((sum, { points }) => sum + points, 0);
  await panel.getByText(`${total} of ${total} points`).first().waitFor();
  await shoot(panel, "lesson-1-panel", 1400);
  await front.do("await panel.context.save();");
  expect(front.errors).toEqual([]);
  await front.close();
});
