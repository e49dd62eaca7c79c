/** Live views, the toolbar's clock and the terminal in real front ends: one Jupyter server and one browser for all of it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { startChromium, withoutChromium } from "../setup/browser.ts";
import { type RunningLab, startLab } from "../setup/lab.ts";
import { accessibilityTests } from "./live/accessibility.ts";
import { badInputTests } from "./live/bad-input.ts";
import type { Bench } from "./live/bench.ts";
import { controlTests } from "./live/controls.ts";
import { FrontEnd } from "./live/front-end.ts";
import { recordedTests } from "./live/recorded.ts";
import { terminalTests } from "./live/terminal.ts";
import { everyViewTests } from "./live/views.ts";

const root = mkdtempSync(join(tmpdir(), "orrery-live-"));
let lab: RunningLab;
let browser: Browser | undefined;

beforeAll(async () => {
  [lab, browser] = await Promise.all([startLab(root), startChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const bench: Bench = {
  root,
  open: (context, path, app) => FrontEnd.open(browser ?? withoutChromium(context), lab.url, path, app),
};

describe("every picture", () => everyViewTests(bench));
describe.each(["JupyterLab", "Notebook 7"] as const)("controls in %s", (app) => controlTests(bench, app));
describe.each(["JupyterLab", "Notebook 7"] as const)("the terminal in %s", (app) => terminalTests(bench, app));
describe("without the notebook kernel that drew it", () => recordedTests(bench));
describe("accessibility", () => accessibilityTests(bench));
describe("bad input", () => badInputTests(bench));
