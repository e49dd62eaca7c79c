import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKernel } from "./built-kernel.ts";
import type { JupyterClient } from "./jupyter-client.ts";

let client: JupyterClient;

beforeAll(async () => {
  client = await startKernel();
}, 60_000);

afterAll(() => client.close());

describe("executing cells", () => {
  test("the first message is not lost, although it is sent at once", async () => {
    const first = await client.execute("1 + 1");
    expect(first.result).toBe("2");
    expect(first.reply).toMatchObject({ status: "ok" });
    expect(client.published.some(({ type }) => type === "iopub_welcome")).toBe(true);
  });

  test("types and values are known to later cells", async () => {
    await client.execute("interface Point { x: number }\nconst origin: Point = { x: 0 }; let label = 'a'");
    expect((await client.execute("const p: Point = origin; label = 'b'; p.x")).result).toBe("0");
    expect((await client.execute("label")).result).toBe("'b'");
  });

  test("a type error is shown at its place, and nothing of the cell is run", async () => {
    await client.execute("let touched = 0");
    const { reply, outputs } = await client.execute("touched = 1\nconst n: number = 'x'");
    expect(reply).toMatchObject({ status: "error", ename: "TS2322" });
    expect(outputs[0]?.type).toBe("error");
    expect((reply.traceback as string[])[0]).toContain(":2:7 - error TS2322");
    expect((await client.execute("touched")).result).toBe("0");
    expect((await client.execute("typeof n")).reply).toMatchObject({ ename: "TS2304" });
  });

  test("an error is shown at its line and column, without our own frames", async () => {
    const { reply } = await client.execute(
      "// a comment\nfunction f(n: number): never {\n  throw new RangeError(`no` + n)\n}\n\nf(3)",
    );
    expect(reply).toMatchObject({ ename: "RangeError", evalue: "no3" });
    const count = reply.execution_count;
    const frames = (reply.traceback as string[]).filter((line) => line.startsWith("    at"));
    expect(frames).toEqual([`    at f (cell-${count}.ts:3:9)`, `    at cell-${count}.ts:6:1`]);
  });

  test("an error in a function of an older cell points there", async () => {
    const old = await client.execute("const thrower = () => {\n  throw new Error('old')\n}");
    const { reply } = await client.execute("thrower()");
    expect((reply.traceback as string[]).join("\n")).toContain(`cell-${old.reply.execution_count}.ts:2:9`);
  });

  test("streams come in order, under the cell that wrote them", async () => {
    const { outputs } = await client.execute(
      "console.log('1'); console.error('2'); process.stdout.write('3'); console.log('4')",
    );
    const text = outputs.map(({ content }) => `${content.name}:${content.text}`).join("|");
    expect(text.replaceAll("|stdout:", "")).toBe("stdout:1\n|stderr:2\n34\n");
  });

  test("results, displays and their updates", async () => {
    const shown = await client.execute(
      "display(new Picture('a'), { id: 'p' }); display.update('p', new Picture('b')); new Picture('c')",
    );
    expect(shown.outputs.map(({ type }) => type)).toEqual(["display_data", "update_display_data", "execute_result"]);
    expect(shown.outputs[1]?.content).toMatchObject({
      transient: { display_id: "p" },
      data: { "text/html": "<b>b</b>" },
    });
    expect(shown.result).toBe("c");
  });
});

describe("what surrounds a cell", () => {
  test("silent cells send nothing and keep the count; user expressions are answered", async () => {
    const before = (await client.execute("const shown = 2")).reply.execution_count;
    const silent = await client.execute("console.log; 5", { silent: true });
    expect(silent.outputs).toEqual([]);
    expect(silent.reply.execution_count).toBe(before);
    const { reply } = await client.execute("", { user_expressions: { a: "shown * 2", b: "missing()" } });
    expect(reply.user_expressions).toMatchObject({
      a: { status: "ok", data: { "text/plain": "4" } },
      b: { status: "error" },
    });
  });

  test("after an error the cells sent behind it are aborted, and later ones run", async () => {
    const sent = [
      await client.begin("await 0; throw new Error('stop')"),
      await client.begin("1"),
      await client.begin("2"),
    ];
    const ended = await Promise.all(sent.map(({ done }) => done));
    expect(ended.map(({ reply }) => reply.status)).toEqual(["error", "aborted", "aborted"]);
    for (const { outputs } of ended) expect(outputs.map(({ type }) => type)).toEqual(["error"]);
    expect((await client.execute("3")).result).toBe("3");
    const kept = [await client.begin("throw 1", { stop_on_error: false }), await client.begin("4")];
    expect(await Promise.all(kept.map(async ({ done }) => (await done).reply.status))).toEqual(["error", "ok"]);
  });

  test("a floating promise is an error", async () => {
    expect((await client.execute("(async () => 1)()")).reply).toMatchObject({ ename: "FloatingPromise" });
    expect((await client.execute("await (async () => 1)()")).result).toBe("1");
  });

  test("process.exit, and what else would end the notebook kernel, ends the cell alone", async () => {
    for (const call of ["exit(3)", "abort()", "kill((process as any).pid)"]) {
      const { reply } = await client.execute(`(process as any).${call}`);
      expect(reply).toMatchObject({ status: "error" });
      expect(reply.evalue).toContain("would end the notebook");
    }
    expect((await client.execute("5")).result).toBe("5");
  });
});

describe("the world of a cell", () => {
  test("errors of timers and promises come under the cell that started them", async () => {
    const started = await client.begin(
      "setTimeout(() => { console.log('late'); throw new Error('tick') }, 30); void Promise.reject(new Error('gone'))",
    );
    await started.done;
    const late = await client.until(
      ({ type, parent, content }) => type === "error" && parent === started.id && content.evalue === "tick",
    );
    expect((late.content.traceback as string[]).join("\n")).toMatch(/cell-\d+\.ts:1:\d+/);
    await client.until(
      ({ type, parent, content }) => type === "error" && parent === started.id && content.evalue === "gone",
    );
    expect(
      client.published.some(
        ({ type, parent, content }) => type === "stream" && parent === started.id && content.text === "late\n",
      ),
    ).toBe(true);
  });

  test("commands", async () => {
    const { stdout } = await client.execute(
      "const q = 1\n%kubectl get pods -o 'x`y'\nfor (const i of [1, 2]) {\n  %ip route\n}",
    );
    expect(stdout).toBe("kubectl(get pods -o 'x`y')\nip(route)\nip(route)\n");
    expect((await client.execute("%%yaml --dry\nkind: Pod\n")).stdout).toBe("yaml(--dry)<kind: Pod\n>\n");
    expect((await client.execute("1\n%fail now")).reply).toMatchObject({ evalue: "refused: now" });
    expect((await client.execute("kubectl`get x`")).result).toBe("'ran get x'");
    expect((await client.execute("counter.step()\n%ip")).reply.evalue).toContain(
      "end the line before it with a semicolon",
    );
  });

  test("our own package is imported from this process, others from the notebook's folder", async () => {
    expect(
      (await client.execute("import { answer, type Pod } from 'kube-orrery'; const pod: Pod = { name: 'a' }; answer"))
        .result,
    ).toBe("42");
    expect((await client.execute("import { parse } from 'yaml'; parse('a: 1').a")).result).toBe("1");
    expect((await client.execute("import * as fs from 'node:fs'; typeof fs.readFileSync")).result).toBe("'function'");
    expect((await client.execute("import x from 'no-such-package'")).reply.evalue).toContain("no-such-package");
  });

  test("prompt asks the front end", async () => {
    client.onInput = (question) => (question === "name?" ? "Ada" : "");
    expect((await client.execute("prompt('name?') + prompt('other', 'x')")).result).toBe("'Adax'");
    expect((await client.execute("prompt('name?')", { allow_stdin: false })).reply.evalue).toContain(
      "front end that can ask",
    );
  });
});

describe("limits", () => {
  test("a huge output is cut with a sentence that says by how much", async () => {
    const { stdout } = await client.execute("console.log('x'.repeat(50_000_000))");
    expect(stdout.length).toBeLessThan(1_001_000);
    expect(stdout).toContain("1,000,000 of 50,000,001 characters of stdout are shown, 49,000,001 are left out");
    const lines = await client.execute("for (let i = 0; i < 300_000; i++) console.log(i)");
    expect(lines.stdout).toContain("1,000,000 of 1,988,890 characters");
  });

  test("a huge display is left out", async () => {
    const { outputs, reply } = await client.execute(
      "display.html('x'.repeat(9_000_000)); display.html('y'.repeat(9_000_000)); 'x'.repeat(9_000_000)",
    );
    expect(reply.status).toBe("ok");
    expect(JSON.stringify(outputs).length).toBeLessThan(200_000);
    expect(JSON.stringify(outputs)).toContain("9,000,000 characters is left out");
  });

  test("of ten thousand displays none is lost, and they are in order", async () => {
    const { outputs } = await client.execute("for (let i = 0; i < 10_000; i++) display.json({ i })");
    const seen = outputs.map(({ content }) => (content.data as Record<string, { i: number }>)["application/json"]!.i);
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  }, 30_000);
});
