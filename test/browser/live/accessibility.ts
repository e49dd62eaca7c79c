/** axe-core on our own elements, light and dark; and what it cannot see: movement for those who want none. */
import { expect, it } from "vitest";
import { violationsIn } from "./axe.ts";
import type { Bench } from "./bench.ts";
import { button, untilSays } from "./front-end.ts";
import { clusterCell, pictures, writeNotebook } from "./notebooks.ts";

/** The tests of what everybody can use. */
export function accessibilityTests(bench: Bench): void {
  it("axe-core finds nothing inside our own elements, light and dark, folded and unfolded", async (context) => {
    const sources = [clusterCell, ...pictures.map(({ code }) => code)];
    const front = await bench.open(context, writeNotebook(bench.root, "axe.ipynb", sources));
    await front.runAll();
    const view = await front.view(1);
    await untilSays(view, "live");
    await view.locator("g.orrery-mark").first().press("Enter");
    await view.locator(".orrery-inspector").waitFor();
    await front.page.evaluate(
      "for (const fold of document.querySelectorAll('.orrery-view details')) fold.open = true;",
    );
    for (const theme of ["light", "dark"] as const) {
      await front.theme(theme);
      expect(await violationsIn(front.page, [".orrery-view", ".orrery-clock"]), theme).toEqual([]);
    }
    await front.theme("light");
    await front.close();
  });

  it("nothing is seen moving where that is not wanted", async (context) => {
    const front = await bench.open(
      context,
      writeNotebook(bench.root, "still.ipynb", [clusterCell, "show.components()"]),
    );
    await front.page.emulateMedia({ reducedMotion: "reduce" });
    await front.runAll();
    const view = await front.view(1);
    await untilSays(view, "live");
    await front.page.evaluate(`globalThis.leaving = 0; new MutationObserver((changes) => {
      for (const { target } of changes) if (target.classList?.contains("orrery-leaving") && target.isConnected) leaving += 1;
    }).observe(document.querySelector(".orrery-view svg[role=group]"), { subtree: true, attributeFilter: ["class"] })`);
    for (let at = 0; at < 5; at++) await button(view, "Step (").click();
    await front.page.waitForTimeout(300);
    expect(await front.page.evaluate("leaving")).toBe(0);
    await front.close();
  });
}
