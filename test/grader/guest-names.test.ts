/** A submission's cells find the names that a notebook's cells find; otherwise right answers would fail where they are graded. */
import { expect, it } from "vitest";
import { openSandbox } from "../../grader/sandbox/sandbox.ts";
import { createEnvironment } from "../../kernel/default-environment.ts";
import type { NotebookHost } from "../../kernel/environment.ts";
import * as api from "../../lessons/api.ts";

/** What the notebook kernel itself puts on the global object beside its environment's names. */
const ofEveryNotebook = ["console", "display", "clearOutput", "prompt", "require"];
/** What hosts, and the checks of lessons, take from the module; cells have no use for it. */
const notForCells = ["connectHost", "liveSession", "lessonPanels", "forgetClusters", "exchangesOf", "partyNamed"];

/** The types of some expressions in there. */
async function typesOf(setUp: string, expressions: readonly string[]): Promise<Record<string, string>> {
  const sandbox = await openSandbox(() => '{"value":null}');
  try {
    const list = expressions.map((text) => `typeof (${text})`).join(",");
    const ended = sandbox.run(`[async () => { ${setUp}; return [${list}] }, [], []]`, "names.ts");
    if (ended.kind === "failed") throw new Error(ended.message);
    const { value } = JSON.parse(ended.value) as { value: string[] };
    return Object.fromEntries(expressions.map((text, index) => [text, value[index] ?? ""]));
  } finally {
    sandbox.close();
  }
}

const typesIn = (values: object, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, typeof Reflect.get(values, name)]));

it("every global of a notebook's cells is one of a submission's cells, of the same type", async () => {
  const host = { interruptFlag: new Int32Array(1) } as Partial<NotebookHost> as NotebookHost;
  const { globals } = createEnvironment(host);
  api.connectHost(undefined);
  const names = Object.keys(globals);
  expect(names).toEqual(expect.arrayContaining(["orrery", "kubectl", "commandsOf", "http", "show"]));
  expect(await typesOf("", names)).toEqual(typesIn(globals, names));
  const own = await typesOf("", ofEveryNotebook);
  expect(Object.values(own).filter((type) => type === "undefined")).toEqual([]);
});

it("what cells import from the package is there, too", async () => {
  const names = Object.keys(api).filter((name) => !notForCells.includes(name));
  const taken = await typesOf(
    "const m = await $orrery.import('kube-orrery')",
    names.map((name) => `m.${name}`),
  );
  expect(taken).toEqual(
    Object.fromEntries(Object.entries(typesIn(api, names)).map(([name, type]) => [`m.${name}`, type])),
  );
});

it("orrery and a lesson have the same members", async () => {
  const members = Object.keys(api.orrery).filter((name) => name !== "current");
  const ofLesson = ["start", "answer", "predict", "reveal", "hint", "check", "progress"];
  const expressions = [
    ...members.map((name) => `orrery.${name}`),
    ...ofLesson.map((name) => `orrery.lesson("x").${name}`),
  ];
  expect(await typesOf("", expressions)).toEqual(Object.fromEntries(expressions.map((text) => [text, "function"])));
});
