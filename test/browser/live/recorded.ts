/** Views whose notebook kernel is not there: in an untrusted notebook that nothing runs, and after a reload. */
import { expect, it } from "vitest";
import type { Bench } from "./bench.ts";
import { button, pill, stepOf, untilSays, untilStep } from "./front-end.ts";
import { clusterCell, pictures, writeCells, writeNotebook } from "./notebooks.ts";

/** The tests of recorded views. */
export function recordedTests(bench: Bench): void {
  it("every picture is drawn, steps and goes back, and says that it is recorded", async (context) => {
    const sources = [clusterCell, ...pictures.map(({ code }) => code)];
    const front = await bench.open(context, writeNotebook(bench.root, "to-save.ipynb", sources));
    await front.runAll();
    const cells = await front.cells();
    await front.close();
    // No such kernelspec, and no signature: nothing runs and nothing is trusted.
    const copy = writeCells(bench.root, "saved.ipynb", cells, "nowhere");
    const saved = await bench.open(context, copy);
    await saved.page
      .locator(".jp-Dialog")
      .getByRole("button", { name: "No Kernel" })
      .or(saved.page.locator(".jp-Dialog button").first())
      .first()
      .click({ timeout: 5000 })
      .catch(() => {});
    for (const [at, { name }] of pictures.entries()) {
      const view = await saved.view(at + 1);
      expect(await pill(view).innerText(), name).toMatch(/^recorded/);
      expect(await view.locator("g.orrery-mark").count(), name).toBeGreaterThan(0);
      const count = Number(await view.locator(".orrery-slider").getAttribute("max")) + 1;
      if (count < 2) continue;
      const last = await stepOf(view);
      await button(view, "Step back").click();
      await expect.poll(() => stepOf(view)).toBeLessThan(last);
      await view.locator("g.orrery-mark").first().focus();
      await saved.page.keyboard.press(".");
      await untilStep(view, last);
    }
    const map = await saved.view(1);
    await map.locator("g.orrery-mark").first().focus();
    await saved.page.keyboard.press("Enter");
    await map.locator(".orrery-inspector").filter({ hasText: "run the cell again" }).waitFor();
    await saved.close();
  });

  it("a reload joins again while the notebook kernel lives, and says so when it is another one", async (context) => {
    const front = await bench.open(
      context,
      writeNotebook(bench.root, "reload.ipynb", [clusterCell, "show.components()"]),
    );
    await front.runAll();
    const url = front.page.url();
    await front.page.goto(url);
    await untilSays(await front.view(1), "live");
    await front.do("await panel.sessionContext.shutdown();");
    await front.page.goto(url);
    const view = await front.view(1);
    await untilSays(view, "recorded");
    const last = await stepOf(view);
    await button(view, "Step back").click();
    await untilStep(view, last - 1);
    await front.close();
  });
}
