/** A headless Chromium for the tests that need a real page. */
import { type Browser, chromium } from "playwright-core";
import { onTestFinished, type TestContext } from "vitest";
import { notRun } from "./not-run.ts";

/**
 * Starts the Chromium that `npm test` found (the variable CHROME_PATH); undefined when there is none.
 * The sandbox is off for the super-user only, for whom Chromium has none.
 */
export async function startChromium(): Promise<Browser | undefined> {
  const executablePath = process.env.CHROME_PATH;
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

/** What a test says that found no Chromium. */
export function withoutChromium(context: Pick<TestContext, "skip" | "task">): never {
  return notRun(context, "no Chromium was found: install one, or name it in the variable CHROME_PATH");
}

/** A Chromium of one test, closed when that has finished; without one the test counts as not run. */
export async function launchBrowser(context: Pick<TestContext, "skip" | "task">): Promise<Browser> {
  const browser = (await startChromium()) ?? withoutChromium(context);
  onTestFinished(() => browser.close());
  return browser;
}
