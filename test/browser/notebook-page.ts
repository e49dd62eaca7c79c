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

/** A piece of script that makes `panel` the open notebook of a path, in front and ready. */
const findPanel = (path: string): string => `
  const app = globalThis.jupyterapp;
  await app.restored;
  const open = () => [...app.shell.widgets("main")].find(({ context }) => context?.path === ${JSON.stringify(path)});
  while (open() === undefined) await new Promise((done) => setTimeout(done, 50));
  const panel = open();
  if (app.shell.currentWidget !== panel) app.shell.activateById(panel.id); // which takes the focus
  await panel.context.ready;`;

/** Runs a script in the page that may use `app` and `panel`, the open notebook of a path; resolves to what it returns. */
export async function inNotebook<T>(page: Page, path: string, script: string): Promise<T> {
  await page.waitForFunction("globalThis.jupyterapp !== undefined");
  return page.evaluate(`(async () => {${findPanel(path)}\n${script}\n})()`) as Promise<T>;
}

/** The cells of an open notebook as they are. */
export function readCells(page: Page, path: string): Promise<readonly PageCell[]> {
  return inNotebook(page, path, "return panel.context.model.toJSON().cells;");
}

/**
 * Runs an open notebook and resolves to its cells with their outputs. Waits for the session and for the notebook kernel
 * itself first: JupyterLab's own "idle" light is lit before there is either, and what is run then is lost.
 */
export function runAllCells(page: Page, path: string): Promise<readonly PageCell[]> {
  const script = `
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    await app.commands.execute("notebook:run-all-cells");
    await panel.context.save();
    return panel.context.model.toJSON().cells;`;
  return inNotebook(page, path, script);
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
