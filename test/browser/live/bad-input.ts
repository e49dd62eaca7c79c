/** What a hostile page or a hostile cluster does to the live side: nothing. */
import { expect, it } from "vitest";
import type { Bench } from "./bench.ts";
import { untilSays } from "./front-end.ts";
import { clusterCell, writeNotebook } from "./notebooks.ts";

const hostile = "<img src=x onerror=globalThis.broken=1>";

/** The tests of bad input through a real front end. */
export function badInputTests(bench: Bench): void {
  it("an unknown comm target is closed, malformed messages are refused, and the notebook kernel goes on", async (context) => {
    const front = await bench.open(context, writeNotebook(bench.root, "bad.ipynb", [clusterCell, "show.components()"]));
    await front.runAll();
    await untilSays(await front.view(1), "live");
    const told = await front.do<Record<string, unknown>>(`
      const { kernel } = panel.sessionContext.session;
      const talk = (target, opening, messages) => new Promise((done) => {
        const comm = kernel.createComm(target);
        const told = { closed: false, answers: [] };
        comm.onClose = () => { told.closed = true; done(told); };
        comm.onMsg = ({ content }) => told.answers.push(content.data.kind);
        comm.open(opening);
        for (const message of messages) comm.send(message);
        setTimeout(() => done(told), 1500);
      });
      return {
        unknown: await talk("orrery.nothing", {}, []),
        stranger: await talk("orrery.view", { session: "x", id: "1" }, []),
        clock: await talk("orrery.clock", {}, [{}, { kind: "step", count: 1e12 }, { kind: "input", text: "x" }, 7]),
      };`);
    expect(told).toMatchObject({
      unknown: { closed: true },
      stranger: { closed: true },
      clock: { closed: false, answers: ["clock", "refused", "refused", "refused", "refused"] },
    });
    expect(await front.clusterStep()).toBeGreaterThan(0);
    await front.close();
  });

  it("a page that goes away in the middle of a long way leaves all intact", async (context) => {
    const path = writeNotebook(bench.root, "away.ipynb", [clusterCell, "show.components()"]);
    const front = await bench.open(context, path);
    await front.runAll();
    await untilSays(await front.view(1), "live");
    await front.do(`
      const comm = panel.sessionContext.session.kernel.createComm("orrery.clock");
      comm.open({});
      comm.send({ kind: "step", count: 5000 });`);
    await front.page.reload();
    await untilSays(await front.view(1), "live");
    expect(await front.evaluate("cluster.back(10), cluster.step(4).steps")).toBe("4");
    await front.close();
  });

  it("hostile text in objects is drawn as text", async (context) => {
    const cell = `const text = ${JSON.stringify(hostile)}
kubectl\`annotate pod client note=\${text}\``;
    const sources = [clusterCell, cell, "show.components()", "show.why(text)"];
    const front = await bench.open(context, writeNotebook(bench.root, "hostile.ipynb", sources));
    await front.runAll();
    await (await front.view(3)).filter({ hasText: hostile.slice(0, 10) }).waitFor();
    const view = await front.view(2);
    await untilSays(view, "live");
    await view.locator('g.orrery-mark[aria-label^="pod default/client"]').press("Enter");
    await view.locator(".orrery-inspector").filter({ hasText: hostile }).first().waitFor();
    expect(await front.page.evaluate("globalThis.broken")).toBeUndefined();
    expect(await front.page.locator('img[src="x"]').count()).toBe(0);
    await front.close();
  });
}
