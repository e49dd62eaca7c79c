/** Screenshots of what the tests have open, for the manual and for whoever looks at a failure. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";

const project = new URL("../../..", import.meta.url).pathname;

/** Screenshots go where git does not look, except those of the manual when asked for: `UPDATE=1 npx vitest run test/browser`. */
function shotPath(name: string): string {
  const folder = process.env.UPDATE ? join(project, "docs", "views") : join(project, "test-results");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

/** A picture of a view (or of something else) alone, without what JupyterLab lays over it. */
export async function shoot(view: Locator, name: string, height = 2200): Promise<void> {
  const content = ".Toastify, .jp-cell-toolbar, .jp-Collapser { visibility: hidden }";
  const page = view.page();
  await page.addStyleTag({ content });
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 1120, height });
  await page.mouse.move(0, 0);
  await page.evaluate("document.activeElement.blur()");
  await view.screenshot({ path: shotPath(name), animations: "disabled" });
  await page.setViewportSize(size);
}
