/** The first lesson as a learner meets it: in JupyterLab, in a browser, every cell run, every picture there. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { launchBrowser } from "../setup/browser.ts";
import { type RunningLab, startLab } from "../setup/lab.ts";
import { inNotebook, type Output, type PageCell, pictureSizes, readCells, runAllCells } from "./notebook-page.ts";

const project = new URL("../..", import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), "orrery-tour-"));
/** The cell whose picture stands in README. */
const cellForReadme = "00-tour-scheduled";

const htmlOf = (cells: readonly PageCell[]): string[] =>
  cells.flatMap(({ outputs = [] }) => outputs.flatMap(({ data }) => (data?.["text/html"] as string | undefined) ?? []));
const errorsOf = (cells: readonly PageCell[]): Output[] =>
  cells.flatMap(({ outputs = [] }) => outputs.filter(({ output_type }) => output_type === "error"));

/** Screenshots go where git does not look, except README's when it is asked for: `UPDATE=1 npx vitest run test/browser`. */
function shotPath(): string {
  if (process.env.UPDATE) return join(project, "docs", "tour.png");
  const folder = join(project, "test-results");
  mkdirSync(folder, { recursive: true });
  return join(folder, "tour.png");
}

/** Opens a notebook in a browser of its own and in a workspace that remembers no other. */
async function openPage(context: TestContext, lab: RunningLab, path: string, extension = true): Promise<Page> {
  const browser = await launchBrowser(context);
  const page = await browser.newPage({ viewport: { width: 1120, height: 1240 }, deviceScaleFactor: 1.5 });
  if (!extension) await page.route("**/kube-orrery-lab/**", (route) => route.abort());
  const url = new URL(`/lab/tree/${path}?reset`, lab.url);
  url.searchParams.set("token", lab.url.searchParams.get("token")!);
  await page.goto(url.href);
  return page;
}

/** Scrolls to a cell and takes a picture of it: its code and what came of it. */
async function shootCell(page: Page, id: string): Promise<void> {
  const scroll = `
    const { content } = panel;
    app.shell.collapseLeft();
    content.activeCellIndex = content.widgets.findIndex(({ model }) => model.id === ${JSON.stringify(id)});
    await content.scrollToItem(content.activeCellIndex, "start");`;
  await inNotebook(page, "00-tour.ipynb", scroll);
  // What belongs to JupyterLab rather than to the cell: its question about news, its buttons and bars.
  await page.addStyleTag({ content: ".Toastify, .jp-cell-toolbar, .jp-Collapser { visibility: hidden }" });
  const cell = page.locator(".jp-CodeCell.jp-mod-active");
  const picture = cell.locator(".orrery-view").first();
  await picture.waitFor();
  const [code, drawn] = [await cell.locator(".jp-InputArea").boundingBox(), await picture.boundingBox()];
  const bottom = drawn!.y + drawn!.height;
  const clip = {
    x: code!.x,
    y: code!.y - 3,
    width: drawn!.x + drawn!.width + 16 - code!.x,
    height: bottom + 11 - code!.y,
  };
  await page.screenshot({ path: shotPath(), clip, animations: "disabled" });
}

describe("the tour in JupyterLab", () => {
  let lab: RunningLab;
  beforeAll(async () => {
    copyFileSync(join(project, "notebooks", "00-tour.ipynb"), join(root, "00-tour.ipynb"));
    lab = await startLab(root);
  });
  afterAll(() => lab?.stop());

  it("runs from top to bottom and shows a picture where it promises one", async (context) => {
    const page = await openPage(context, lab, "00-tour.ipynb");
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const cells = await runAllCells(page, "00-tour.ipynb");
    expect(errorsOf(cells)).toEqual([]);
    const html = htmlOf(cells);
    const promised = cells.filter(({ cell_type, source }) => cell_type === "code" && source.includes("show."));
    expect(html.length).toBe(promised.length);
    for (const [width, height] of await pictureSizes(page, html)) {
      expect(width).toBeGreaterThanOrEqual(700);
      expect(height).toBeGreaterThan(100);
    }
    expect(requests.filter((url) => !/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(url))).toEqual([]);
    await shootCell(page, cellForReadme);
  });

  it("still shows its pictures to somebody without our extension who does not trust the notebook and does not run it", async (context) => {
    const ran = JSON.parse(readFileSync(join(root, "00-tour.ipynb"), "utf8"));
    // Another text, so that JupyterLab has no signature for it
    ran.cells[0].source = "# A copy";
    writeFileSync(join(root, "copy.ipynb"), JSON.stringify(ran));
    const page = await openPage(context, lab, "copy.ipynb", false);
    expect(htmlOf(await readCells(page, "copy.ipynb")).length).toBeGreaterThan(5);
    const find = `panel.content.widgets.find(({ model }) => model.id === ${JSON.stringify(cellForReadme)})`;
    const trusted = await inNotebook(page, "copy.ipynb", `return ${find}.model.trusted;`);
    expect(trusted).toBe(false);
    await page.waitForFunction(`document.querySelector(".jp-OutputArea-output img")?.naturalWidth >= 700`);
  });
});
