/** Each picture live: drawn, stepped by mouse and by keyboard together with the cluster, and photographed. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it, type TestContext } from "vitest";
import type { Bench } from "./bench.ts";
import { button, type FrontEnd, stepOf, untilSays, untilStep } from "./front-end.ts";
import { clusterCell, pictures, writeNotebook } from "./notebooks.ts";
import { shoot } from "./screenshots.ts";

/** One step on and one back, by something that presses; the picture and the cluster move together. */
async function stepAndBack(front: FrontEnd, view: Locator, step: () => Promise<void>, back: () => Promise<void>) {
  const start = await front.clusterStep();
  await step();
  await untilStep(view, start + 1);
  expect(await front.clusterStep()).toBe(start + 1);
  await back();
  await untilStep(view, start);
  expect(await front.clusterStep()).toBe(start);
}

async function movesWithCluster(front: FrontEnd, view: Locator): Promise<void> {
  const { keyboard } = front.page;
  await stepAndBack(
    front,
    view,
    () => button(view, "Step (").click(),
    () => button(view, "Step back").click(),
  );
  await view.locator("g.orrery-mark, .orrery-button").last().focus();
  await stepAndBack(
    front,
    view,
    () => keyboard.press("."),
    () => keyboard.press(","),
  );
}

/** A picture of something fixed: the controls walk its frames and leave the cluster alone. */
async function walksFrames(front: FrontEnd, view: Locator): Promise<void> {
  const before = await front.clusterStep();
  const last = await stepOf(view);
  await button(view, "Step back").click();
  await untilStep(view, last - 1);
  await view.locator("g.orrery-mark").first().focus();
  await front.page.keyboard.press("Home");
  await untilStep(view, 1);
  await front.page.keyboard.press("End");
  await untilStep(view, last);
  expect(await front.clusterStep()).toBe(before);
}

/** The tests of each picture, in one notebook. */
export function everyViewTests(bench: Bench): void {
  let front: FrontEnd | undefined;
  let path: string;
  const opened = async (context: TestContext): Promise<FrontEnd> => {
    if (front === undefined) {
      front = await bench.open(context, path);
      await front.runAll();
    }
    return front;
  };
  beforeAll(() => {
    path = writeNotebook(bench.root, "views.ipynb", [clusterCell, ...pictures.map(({ code }) => code)]);
  });
  afterAll(() => front?.close());

  it.for(pictures.map((picture, at) => ({ ...picture, at })))("$name is live", async ({ name, moves, at }, context) => {
    const page = await opened(context);
    const view = await page.view(at + 1);
    await untilSays(view, "live");
    expect(await view.locator("g.orrery-mark").count()).toBeGreaterThan(0);
    if (moves) await movesWithCluster(page, view);
    else await walksFrames(page, view);
    for (const theme of ["light", "dark"] as const) {
      await page.theme(theme);
      await shoot(view, `${name}-${theme}`);
    }
    await page.theme("light");
    expect(page.errors).toEqual([]);
  });
}
