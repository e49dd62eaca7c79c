/** The lesson panel in real front ends: it follows a lesson's notebook, keeps what was reached, and is for everybody. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { readNotebook } from "../../grader/notebook.ts";
import { compileLesson } from "../../lessons/engine/compile.ts";
import { CheckResult } from "../../lessons/lesson-values.ts";
import { type LessonOutline, PROGRESS_NAME } from "../../lessons/live/lesson-protocol.ts";
import { startChromium, withoutChromium } from "../setup/browser.ts";
import { type RunningLab, startLab } from "../setup/lab.ts";
import { violationsIn } from "./live/axe.ts";
import { type App, FrontEnd } from "./live/front-end.ts";
import { writeNotebook } from "./live/notebooks.ts";
import { shoot } from "./live/screenshots.ts";

const slug = "01-whole-cluster";
const root = mkdtempSync(join(tmpdir(), "orrery-panel-"));
const text = readFileSync(new URL(`../../lessons/${slug}/lesson.md`, import.meta.url), "utf8");
const notebook = compileLesson(slug, text, { next: "02-next.ipynb" });
const { chapters, predictions, exercises } = notebook.metadata.orrery as LessonOutline;
const question = predictions[0]!;
const exercise = exercises.find(({ hintCosts }) => hintCosts.length > 0)!;
let lab: RunningLab;
let browser: Browser | undefined;

beforeAll(async () => {
  for (const name of ["lesson", "lab", "book", "axe", "next"])
    writeFileSync(join(root, `${name}.ipynb`), JSON.stringify(notebook));
  writeFileSync(join(root, "02-next.ipynb"), JSON.stringify(notebook));
  writeNotebook(root, "plain.ipynb", []);
  [lab, browser] = await Promise.all([startLab(root), startChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const keepLeft = { keepLeft: true };

/** Forgets what earlier tests, and earlier runs of them, have left in the settings. */
async function forget(context: TestContext): Promise<void> {
  const front = await FrontEnd.open(browser ?? withoutChromium(context), lab.url, "plain.ipynb");
  await front.do('await app.serviceManager.settings.save("kube-orrery-lab:lesson", "{}");');
  await front.close();
}

/** A page with a lesson's notebook, and its panel. */
async function openLesson(context: TestContext, path: string, app: App): Promise<{ front: FrontEnd; panel: Locator }> {
  const front = await FrontEnd.open(browser ?? withoutChromium(context), lab.url, path, app, keepLeft);
  return { front, panel: front.page.locator(".orrery-lesson") };
}

const card = (panel: Locator, title: string): Locator =>
  panel.locator(".orrery-card").filter({ hasText: title }).first();
/** Unfolds the chapter that a card belongs to, as a learner would. */
async function unfolded(of: Locator): Promise<Locator> {
  if (!(await of.isVisible())) await of.locator("xpath=ancestor::details[1]/summary").click();
  await of.waitFor();
  return of;
}
const said = (panel: Locator, words: string | RegExp): Promise<void> =>
  panel.locator(".orrery-said").filter({ hasText: words }).waitFor();

/** Runs the cells whose source begins so, one after the other. */
function runCells(front: FrontEnd, ...beginnings: readonly string[]): Promise<void> {
  return front.do(`
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    for (const beginning of ${JSON.stringify(beginnings)}) {
      const cells = panel.content.widgets;
      panel.content.activeCellIndex = cells.findIndex(({ model }) => model.sharedModel.source.startsWith(beginning));
      await app.commands.execute("notebook:run-cell");
    }`);
}

const opening = `const lesson = orrery.lesson("${slug}"`;

describe.each(["JupyterLab", "Notebook 7"] as const)("in %s", (app) => {
  const path = app === "JupyterLab" ? "lab.ipynb" : "book.ipynb";

  it("opens by itself beside a lesson, takes no focus, and leads to chapters", async (context) => {
    await forget(context);
    const { front, panel } = await openLesson(context, path, app);
    await panel.waitFor();
    expect(await panel.locator("h2").innerText()).toBe("The whole cluster on one page");
    expect(await panel.locator(".orrery-chapter").count()).toBe(chapters.length);
    expect(await front.page.evaluate("document.querySelector('.orrery-lesson').contains(document.activeElement)")).toBe(
      false,
    );
    const third = panel.locator(".orrery-chapter").nth(2);
    await third.focus();
    await front.page.keyboard.press("Enter");
    await panel.locator('.orrery-chapter[aria-current="step"]').filter({ hasText: chapters[2]!.title }).waitFor();
    const active = await front.do<string>("return panel.content.activeCell.model.id;");
    expect(active).toBe(chapters[2]!.cell);
    await third.focus();
    await front.pressCellKeys();
    expect(front.errors).toEqual([]);
    await front.close();
  });

  it("stores a prediction, gives a hint for its price, checks, and keeps it all over reload and restart", async (context) => {
    await forget(context);
    const { front, panel } = await openLesson(context, path, app);
    await panel.waitFor();
    const ask = await unfolded(card(panel, question.question.trim().slice(0, 30)));
    await ask.getByLabel(question.choices[1]!).check();
    await ask.getByRole("button", { name: "Store my prediction" }).click();
    await said(panel, "first cell");
    await ask.getByRole("button", { name: "Run the first cell" }).click();
    await ask.getByText(`You predicted B: ${question.choices[1]!}`).waitFor();
    await ask.getByLabel(question.choices[0]!).check();
    await ask.getByRole("button", { name: "Store my prediction" }).click();
    await ask.getByText(`You predicted A: ${question.choices[0]!}`).waitFor();
    await front.evaluate(`String(lesson.reveal("${question.id}"))`);
    await runCells(front, opening);
    await ask.getByText("It was B").waitFor();
    expect(await ask.getByLabel(question.choices[1]!).isDisabled()).toBe(true);
    expect(await ask.getByRole("button", { name: "Store my prediction" }).isVisible()).toBe(false);

    const task = await unfolded(card(panel, exercise.title));
    const hint = task.getByRole("button", { name: "Hint 1 of" });
    await hint.click();
    await front.page.keyboard.press("Escape");
    await task.getByText(/takes .* off this exercise for good/).waitFor({ state: "hidden" });
    expect(await front.page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^Hint 1 of/);
    await hint.click();
    await task.getByText(/takes .* off this exercise for good/).waitFor();
    await task.getByRole("button", { name: "Take it" }).click();
    await said(panel, "Hint 1 of");
    await task.getByRole("button", { name: "Check" }).click();
    await said(panel, /of .* points|start/);
    await task.getByRole("button", { name: "Go to the task" }).click();
    await front.page.waitForFunction('document.activeElement.closest(".jp-Notebook") !== null');
    expect(await front.do("return [panel.content.mode, panel.content.activeCell.model.id];")).toEqual([
      "command",
      exercise.cell,
    ]);
    const handedIn = await front.do<string>(
      `return JSON.stringify(panel.context.model.getMetadata("${PROGRESS_NAME}"));`,
    );
    expect(readNotebook(`{"cells": [], "metadata": {"${PROGRESS_NAME}": ${handedIn}}}`).progress).toEqual({
      predictions: { [question.id]: question.choices[0]! },
      hints: { [exercise.id]: 1 },
    });

    await front.restart();
    await panel.getByText("Hints and checks wait").waitFor({ state: "hidden" });
    await unfolded(ask);
    await ask.getByText("You predicted A").waitFor();
    await runCells(front, opening);
    expect(await front.evaluate(`lesson.predict("${question.id}", "B")`)).toContain("stands");
    if (app === "JupyterLab") await shoot(panel, "lesson-panel-revealed", 1100);
    await front.page.waitForTimeout(700);
    await front.close();
    const again = await openLesson(context, path, app);
    const kept = await unfolded(card(again.panel, question.question.trim().slice(0, 30)));
    await kept.getByText("It was B").waitFor();
    await (await unfolded(card(again.panel, exercise.title))).getByRole("button", { name: "Hint 2 of" }).waitFor();
    expect(await card(again.panel, exercise.title).locator(".orrery-hints li").count()).toBe(1);
    expect([...front.errors, ...again.front.errors]).toEqual([]);
    await again.front.close();
  });

  it("has nothing for axe-core, light and dark", async (context) => {
    await forget(context);
    const { front, panel } = await openLesson(context, "axe.ipynb", app);
    await panel.waitFor();
    for (const each of await panel.locator(".orrery-asks:not([open]) > summary").all())
      if (await each.isVisible()) await each.click();
    await card(panel, exercise.title)
      .getByRole("button", { name: /Hint \d of/ })
      .click();
    for (const theme of ["light", "dark"] as const) {
      await front.theme(theme);
      expect(await violationsIn(front.page, [".orrery-lesson"]), theme).toEqual([]);
      if (app === "JupyterLab") await shoot(panel, `lesson-panel-${theme}`, 1100);
    }
    await front.theme("light");
    await front.close();
  });
});

it("shows a check's report as it is meant, whether or not outputs are trusted", async (context) => {
  const lines = [
    { passed: true, message: "All of the shop's pods run on a worker." },
    { passed: false, message: `\`1\` machine was added. ${"Look at what each one has left. ".repeat(6)}` },
  ];
  const data = new CheckResult("room", { points: 1.5, of: 2, lines }, "Make room").report("This informs.");
  writeNotebook(root, "report.ipynb", ['lesson.check("room")']);
  const path = join(root, "report.ipynb");
  const page = JSON.parse(readFileSync(path, "utf8"));
  page.cells[0].outputs = [{ output_type: "display_data", data, metadata: {} }];
  writeFileSync(path, JSON.stringify(page));
  const front = await FrontEnd.open(browser ?? withoutChromium(context), lab.url, "report.ipynb");
  const shown = front.page.locator(".jp-OutputArea-output p").filter({ hasText: "not yet" });
  for (const trusted of [false, true]) {
    await front.do(`panel.content.widgets[0].model.trusted = ${trusted};`);
    for (const theme of ["light", "dark"] as const) {
      await front.theme(theme);
      await shown.waitFor();
      const styles = `[...document.querySelectorAll(".jp-OutputArea-output p")].map((line) => {
        const badge = line.querySelector("strong[style]");
        return [getComputedStyle(line).textAlign, badge && getComputedStyle(badge).backgroundColor];
      })`;
      const lineStyles = await front.page.evaluate<readonly (readonly [string, string | null])[]>(styles);
      for (const [align] of lineStyles) expect(align).toMatch(/^(start|left)$/);
      expect(lineStyles.map(([, color]) => color)).toEqual([null, "rgb(26, 107, 60)", "rgb(163, 52, 28)", null]);
      expect(await violationsIn(front.page, [".jp-OutputArea-output"]), theme).toEqual([]);
      const name = `check-report-${trusted ? "trusted" : "untrusted"}-${theme}`;
      await shoot(front.page.locator(".jp-OutputArea").first(), name, 700);
    }
  }
  await front.theme("light");
  await front.close();
});

it("opens the next lesson", async (context) => {
  const { front, panel } = await openLesson(context, "next.ipynb", "JupyterLab");
  await panel.getByRole("button", { name: "Next lesson: 02-next" }).click();
  await front.page.waitForFunction('globalThis.jupyterapp.shell.currentWidget?.context?.path === "02-next.ipynb"');
  await front.close();
});

it("stays closed once it was closed", async (context) => {
  await forget(context);
  const { front, panel } = await openLesson(context, "lesson.ipynb", "JupyterLab");
  await panel.waitFor();
  await front.do("app.shell.collapseLeft();");
  await panel.waitFor({ state: "hidden" });
  await front.page.waitForTimeout(700);
  await front.close();
  const again = await openLesson(context, "lesson.ipynb", "JupyterLab");
  await again.front.page.locator(".jp-Notebook .jp-Cell").first().waitFor();
  await again.front.page.waitForTimeout(1500);
  expect(await again.panel.isVisible()).toBe(false);
  await again.front.do('await app.commands.execute("orrery:lesson");');
  await again.panel.waitFor();
  await again.front.close();
});
