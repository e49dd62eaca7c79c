import { expect, it } from "vitest";
import { CellCompiler } from "./compile-cells.ts";
import { neededCells } from "./needed.ts";

const compiler = new CellCompiler();

/** The cells that must run: those that begin with "* " count by themselves. */
function needed(...cells: readonly string[]): readonly string[] {
  const uses = cells.map((text, index) => {
    const source = text.replace(/^\* /, "");
    const compiled = compiler.compile(source, index);
    return { counts: text.startsWith("* "), source, compiled: compiled.kind === "compiled" ? compiled : undefined };
  });
  const runs = neededCells(uses);
  return cells.filter((_, index) => runs[index]);
}

const setup = 'const lesson = orrery.lesson("01-x")';
const demo = ["const cluster = orrery.create()\nshow.components(cluster)", "%kubectl get pods", "cluster.settle()"];
const start = 'const shop = lesson.start("shop")\nshow.components(shop)';

it("leaves out what no answer can reach", () => {
  expect(needed(setup, ...demo, start, "* %kubectl scale deployment shop --replicas=2", "cluster.step()")).toEqual([
    setup,
    start,
    "* %kubectl scale deployment shop --replicas=2",
  ]);
  expect(needed(setup, ...demo, start, 'lesson.check("shop")')).toEqual([setup]);
});

it("does not mix up two clusters between which the lesson changes", () => {
  const back = "orrery.use(cluster)\n%kubectl get nodes";
  const answer = "* %kubectl get pods";
  expect(needed(setup, ...demo, start, answer, back, "cluster.step()")).toEqual([setup, start, answer]);
});

it("runs what an answer's cluster has been through", () => {
  const answer = "* cluster.kill('kube-scheduler')";
  expect(needed(setup, ...demo, answer)).toEqual([setup, ...demo, answer]);
  expect(needed(setup, start, "shop.settle()", "* %kubectl get pods")).toHaveLength(4);
});

it("follows names through other names and functions", () => {
  const cells = [setup, demo[0]!, "const other = cluster", "const wait = () => other.settle()", "* wait()"];
  expect(needed(...cells)).toEqual(cells);
});

it("takes a function that is called to talk to the current cluster", () => {
  const cells = [setup, "function grow() { kubectl`scale deployment shop --replicas=2` }", start, "* grow()"];
  expect(needed(...cells)).toEqual(cells);
});

it("runs all where an answer can reach anything", () => {
  expect(needed(setup, ...demo, start, "* (globalThis as any).cluster.step()")).toHaveLength(6);
});

it("knows an answer that touches nothing, and a parameter that only has a cluster's name", () => {
  const table = '* lesson.answer("who", [1, 2])';
  const call = '* lesson.answer("how", (cluster) => { cluster.step() })';
  expect(needed(setup, ...demo, table, call)).toEqual([setup, table, call]);
  const other = '* lesson.answer("how", (given) => { cluster.step() })';
  expect(needed(setup, ...demo, other)).toEqual([setup, ...demo, other]);
});

it("lets predictions stand alone", () => {
  const choice = '* lesson.predict("first", "B")';
  expect(needed(setup, ...demo, choice)).toEqual([setup, choice]);
});
