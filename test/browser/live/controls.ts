/** The controls of a view and the toolbar's time machine, with a mouse and without one. */
import type { Locator } from "playwright-core";
import { afterAll, expect, it, type TestContext } from "vitest";
import type { Bench } from "./bench.ts";
import { type App, button, type FrontEnd, pill, stepOf, untilSays, untilStep } from "./front-end.ts";
import { clusterCell, writeNotebook } from "./notebooks.ts";
import { shoot } from "./screenshots.ts";

const playing = '.orrery-view button[aria-label^="Pause"]';

/** What has the focus: its accessible name, or its class. */
const focused = (front: FrontEnd): Promise<string> =>
  front.page.evaluate(
    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.getAttribute('class') ?? ''",
  );

/** Gives the open notebook of a group of tests; the first one that asks has it opened. */
type Opened = (context: TestContext) => Promise<FrontEnd>;

function movingTests(opened: Opened): void {
  it("a step in one view is seen in the other and in the toolbar", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const journal = await page.view(2);
    await untilSays(map, "live");
    const start = await page.clusterStep();
    await button(map, "Step (").click();
    await untilStep(journal, start + 1);
    const toolbar = page.page.locator(".orrery-clock");
    await toolbar
      .locator(".orrery-words")
      .filter({ hasText: String(start + 1) })
      .waitFor();
    await toolbar.locator('[aria-label="Step the cluster back"]').click();
    await untilStep(map, start);
    await toolbar.locator('[aria-label="Step the cluster"]').click();
    await untilStep(journal, start + 1);
    await page.evaluate("cluster.back(1)");
    await untilStep(map, start);
  });

  it("the slider says where it is and takes the cluster there", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const slider = map.locator(".orrery-slider");
    await slider.focus();
    const start = await stepOf(map);
    expect(await slider.getAttribute("aria-valuetext")).toMatch(new RegExp(`^step ${start} of \\d+: \\S`));
    await page.page.keyboard.press("ArrowLeft");
    await untilStep(map, start - 1);
    expect(await page.clusterStep()).toBe(start - 1);
    await page.page.keyboard.press("End");
    await untilStep(map, start + 1);
    await page.page.keyboard.press(",");
    await untilStep(map, start);
  });
}

/** Presses a key where the keyboard is, and waits until a view shows a step. */
async function pressUntil(page: FrontEnd, view: Locator, key: string, step: number): Promise<void> {
  await page.page.keyboard.press(key);
  await untilStep(view, step);
}

function endTests(opened: Opened): void {
  it("Home and End at an end change nothing, and steps and the slider go on working", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const slider = map.locator(".orrery-slider");
    await slider.focus();
    await page.page.keyboard.press("Home");
    await map.locator('button[aria-label^="First step"][aria-disabled="true"]').waitFor();
    const first = await stepOf(map);
    expect(await page.clusterStep()).toBe(first);
    for (const label of ["First step", "First step"]) await button(map, label).click({ force: true });
    await slider.focus();
    await page.page.keyboard.press("Home");
    await pressUntil(page, map, ".", first + 1);
    await pressUntil(page, map, ".", first + 2);
    await pressUntil(page, map, "ArrowLeft", first + 1);
    await page.page.keyboard.press("End");
    await map
      .locator(".orrery-bar .orrery-words")
      .filter({ hasText: /^step (\d+) of \1$/ })
      .waitFor();
    const last = await stepOf(map);
    await page.page.keyboard.press("End");
    await pressUntil(page, map, ",", last - 1);
    await pressUntil(page, map, ".", last);
  });

  it("what has come while steps followed each other fast is seen whole", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const start = await stepOf(map);
    for (let at = 0; at < 8; at++) await button(map, "Step back").click();
    await untilStep(map, start - 8);
    for (let at = 0; at < 8; at++) await button(map, "Step (").click();
    await untilStep(map, start);
    await page.page.waitForTimeout(700);
    expect(await map.locator('g.orrery-group[style*="opacity"]').count()).toBe(0);
    expect(await map.locator(".orrery-leaving").count()).toBe(0);
  });
}

function inspectorTests(opened: Opened): void {
  it("Space on a mark opens it; the focus and a closed part stay while the cluster is stepped", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const { keyboard } = page.page;
    const inspector = map.locator(".orrery-inspector");
    await map.locator('g.orrery-mark[aria-label^="pod default/client"]').focus();
    await keyboard.press(" ");
    await inspector.filter({ hasText: "kind: Pod" }).waitFor();
    expect(await map.locator('button[aria-label^="Pause"]').count()).toBe(0);
    const summaries = inspector.locator("summary");
    await summaries.nth(1).focus();
    await keyboard.press("Enter");
    expect(await inspector.locator("details").nth(1).getAttribute("open")).toBeNull();
    const start = await stepOf(map);
    await pressUntil(page, map, ",", start - 1);
    await pressUntil(page, map, ".", start);
    await page.page.waitForTimeout(300);
    expect(
      await page.page.evaluate(
        "document.activeElement === document.querySelectorAll('.orrery-inspector:not([hidden]) summary')[1]",
      ),
    ).toBe(true);
    expect(await inspector.locator("details").nth(1).getAttribute("open")).toBeNull();
    await keyboard.press("Enter");
    await keyboard.press("Escape");
    const table = map.locator(".orrery-fold");
    await table.locator("summary").focus();
    await keyboard.press("Enter");
    await map.locator(".orrery-table-frame").focus();
    await pressUntil(page, map, ",", start - 1);
    await pressUntil(page, map, ".", start);
    expect(await focused(page)).toBe("Table");
    await table.locator("summary").press("Enter");
  });
}

function keyTests(opened: Opened): void {
  it("no letter that is typed on a control changes a cell", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    for (const selector of [
      "button",
      ".orrery-slider",
      ".orrery-speed",
      "g.orrery-mark[tabindex='0']",
      "summary",
      ".orrery-search",
    ]) {
      await map.locator(selector).first().focus();
      await page.pressCellKeys();
    }
    await page.page.locator(".orrery-clock .orrery-slider").focus();
    await page.pressCellKeys();
    await map.locator(".orrery-search").fill("");
  });

  it("Enter on a mark opens its YAML, events and causes; Escape goes back to the mark and then to the cell", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const { keyboard } = page.page;
    await map.locator(".orrery-slider").focus();
    await keyboard.press("/");
    await keyboard.type("pod default/web-");
    await keyboard.press("Enter");
    const mark = await focused(page);
    expect(mark).toMatch(/web-/);
    await keyboard.press("Enter");
    const inspector = map.locator(".orrery-inspector");
    await inspector.filter({ hasText: "kind: Pod" }).waitFor();
    expect(await inspector.innerText()).toMatch(/Scheduled|None\./);
    expect(await inspector.innerText()).toContain("why pod/default/web-");
    await shoot(map, "inspector");
    await page.page.locator(".orrery-inspector summary").first().focus();
    await keyboard.press("Escape");
    expect(await focused(page)).toBe(mark);
    await keyboard.press("Escape");
    expect(await focused(page)).toContain("Cell");
    await map.locator(".orrery-search").fill("");
  });

  it("arrows walk from mark to mark, and Tab comes back to the one that was left", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    const { keyboard } = page.page;
    await map.locator("g.orrery-mark[tabindex='0']").focus();
    const first = await focused(page);
    await keyboard.press("ArrowDown");
    const second = await focused(page);
    expect(second).not.toBe(first);
    expect(await map.locator("g.orrery-mark[tabindex='0']").count()).toBe(1);
    await keyboard.press("Shift+Tab");
    await keyboard.press("Tab");
    expect(await focused(page)).toBe(second);
  });
}

function lifeTests(opened: Opened): void {
  it("plays, and pauses when it is scrolled away", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    await map.locator(".orrery-speed").selectOption("8");
    const start = await stepOf(map);
    await map.locator(".orrery-slider").focus();
    await page.page.keyboard.press(" ");
    await page.page.waitForSelector(playing);
    await page.page.waitForFunction(
      `Number(/\\d+/.exec(document.querySelector(".orrery-view .orrery-words").textContent)) >= ${start + 3}`,
    );
    await page.do('await panel.content.scrollToItem(14, "end");');
    await page.page.waitForSelector(playing, { state: "detached" });
    const stopped = await page.clusterStep();
    await page.page.waitForTimeout(500);
    expect(await page.clusterStep()).toBeLessThanOrEqual(stopped + 1);
  });

  it("says that the notebook kernel was restarted, keeps its pictures, and is live again when the cell has run", async (context) => {
    const page = await opened(context);
    const map = await page.view(1);
    await untilSays(map, "live");
    await page.restart();
    await untilSays(map, "recorded · the notebook kernel was restarted");
    await page.page.locator(".orrery-clock.orrery-away").waitFor({ state: "attached" });
    const last = await stepOf(map);
    await button(map, "Step back").click();
    await untilStep(map, last - 1);
    await page.runAll();
    await untilSays(await page.view(1), "live");
    expect(await pill(await page.view(2)).innerText()).toBe("live");
    expect(page.errors).toEqual([]);
  });
}

/** The tests of the controls in one front end. */
export function controlTests(bench: Bench, app: App): void {
  let front: FrontEnd | undefined;
  const opened: Opened = async (context) => {
    if (front === undefined) {
      const empty = Array.from({ length: 12 }, (_, at) => `${at}`);
      const sources = [clusterCell, "show.components()", "show.journal()", ...empty];
      front = await bench.open(context, writeNotebook(bench.root, `controls-${app.at(0)}.ipynb`, sources), app);
      await front.runAll();
    }
    return front;
  };
  afterAll(() => front?.close());
  movingTests(opened);
  endTests(opened);
  keyTests(opened);
  inspectorTests(opened);
  lifeTests(opened);
}
