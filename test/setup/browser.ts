/** A headless Chromium for the tests that need a real page. */
import { type Browser, chromium } from "playwright-core";
import { onTestFinished, type TestContext } from "vitest";
import { notRun } from "./not-run.ts";

/**
 * Starts the Chromium that `npm test` found (the variable CHROME_PATH); without one the test counts as not run.
 * The sandbox is off for the super-user only, for whom Chromium has none; it is closed when the test has finished.
 */
export async function launchBrowser(context: Pick<TestContext, "skip" | "task">): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH;
  if (executablePath === undefined) {
    return notRun(context, "no Chromium was found: install one, or name it in the variable CHROME_PATH");
  }
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  onTestFinished(() => browser.close());
  return browser;
}
