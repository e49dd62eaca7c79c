/** The package in hosts that know nothing of it: a plain Node.js script, and a stock tslab notebook. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Executed, JupyterClient } from "../kernel/jupyter-client.ts";
import { runScript } from "../setup/lab.ts";
import { examples, Guest, packedFiles } from "./guest.ts";

const project = new URL("../..", import.meta.url).pathname;
let guest: Guest;

beforeAll(async () => {
  expect(await runScript(["scripts/build.mjs"])).toMatchObject({ status: 0 });
  guest = new Guest();
}, 300_000);
afterAll(() => guest?.end());

it("the package has what it needs, and no solution", () => {
  const files = packedFiles();
  expect(files).toEqual(
    expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "dist/cli/main.js", "lessons/00-tour/lesson.md"]),
  );
  expect(files.filter((path) => /solution|\.test\./.test(path))).toEqual([]);
});

it("a plain script prints commands, pictures and clusters as text", () => {
  const [example = ""] = examples("js");
  const { status, stdout, stderr } = guest.node("example.mjs", example);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^NAME +READY +UP-TO-DATE.*\nweb +2\/2 /);
  expect(stdout).toMatch(/web-\w+-\w+/);
  expect(stdout).toMatch(/\ncluster with 2 nodes and \d+ pods at step \d+/);
});

it("a plain script reads files, and finds the lessons with their words", () => {
  const text = `
    import { orrery, kubectl } from "kube-orrery";
    import { writeFileSync } from "node:fs";
    orrery.create();
    writeFileSync("map.yaml", "apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: colours }\\n");
    console.log(kubectl\`apply -f map.yaml\`.stdout);
    console.log(orrery.lesson("01-whole-cluster"));
  `;
  const { stdout, stderr } = guest.node("files.mjs", text);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^configmap\/colours created\n\nlesson \S.*: \d+ exercises\n$/);
});

describe("tslab 1.0.22", () => {
  let client: JupyterClient;
  const text = ({ outputs }: Executed) => outputs.map(({ content }) => content.text ?? "").join("");

  beforeAll(async () => {
    const tslab = join(project, "node_modules", "tslab", "bin", "tslab");
    client = await JupyterClient.start([process.execPath, tslab, "kernel", "--config-path", "{connection_file}"], {
      cwd: guest.folder,
    });
  });
  afterAll(() => client?.close());

  it("runs the documented cell and shows its picture", async () => {
    const [example = ""] = examples("ts");
    const cell = await client.execute(example);
    expect(cell.reply).toMatchObject({ status: "ok" });
    expect(text(cell)).toContain("deployment.apps/web created\n");
    const shown = cell.outputs.filter(({ type }) => type === "display_data").map(({ content }) => content.data);
    expect(shown).toEqual([
      { "text/html": expect.stringMatching(/^<img alt="Cluster at step .*image\/svg\+xml;base64,/) },
    ]);
  });

  it("prints a command's output once, and a cluster as a sentence", async () => {
    const pods = await client.execute("kubectl`get deployments`");
    expect(text(pods)).toMatch(/^NAME[^\n]*\nweb [^\n]*\n\n$/);
    expect(text(await client.execute("cluster"))).toMatch(/^cluster with 2 nodes/);
  });

  // Last: tslab drops what it is sent in the moment after an error.
  it("knows the package's types", async () => {
    const cell = await client.execute("const wrong: string = cluster.list('pods')");
    expect(text(cell)).toMatch(/is not assignable to type 'string'/);
  });
});
