import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { isFreeForKubeconfig, kubeconfig, removeKubeconfig, writeKubeconfig } from "../gateway/kubeconfig.ts";
import { Cluster } from "../sim/index.ts";
import { Failure, WrongUse } from "./command.ts";
import { serve } from "./serve.ts";
import { runCommand, takeCommands } from "./serve-commands.ts";
import { clusterOf } from "./serve-scenario.ts";

const folder = mkdtempSync(join(tmpdir(), "orrery-serve-"));
const silent = { out() {}, err() {} };

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it.each([
  [[], /--kubeconfig FILE/],
  [["--kubeconfig", "x", "--port", "99999"], /--port takes a whole number from 0 to 65535, not 99999/],
  [["--kubeconfig", "x", "--seed", "pi"], /--seed takes a whole number, not pi/],
  [["--kubeconfig", "x", "--speed", "fast"], /--speed takes a number from 0 to 10000, not fast/],
  [["--kubeconfig", "x", "--speed", "-1"], /--speed takes a number from 0 to 10000, not -1/],
  [
    ["--kubeconfig", "x", "--start-time", "2020-01-01T00:00:00Z"],
    /--start-time takes a time from 2026-01-05T09:00:00Z/,
  ],
  [["--kubeconfig", "x", "--start-time", "-1"], /--start-time takes a time/],
  [["--kubeconfig", "x", "--sped", "1"], /Unknown option/],
  [["--kubeconfig", "x", "--scenario", "x.txt"], /--scenario takes a .yaml/],
])("refuses %j in one sentence", async (words, sentence) => {
  const error = await serve.run(words, silent).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WrongUse);
  expect((error as Error).message).toMatch(sentence);
});

it("says so when the port is taken or the kubeconfig can't be written", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  await expect(serve.run(["--kubeconfig", join(folder, "a"), "--port", String(port)], silent)).rejects.toThrow(
    new Failure(`Port ${port} is taken: choose another one, or 0 for any that is free.`),
  );
  other.close();
  await expect(serve.run(["--kubeconfig", folder], silent)).rejects.toThrow(/can't be written to .* \(EISDIR\)/);
});

it.each([
  [
    "of somebody else's cluster",
    "apiVersion: v1\nkind: Config\nclusters: [{ name: c, cluster: { server: https://x } }]\n",
  ],
  ["that is no kubeconfig", "notes\n"],
  ["that is no YAML", "a: [\n"],
])("leaves a file alone %s", async (_what, text) => {
  const path = file("mine", text);
  await expect(serve.run(["--kubeconfig", path], silent)).rejects.toThrow(/exists and is not ours to replace: name a/);
  expect(readFileSync(path, "utf8")).toBe(text);
});

describe("a kubeconfig", () => {
  const pair = { certificate: "c", key: "k" };
  const credentials = { authority: "a", server: pair, administrator: pair, token: "t" };

  it("that is ours may be replaced, and goes at the end also when its context was changed", () => {
    const mine = kubeconfig("https://127.0.0.1:1", credentials);
    const path = file("ours", "");
    expect(isFreeForKubeconfig(path)).toBe(true);
    writeKubeconfig(path, mine.replace(/current-context: .*/, "current-context: kubernetes-admin-token@orrery"));
    expect(isFreeForKubeconfig(path)).toBe(true);
    removeKubeconfig(path, mine);
    expect(existsSync(path)).toBe(false);
  });

  it("of a later server, and one with something of somebody else in it, stays", () => {
    const mine = kubeconfig("https://127.0.0.1:1", credentials);
    const later = file("later", kubeconfig("https://127.0.0.1:2", credentials));
    const mixed = file("mixed", mine.replace("users:\n", "users:\n  - name: prod\n    user: { token: secret }\n"));
    for (const path of [later, mixed]) removeKubeconfig(path, mine);
    expect([later, mixed].map((path) => existsSync(path))).toEqual([true, true]);
    expect([later, mixed].map(isFreeForKubeconfig)).toEqual([true, false]);
  });
});

describe("commands on standard input", () => {
  const cluster = Cluster.create();

  it("move the cluster and say where it stands", () => {
    const { steps, now } = cluster;
    expect(runCommand(cluster, "step 3")).toMatch(new RegExp(`^step ${steps + 3}, 2026-01-05T09:00:\\d\\dZ \\(\\d`));
    runCommand(cluster, "back 3");
    expect(cluster.steps).toBe(steps);
    runCommand(cluster, "advance 10s");
    expect(cluster.now - now).toBeGreaterThanOrEqual(10_000_000);
    expect(runCommand(cluster, "settle")).toMatch(/^step \d+, /);
    expect(runCommand(cluster, "time")).toContain("(0.000s)");
  });

  it.each([
    ["jump", /there is no command "jump": write step/],
    ["step x", /step takes a whole number of steps, not "x"/],
    ["step 1 2", /step takes one word at most/],
    ["advance", /advance takes a duration: advance 10s/],
    ["advance soon", /"soon" is not a duration/],
    ["back 100000", /can't go back 100000 steps/],
  ])("refuse %s and change nothing", (line, sentence) => {
    const { steps, now } = cluster;
    expect(() => runCommand(cluster, line)).toThrow(sentence);
    expect([cluster.steps, cluster.now]).toEqual([steps, now]);
  });

  it("come one a line, and a wrong one does not end them", async () => {
    const told: string[] = [];
    const output = { out: (text: string) => told.push(text), err: (text: string) => told.push(text) };
    let moved = 0;
    takeCommands(Readable.from(["jump\nstep", " 2\n\ntime\n"]), cluster, () => moved++, output);
    await expect.poll(() => told.length).toBe(3);
    expect([told[0], moved]).toEqual([expect.stringMatching(/^there is no command "jump".*\.\n$/), 3]);
  });
});

describe("a scenario", () => {
  const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "1" }\n';

  it("of manifests is applied to a new cluster", async () => {
    const cluster = await clusterOf(file("good.yaml", manifest), { seed: 4, workersPerZone: 1 });
    expect([cluster.get("configmaps", "c")?.data, cluster.options.seed]).toEqual([{ a: "1" }, 4]);
  });

  it("of a module makes the cluster", async () => {
    const text = "export default (orrery: { create(o: object): unknown }) => orrery.create({ seed: 9 as number });";
    expect((await clusterOf(file("made.ts", text), {})).options.seed).toBe(9);
  });

  it.each([
    ["none.yaml", undefined, /can't be read \(ENOENT\)/],
    ["bad.yaml", "kind: Nothing\napiVersion: v1\nmetadata: { name: x }\n", /could not be applied/],
    ["other.mjs", "export const x = 1;", /must export a function/],
    ["throws.mjs", "export default () => { throw new Error('no idea'); };", /failed: no idea/],
    ["returns.mjs", "export default () => 7;", /must return a cluster/],
    ["syntax.ts", "export default (=>", /is not TypeScript/],
  ])("that is wrong is refused: %s", async (name, text, sentence) => {
    const path = text === undefined ? join(folder, name) : file(name, text);
    await expect(clusterOf(path, {})).rejects.toThrow(sentence);
  });
});

/** The command as one program, as `npm run build` would make it. */
async function bundled(): Promise<string> {
  const root = new URL("..", import.meta.url).pathname;
  const outfile = join(root, ".cache", "bundles", "orrery-serve.mjs");
  const contents = `import { serve } from "./cli/serve.ts";
    process.exitCode = await serve.run(process.argv.slice(3), { out: (t) => process.stdout.write(t), err() {} });`;
  await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    ...{ outfile, bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "silent" },
  });
  return outfile;
}

it("serves until Ctrl-C, and leaves nothing behind", async () => {
  const main = await bundled();
  const config = join(folder, "kubeconfig");
  const child = spawn(process.execPath, [main, "serve", "--kubeconfig", config], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    out += part;
  });
  await expect
    .poll(() => out, { timeout: 30_000 })
    .toMatch(/^https:\/\/127\.0\.0\.1:\d+\nexport KUBECONFIG=.*kubeconfig\n$/);
  expect(statSync(config).mode & 0o777).toBe(0o600);
  expect(readFileSync(config, "utf8")).toContain(out.split("\n")[0]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  expect([await ended, existsSync(config)]).toEqual([0, false]);
});
