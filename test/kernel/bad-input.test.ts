/** What a learner can do wrong in a cell, through the real notebook kernel: a clear sentence, and the cluster as before. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runScript } from "../setup/lab.ts";
import { type Executed, JupyterClient } from "./jupyter-client.ts";

const project = new URL("../..", import.meta.url).pathname;

describe("a wrong cell", () => {
  let client: JupyterClient;
  let before: string;
  const state = async (): Promise<string> => (await client.execute("cluster.stateHash()")).result ?? "";
  const errorOf = (result: Executed): string => {
    const { ename, evalue, traceback } = result.outputs.find(({ type }) => type === "error")?.content ?? {};
    return `${ename}: ${evalue}\n${(traceback as string[] | undefined)?.join("\n") ?? ""}`;
  };

  beforeAll(async () => {
    expect(await runScript(["scripts/build.mjs"])).toMatchObject({ status: 0 });
    const program = join(project, "dist", "kernel", "orrery-kernel.cjs");
    client = await JupyterClient.start([process.execPath, program, "{connection_file}"]);
    const made = await client.execute("const cluster = orrery.create({ seed: 3 }); cluster.settle()");
    expect(made.reply).toMatchObject({ status: "ok" });
    before = await state();
    expect(before).toMatch(/^'[0-9a-f]{8}'$/);
  });
  afterAll(() => client?.close());

  it("with broken YAML names line and column, and applies nothing", async () => {
    const result = await client.execute("%%yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: p\nspec: {}\n");
    expect(result.stderr).toContain("error converting YAML to JSON: yaml: line");
    expect(result.stderr).toMatch(/line \d+, column \d+: /);
    expect(await state()).toBe(before);
  });

  it("with an unknown kind or field says so in the API server's words", async () => {
    const kind = await client.execute("%%yaml\napiVersion: v1\nkind: Pood\nmetadata: {name: p}\n");
    expect(kind.stderr).toContain('no matches for kind "Pood" in version "v1"');
    const field = await client.execute(
      "%%yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: nginx, foo: 1}]}\n",
    );
    expect(field.stderr).toContain('strict decoding error: unknown field "spec.containers[0].foo"');
    expect((await client.execute('cluster.get("pods", "p")')).result ?? "undefined").toBe("undefined");
    await client.execute("cluster.undo()");
  });

  it("with a type error is refused at its place before anything runs", async () => {
    const hash = await state();
    const result = await client.execute('cluster.kill("etcd")\nconst steps: string = cluster.steps');
    expect(errorOf(result)).toContain("Type 'number' is not assignable to type 'string'");
    expect(errorOf(result)).toMatch(/2:7/);
    expect(await state()).toBe(hash);
  });

  it("that throws keeps what came before the error, and one undo takes it back", async () => {
    const hash = await state();
    const result = await client.execute('%kubectl create namespace oops\ncluster.kill("kube-sheduler")');
    expect(errorOf(result)).toContain('no process is called "kube-sheduler"; there are');
    expect(errorOf(result)).toMatch(/:2:/);
    expect(result.stdout).toBe("namespace/oops created\n");
    expect((await client.execute("cluster.undo()")).result).toBe("true");
    expect(await state()).toBe(hash);
  });

  it("that never ends stops when it is interrupted, within half a second, between two events", async () => {
    const hash = await state();
    const { done } = await client.begin("for (;;) cluster.fork().advance('1h')");
    await sleep(700);
    const asked = performance.now();
    await client.request("interrupt_request", {}, "control");
    const result = await done;
    expect(performance.now() - asked).toBeLessThan(1_500);
    expect(result.reply).toMatchObject({ status: "error" });
    expect(await state()).toBe(hash);
  });

  it("that exits leaves the notebook kernel and the cluster alive", async () => {
    const hash = await state();
    const result = await client.execute("process.exit(3)");
    expect(errorOf(result)).toMatch(/exit/);
    expect(await state()).toBe(hash);
  });

  it("that prints 50 MB is cut at the limit, with a sentence that says how much", async () => {
    const result = await client.execute('for (let n = 0; n < 50; n++) console.log("x".repeat(1_000_000))');
    expect(result.stdout.length).toBeLessThan(1_100_000);
    expect(`${result.stdout}${result.stderr}`).toMatch(
      /Output cut: 1.000.000 of 50.000.050 characters of stdout are shown, 49.000.050 are left out/,
    );
    expect(await state()).toMatch(/^'[0-9a-f]{8}'$/);
  });
});
