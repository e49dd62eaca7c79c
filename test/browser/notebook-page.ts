/** A notebook in a real JupyterLab page: runs it and reads what came of it from the model, never from the screen. */
import type { Page } from "playwright-core";

/** An output as nbformat has it. */
export interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A cell as the page's model has it. */
export interface PageCell {
  readonly cell_type: string;
  readonly id: string;
  readonly source: string;
  readonly outputs?: readonly Output[];
}

/**
 * Waits for everything that JupyterLab's own "idle" light forgets: the application, the document, the session and the
 * notebook kernel itself; then runs all cells if asked.
 */
const script = (run: boolean) => `(async () => {
  const app = globalThis.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  if (${run}) {
    await panel.sessionContext.session.kernel.info;
    await app.commands.execute("notebook:run-all-cells");
  }
  return panel.context.model.toJSON().cells;
})()`;

/** The cells of the open notebook as they are. */
export async function readCells(page: Page): Promise<readonly PageCell[]> {
  await page.waitForSelector(".jp-NotebookPanel");
  return page.evaluate(script(false));
}

/** Runs the open notebook and resolves to its cells with their outputs. */
export async function runAllCells(page: Page): Promise<readonly PageCell[]> {
  await page.waitForSelector(".jp-NotebookPanel");
  return page.evaluate(script(true));
}

/** Saves the open notebook. */
export async function saveNotebook(page: Page): Promise<void> {
  await page.evaluate(`globalThis.jupyterapp.commands.execute("docmanager:save")`);
}

/** Natural sizes of the pictures in these pieces of HTML, as the browser decodes them; 0 × 0 for a broken one. */
export async function pictureSizes(
  page: Page,
  html: readonly string[],
): Promise<readonly (readonly [number, number])[]> {
  return page.evaluate(`Promise.all(${JSON.stringify(html)}.map(async (text) => {
    const image = new Image();
    image.src = /<img[^>]*src="(data:image\\/svg\\+xml[^"]*)"/.exec(text)?.[1] ?? "data:,";
    await image.decode().catch(() => undefined);
    return [image.naturalWidth, image.naturalHeight];
  }))`);
}
