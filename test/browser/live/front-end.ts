/** One notebook in one page of JupyterLab or Notebook 7, with what the tests of live views do to it. */
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { inNotebook, type PageCell, readCells, runAllCells } from "../notebook-page.ts";

/** The two front ends. */
export type App = "JupyterLab" | "Notebook 7";

/** One-letter commands of JupyterLab that change cells. */
const cellKeys = ["a", "b", "j", "m", "d", "d", "x", "0", "0", "l", "o", "h"];

/** How long anything in a page may take on a busy machine. */
const waitMs = 15_000;

/** An open notebook. */
export class FrontEnd {
  readonly page: Page;
  readonly path: string;
  /** Errors of the page that came from our extension. */
  readonly errors: string[] = [];

  private constructor(page: Page, path: string) {
    this.page = page;
    this.path = path;
    page.on("pageerror", (error) => {
      if (error.stack?.includes("kube-orrery-lab")) this.errors.push(error.stack);
    });
  }

  /** Opens a notebook in a page of its own; `url` is the address that `npm start` printed. */
  static async open(
    browser: Browser,
    url: URL,
    path: string,
    app: App = "JupyterLab",
    { keepLeft = false }: { readonly keepLeft?: boolean } = {},
  ): Promise<FrontEnd> {
    const context = await browser.newContext({ viewport: { width: 1240, height: 1000 }, deviceScaleFactor: 1 });
    context.setDefaultTimeout(waitMs);
    const front = new FrontEnd(await context.newPage(), path);
    const place = app === "JupyterLab" ? `/lab/tree/${path}?reset` : `/notebooks/${path}`;
    const address = new URL(place, url);
    address.searchParams.set("token", url.searchParams.get("token")!);
    await front.page.goto(address.href);
    await front.do("");
    if (app === "JupyterLab" && !keepLeft) await front.do("app.shell.collapseLeft();");
    return front;
  }

  /** Runs a script that may use `app` and `panel`. */
  do<T>(script: string): Promise<T> {
    return inNotebook<T>(this.page, this.path, script);
  }

  cells(): Promise<readonly PageCell[]> {
    return readCells(this.page, this.path);
  }

  /** Runs all cells; fails with the first error of one. */
  async runAll(): Promise<void> {
    const cells = await runAllCells(this.page, this.path);
    const errors = cells.flatMap(({ outputs = [] }) => outputs.filter(({ output_type }) => output_type === "error"));
    expect(errors).toEqual([]);
  }

  /** What the notebook kernel prints for an expression, whatever cells run. */
  evaluate(expression: string): Promise<string> {
    return this.do(`
      const future = panel.sessionContext.session.kernel.requestExecute({ code: ${JSON.stringify(expression)}, store_history: false });
      let text = "";
      future.onIOPub = ({ content }) => { text = content.data?.["text/plain"] ?? content.evalue ?? text; };
      await future.done;
      return text;`);
  }

  /** The step that the notebook's cluster stands at. */
  async clusterStep(): Promise<number> {
    return Number(await this.evaluate("cluster.steps"));
  }

  /** The view below the nth cell, scrolled into sight. */
  async view(cell: number): Promise<Locator> {
    await this.do(`
      panel.content.activeCellIndex = ${cell};
      await panel.content.scrollToItem(${cell}, "start");`);
    const view = this.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".orrery-view");
    await view.waitFor();
    return view;
  }

  /** Kills or restarts what runs the cells, as the menu does, without its question. */
  async restart(): Promise<void> {
    await this.do("await panel.sessionContext.restartKernel();");
  }

  async theme(name: "light" | "dark"): Promise<void> {
    const theme = name === "light" ? "JupyterLab Light" : "JupyterLab Dark";
    await this.do(`await app.commands.execute("apputils:change-theme", { theme: ${JSON.stringify(theme)} });`);
    await this.page.waitForFunction(`document.body.dataset.jpThemeLight === "${name === "light"}"`);
  }

  /** Presses JupyterLab's one-letter commands on whatever has the focus; the cells must stay as they are. */
  async pressCellKeys(): Promise<void> {
    const wanted = (await this.cells()).map(({ cell_type, source }) => [cell_type, source]);
    for (const key of cellKeys) await this.page.keyboard.press(key);
    const present = (await this.cells()).map(({ cell_type, source }) => [cell_type, source]);
    expect(present, await this.page.evaluate<string>("document.activeElement.outerHTML.slice(0, 200)")).toEqual(wanted);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** A button of a view by the start of its name. */
export const button = (view: Locator, name: string): Locator => view.locator(`button[aria-label^="${name}"]`);

/** The word that says how a view stands. */
export const pill = (view: Locator): Locator => view.locator(".orrery-pill");

/** Waits until a view's pill says something. */
export async function untilSays(view: Locator, words: string): Promise<void> {
  await pill(view).filter({ hasText: words }).waitFor({ timeout: waitMs });
}

/** Step that a view shows: the first number of "step 12 of 80". */
export async function stepOf(view: Locator): Promise<number> {
  return Number(/step (\d+)/.exec(await view.locator(".orrery-bar .orrery-words").innerText())?.[1]);
}

/** Waits until a view shows a step. */
export async function untilStep(view: Locator, step: number): Promise<void> {
  const words = view.locator(".orrery-bar .orrery-words").filter({ hasText: new RegExp(`^step ${step} `) });
  await words.waitFor({ timeout: waitMs });
}
