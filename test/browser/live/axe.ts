/** axe-core in a page: what it finds inside some elements. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Each finding as rule and element; elements that are not in the page are passed over. */
export async function violationsIn(page: Page, selectors: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(`if (globalThis.axe === undefined) { ${axe} }`);
  return page.evaluate(`(async () => {
    const ours = ${JSON.stringify(selectors)}.filter((selector) => document.querySelector(selector));
    const { violations } = await axe.run({ include: ours.map((selector) => [selector]) }, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200)));
  })()`);
}
