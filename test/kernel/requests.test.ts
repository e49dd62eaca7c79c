import { afterAll, beforeAll, expect, test } from "vitest";
import { startKernel } from "./built-kernel.ts";
import type { JupyterClient } from "./jupyter-client.ts";

let client: JupyterClient;

beforeAll(async () => {
  client = await startKernel();
  await client.execute(
    "/** How far it is. */\nconst distance: number = 3; interface Pod { name: string; /** Where. */ node: string }",
  );
}, 60_000);

afterAll(() => client.close());

const complete = (code: string, cursor = code.length) =>
  client.request("complete_request", { code, cursor_pos: cursor });

test("kernel_info is answered by the socket thread", async () => {
  const begun = await client.begin("const end = performance.now() + 300; while (performance.now() < end) {}");
  const start = performance.now();
  expect(await client.request("kernel_info_request", {}, "control")).toMatchObject({
    status: "ok",
    implementation: "orrery",
  });
  expect(await client.beat()).toBeLessThan(200);
  expect(performance.now() - start).toBeLessThan(250);
  await begun.done;
});

test("completion knows members, cells' names, commands and command texts", async () => {
  expect((await complete("distance.toFi")).matches).toEqual(["toFixed"]);
  expect((await complete("dista")).matches).toEqual(["distance"]);
  expect((await complete("function f(p: Pod) {\n  p.no")).matches).toEqual(["node"]);
  expect((await complete("counter.st")).matches).toEqual(["step"]);
  expect(await complete("%kub")).toMatchObject({ matches: ["kubectl"], cursor_start: 1, cursor_end: 4 });
  expect(await complete("1\n%kubectl get po")).toMatchObject({ matches: ["kubectl:get po"], cursor_start: 11 });
  expect(await complete("kubectl`get po`", 14)).toMatchObject({ matches: ["kubectl:get po"], cursor_start: 8 });
  expect(await complete("'😀'; distance.toFi")).toMatchObject({ matches: ["toFixed"], cursor_start: 14 });
});

test("inspection gives signature and documentation", async () => {
  const found = await client.request("inspect_request", { code: "distance", cursor_pos: 3, detail_level: 0 });
  expect(found).toMatchObject({ found: true });
  expect((found.data as Record<string, string>)["text/plain"]).toBe("const distance: number\n\nHow far it is.");
  const host = await client.request("inspect_request", { code: "counter.step", cursor_pos: 10, detail_level: 0 });
  expect((host.data as Record<string, string>)["text/plain"]).toContain("Steps once.");
  expect(await client.request("inspect_request", { code: "   ", cursor_pos: 1 })).toMatchObject({ found: false });
});

test("is_complete", async () => {
  const status = async (code: string) => client.request("is_complete_request", { code });
  expect(await status("if (1) {\n  foo(")).toEqual({ status: "incomplete", indent: "    " });
  expect(await status("%kubectl get pods")).toEqual({ status: "complete" });
  expect(await status("const = 3")).toEqual({ status: "invalid" });
});

test("history: tail, range, search", async () => {
  const { reply } = await client.execute("40 + 2");
  const count = reply.execution_count;
  expect(await client.request("history_request", { hist_access_type: "tail", n: 1, output: true })).toMatchObject({
    history: [[1, count, ["40 + 2", "42"]]],
  });
  expect(await client.request("history_request", { hist_access_type: "search", pattern: "4?*2", n: 5 })).toMatchObject({
    history: [[1, count, "40 + 2"]],
  });
  expect(
    await client.request("history_request", { hist_access_type: "range", session: 0, start: 1, stop: 1 }),
  ).toMatchObject({ history: [] });
});

test("comms: a known target is opened, an unknown one is closed", async () => {
  await client.tell("comm_open", { comm_id: "a", target_name: "echo", data: { n: 1 } });
  const opened = await client.until(({ type, content }) => type === "comm_msg" && content.comm_id === "a");
  expect(opened.content.data).toEqual({ opened: { n: 1 } });
  expect(await client.request("comm_info_request", {})).toEqual({
    status: "ok",
    comms: { a: { target_name: "echo" } },
  });
  await client.tell("comm_msg", { comm_id: "a", data: { hi: 1 } });
  await client.until(({ content }) => JSON.stringify(content.data ?? {}).includes("echoed"));
  await client.tell("comm_open", { comm_id: "b", target_name: "nobody", data: {} });
  await client.until(({ type, content }) => type === "comm_close" && content.comm_id === "b");
});

test("a question mark asks for the pager", async () => {
  const { reply } = await client.execute("counter?");
  expect(JSON.stringify(reply.payload)).toContain("const counter: Counter");
});
