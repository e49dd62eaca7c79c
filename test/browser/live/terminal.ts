/** The terminal panel: JupyterLab's own terminal on the simulated shell. */
import { afterAll, expect, it, type TestContext } from "vitest";
import { violationsIn } from "./axe.ts";
import type { Bench } from "./bench.ts";
import { type App, button, type FrontEnd, untilSays } from "./front-end.ts";
import { clusterCell, writeNotebook } from "./notebooks.ts";
import { shoot } from "./screenshots.ts";

/** What the terminal shows, as a screen reader hears it. */
const textOf = (front: FrontEnd): Promise<string> =>
  front.page.evaluate(
    "[...document.querySelectorAll('.jp-Terminal .xterm-accessibility-tree > div')].map((line) => line.textContent).join('\\n')",
  );

async function until(front: FrontEnd, pattern: RegExp): Promise<string> {
  await expect.poll(() => textOf(front), { timeout: 10_000 }).toMatch(pattern);
  return textOf(front);
}

/** Types into the terminal, which gets the focus first. */
async function type(front: FrontEnd, text: string): Promise<void> {
  await front.page.locator(".jp-Terminal textarea").focus();
  await front.page.keyboard.type(text);
}

/** The tests of the terminal in one front end. */
export function terminalTests(bench: Bench, app: App): void {
  let front: FrontEnd | undefined;
  const opened = async (context: TestContext): Promise<FrontEnd> => {
    if (front !== undefined) return front;
    front = await bench.open(
      context,
      writeNotebook(bench.root, `terminal-${app.at(0)}.ipynb`, [clusterCell, "show.components()"]),
      app,
    );
    await front.runAll();
    await front.do('await app.commands.execute("orrery:terminal");');
    await front.page.locator(".jp-Terminal textarea").waitFor({ state: "attached" });
    await until(front, /[$#>]/);
    return front;
  };
  afterAll(() => front?.close());

  it("types kubectl get pods and shows the table", async (context) => {
    const page = await opened(context);
    await type(page, "kubectl get pods\n");
    await until(page, /client +1\/1 +Running[\s\S]*web-/);
  });

  it("axe-core finds nothing in it", async (context) => {
    const page = await opened(context);
    expect(await violationsIn(page.page, [".jp-Terminal"])).toEqual([]);
  });

  it("completes with Tab and remembers with the arrow", async (context) => {
    const page = await opened(context);
    await type(page, "kubectl get depl");
    await page.page.keyboard.press("Tab");
    await until(page, /kubectl get deployment/);
    await page.page.keyboard.press("Control+c");
    await type(page, "kubectl get svc\n");
    await until(page, /web +ClusterIP/);
    await page.page.keyboard.press("ArrowUp");
    await expect.poll(async () => (await textOf(page)).match(/kubectl get svc/g)?.length).toBeGreaterThanOrEqual(2);
    await page.page.keyboard.press("Control+c");
  });

  it("opens the small shell of a container, and nothing of the host", async (context) => {
    const page = await opened(context);
    await type(page, "kubectl exec -it client -- sh\n");
    await until(page, /\/ #/);
    await type(page, "hostname\n");
    await until(page, /\nclient/);
    await type(page, "exit\n");
    await type(page, "node --version\n");
    await until(page, /not found/);
    if (app === "JupyterLab") await shoot(page.page.locator(".jp-Terminal"), "terminal", 760);
  });

  it("what is typed moves the views, and a restart is said", async (context) => {
    const page = await opened(context);
    const before = await page.clusterStep();
    await type(page, "kubectl delete pod client --wait=false\n");
    await until(page, /pod "client" deleted/);
    expect(await page.clusterStep()).toBeGreaterThan(before);
    await page.restart();
    await until(page, /\[the notebook kernel was restarted\]/);
    await until(page, /no cluster yet/);
    if (app === "Notebook 7") return;
    await page.runAll();
    const view = await page.view(1);
    await untilSays(view, "live");
    await button(view, "Step (").click();
  });
}
