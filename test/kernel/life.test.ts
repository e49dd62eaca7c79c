import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { builtKernel, startKernel } from "./built-kernel.ts";
import { newConnection } from "./jupyter-client.ts";

async function run(...args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [await builtKernel(), ...args]);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, out, err };
}

test("--help and wrong use", async () => {
  expect(await run("--help")).toMatchObject({ status: 0, out: expect.stringContaining("Usage:") });
  expect(await run()).toMatchObject({ status: 2, err: expect.stringContaining("connection file") });
  expect(await run("a", "--what")).toMatchObject({ status: 2, err: expect.stringContaining("--what") });
  expect(await run("/no/such/file.json")).toMatchObject({ status: 2, err: expect.stringContaining("cannot be read") });
}, 60_000);

test("sockets that are taken are named as the reason", async () => {
  const taken = await newConnection();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(taken.stdin_port, "127.0.0.1", resolve));
  const file = join(tmpdir(), `orrery-taken-${process.pid}.json`);
  writeFileSync(file, JSON.stringify(taken));
  expect(await run(file)).toMatchObject({ status: 1, err: expect.stringContaining("cannot open its sockets") });
  server.close();
  rmSync(file);
}, 60_000);

test("a shutdown request is answered, and everything ends", async () => {
  const client = await startKernel();
  await client.execute("setInterval(() => {}, 10); 1");
  expect(await client.request("shutdown_request", { restart: false }, "control")).toEqual({
    status: "ok",
    restart: false,
  });
  expect(await client.ended()).toBe(0);
  await client.close();
}, 60_000);

test("a shutdown request ends a notebook kernel whose cell runs, and one whose cell does not listen", async () => {
  for (const code of ["for (;;);", "'a'.repeat(40).match(/^(a+)+b/)"]) {
    const client = await startKernel();
    await client.execute("1");
    await client.begin(code);
    await sleep(100);
    await client.request("shutdown_request", { restart: true }, "control");
    const start = performance.now();
    await client.ended();
    expect(performance.now() - start).toBeLessThan(3_000);
    await client.close();
  }
}, 60_000);

test("the notebook kernel ends when the process named as its parent has ended, even while a cell runs", async () => {
  const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const client = await startKernel([], { env: { ...process.env, JPY_PARENT_PID: String(parent.pid) } });
  await client.execute("1");
  await client.begin("while (true) {}");
  parent.kill("SIGKILL");
  await client.ended();
  await client.close();
}, 60_000);

test("the notebook kernel ends when its parent ends", async () => {
  const script = `const { spawn } = require("node:child_process"); const c = spawn(process.execPath, process.argv.slice(1), { detached: true, stdio: "ignore" }); console.log(c.pid); setTimeout(() => process.exit(), 800)`;
  const connection = join(tmpdir(), `orrery-orphan-${process.pid}.json`);
  writeFileSync(connection, JSON.stringify(await newConnection()));
  const between = spawn(process.execPath, ["-e", script, await builtKernel(), connection], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const orphan = Number(
    await new Promise<string>((resolve) => between.stdout.once("data", (chunk) => resolve(String(chunk)))),
  );
  await new Promise((resolve) => between.once("exit", resolve));
  const alive = () => {
    try {
      process.kill(orphan, 0);
      return true;
    } catch {
      return false;
    }
  };
  for (let waited = 0; waited < 5_000 && alive(); waited += 50) await sleep(50);
  expect(alive()).toBe(false);
  rmSync(connection);
}, 60_000);

test("cells run unchecked where that is asked for", async () => {
  const client = await startKernel(["--unchecked"]);
  expect((await client.execute("const n: number = 'x'; n")).result).toBe("'x'");
  await client.close();
}, 60_000);
