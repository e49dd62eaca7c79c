/**
 * Live views' figures at 1,000 nodes and 3,000 pods: a display in the notebook kernel, a step that goes to a page, the
 * first picture in a page. Times are milliseconds, medians of a few runs. Without a Chromium the page's figures are left out.
 */
import { accessSync } from "node:fs";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { connectHost, kubectl, liveSession, orrery, show } from "../../lessons/api.ts";
import type { Channel } from "../../lessons/live/channel.ts";
import type { LiveFrameSet } from "../../lessons/live/protocol.ts";
import { type Scene, VIEW_TYPE } from "../../views/index.ts";

/** What was measured and what is aimed at. */
export const budgets = { firstPaintMs: "≤ 500", nextPaintMs: "≤ 100", bundleKb: "≤ 256" };

const runs = 5;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function timed(act: () => void): number {
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now();
      act();
      return performance.now() - start;
    }),
  );
}

const project = new URL("../..", import.meta.url).pathname;

function findChromium(): string | undefined {
  const places = [process.env.CHROME_PATH ?? "", "/usr/bin/chromium", "/usr/bin/google-chrome"];
  return places.find((path) => {
    try {
      accessSync(path);
      return path !== "";
    } catch {
      return false;
    }
  });
}

/** Draws scenes in an empty page: the first from nothing, the others on top of it. Until the frame after is painted. */
async function paint(browser: Browser, scenes: readonly Scene[]): Promise<readonly number[]> {
  const entry =
    'export { Drawing } from "./views/dom/drawing.ts"; export { themeVariables } from "./views/dom/theme.ts";';
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: project },
    bundle: true,
    format: "iife",
    globalName: "views",
    write: false,
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  await page.addScriptTag({ content: outputFiles[0]!.text });
  return page.evaluate(`(async () => {
    const drawing = new views.Drawing();
    for (const [name, value] of views.themeVariables("light")) document.body.style.setProperty(name, value);
    document.body.append(drawing.svg);
    const times = [];
    for (const scene of ${JSON.stringify(scenes)}) {
      const start = performance.now();
      drawing.draw(scene, false);
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      times.push(performance.now() - start);
    }
    return times;
  })()`);
}

/** Runs the benchmark. */
export default async function bench(): Promise<Record<string, number>> {
  connectHost({ write: () => {}, readFile: () => undefined, session: "bench" });
  const session = liveSession();
  const cluster = orrery.create({ zones: 5, workersPerZone: 200, seed: 1 });
  kubectl`create deployment web --image=nginx --replicas=3000`;
  cluster.settle();
  cluster.back(500);
  const scenes: Scene[] = [];
  let sent = 0;
  const channel: Channel = {
    send: (message) => {
      sent = JSON.stringify(message).length;
    },
    close: () => {},
    onMessage: undefined,
    onClose: undefined,
  };
  const display = show.components(cluster);
  const bundle = display.toMimeBundle();
  const { live } = bundle[VIEW_TYPE] as LiveFrameSet;
  session.openView(channel, live);
  const figures = {
    displayMs: timed(() => show.components(cluster).toMimeBundle()),
    bundleKb: JSON.stringify(bundle).length / 1024,
    liveStepMs: timed(() => {
      channel.onMessage?.({ kind: "step", count: 1 }, []);
      scenes.push(show.components(cluster).scenes.at(-1)!);
    }),
    liveStepKb: sent / 1024,
  };
  connectHost(undefined);
  const executablePath = findChromium();
  if (executablePath === undefined) return figures;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const [first, ...next] = await paint(browser, scenes);
    return { ...figures, firstPaintMs: first!, nextPaintMs: median(next) };
  } finally {
    await browser.close();
  }
}
