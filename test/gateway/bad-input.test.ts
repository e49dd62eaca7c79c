/** Whoever is wrong, malicious or slow: refused in the API's words, and the server goes on. */
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serveCluster } from "../../gateway/serve.ts";
import { Cluster } from "../../sim/index.ts";
import { asked, credentialsOf, opened } from "./https.ts";

let served: Served;
const cluster = Cluster.create();
beforeAll(async () => {
  const patience = { headersMs: 400, requestMs: 1_000, waitingBytesMax: 256 * 1024 };
  served = await serveCluster(cluster, { port: 0, patience });
});
afterAll(() => served.close());

const configMaps = "/api/v1/namespaces/default/configmaps";

/** Writes bytes to the port and resolves with all that comes back. */
async function raw(text: string, options: object = {}): Promise<string> {
  const { ca, cert, key } = credentialsOf(served);
  const socket: TLSSocket = connect({
    port: Number(new URL(served.url).port),
    host: "127.0.0.1",
    ca,
    cert,
    key,
    ...options,
  });
  socket.write(text);
  let back = "";
  try {
    for await (const part of socket.setEncoding("utf8")) back += part as string;
  } catch (error) {
    return `${back}${(error as NodeJS.ErrnoException).code}`;
  }
  return back;
}

describe("credentials", () => {
  it("with a wrong token the answer is the real 401", async () => {
    const { status, body } = await asked(served, "/api/v1/pods", { token: "0123456789abcdef" });
    expect([status, body]).toEqual([
      401,
      {
        ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
        ...{ message: "Unauthorized", reason: "Unauthorized", code: 401 },
      },
    ]);
  });

  it("the token is as good as the certificate, and a foreign certificate is none", async () => {
    expect((await asked(served, "/api/v1/nodes", { token: served.token })).body.items).toHaveLength(2);
    const other = await serveCluster(Cluster.create(), { port: 0 });
    const foreign = { ...served, kubeconfig: other.kubeconfig };
    const { ca } = credentialsOf(served);
    await other.close();
    await expect(asked(foreign, "/api")).rejects.toThrow(/certificate|signature/);
    const { cert, key } = credentialsOf(foreign);
    expect(await raw("GET /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", { ca, cert, key })).toContain("401");
  });

  it("an administrator may act as somebody else, who may less", async () => {
    const { status, body } = await asked(served, "/api/v1/nodes", { headers: { "impersonate-user": "eve" } });
    expect([status, body.message]).toEqual([403, expect.stringContaining('User "eve" cannot list resource "nodes"')]);
  });

  it("TLS before 1.2 is refused", async () => {
    expect(await raw("", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" })).toMatch(
      /^E|SSL/,
    );
  });
});

describe("requests", () => {
  it("that are no HTTP, or have enormous headers, end the connection with one line", async () => {
    expect(await raw("HELLO\r\n\r\n")).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${"x".repeat(1_100_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 |EPIPE|ECONNRESET/,
    );
  });

  it("that come too slowly are ended", async () => {
    expect(await raw("GET /api HTTP/1.1\r\nHost: x\r\n")).toMatch(/^HTTP\/1.1 408 /);
  });

  it.each([
    ["no JSON", "{", {}, 400, /json parse error/],
    ["another media type", "<a/>", { "content-type": "text/xml" }, 415, /unknown format/],
    ["text that is not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), {}, 400, /UTF-8/],
    [
      "broken protobuf",
      "k8s\0\u000a\u0080",
      { "content-type": "application/vnd.kubernetes.protobuf" },
      400,
      /EOF|proto/,
    ],
    ["broken gzip", "no gzip", { "content-encoding": "gzip" }, 400, /could not be read/],
  ])("with %s are refused", async (_what, body, headers, code, message) => {
    const answer = await asked(served, configMaps, { method: "POST", body, headers });
    expect([answer.status, answer.body.code, answer.body.message]).toEqual([
      code,
      code,
      expect.stringMatching(message),
    ]);
  });

  it("that want another form are refused", async () => {
    expect((await asked(served, configMaps, { headers: { accept: "text/html" } })).status).toBe(406);
    expect((await asked(served, "/apis/nothing.example/v1/things")).status).toBe(404);
    expect((await asked(served, `${configMaps}?timeout=soon`)).status).toBe(400);
  });

  it("with numbers that are none are refused in Go's words", async () => {
    const message = 'strconv.ParseInt: parsing "abc": invalid syntax';
    for (const query of ["limit=abc", "watch=true&timeoutSeconds=abc"]) {
      const { status, body } = await asked(served, `${configMaps}?${query}`);
      expect([status, body.reason, body.message]).toEqual([400, "BadRequest", message]);
    }
    const { body } = await asked(served, `${configMaps}?limit=99999999999999999999`);
    expect(body.message).toBe('strconv.ParseInt: parsing "99999999999999999999": value out of range');
  });

  it.each([
    ["lists in JSON", "application/json", "[".repeat(100_000)],
    ["objects in JSON", "application/json", '{"a":'.repeat(100_000)],
    ["brackets in YAML", "application/yaml", "{a: ".repeat(90_000)],
    ["dashes in YAML", "application/yaml", "- ".repeat(90_000)],
    ["lines in YAML", "application/yaml", Array.from({ length: 1500 }, (_, n) => `${" ".repeat(n)}a:`).join("\n")],
  ])("with endlessly nested %s are refused", async (_what, type, body) => {
    const answer = await asked(served, configMaps, { method: "POST", body, headers: { "content-type": type } });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining("exceeded max depth")]);
    expect((await asked(served, "/livez")).body).toBe("ok");
  });

  it("that put an object without a name are refused in the API server's words", async () => {
    const { status, body } = await asked(served, "/api/v1/nodes/worker-1/status", { method: "PUT", body: "{}" });
    const message = "the name of the object (worker-1 based on URL) was undeterminable: name must be provided";
    expect([status, body.message]).toEqual([400, message]);
  });

  it("with more than 3 MiB are refused, and nothing is stored", async () => {
    const before = cluster.revision;
    const body = JSON.stringify({ metadata: { name: "big" }, data: { a: "x".repeat(3 * 1024 * 1024) } });
    const answer = await asked(served, configMaps, { method: "POST", body });
    expect([answer.status, answer.body.reason]).toEqual([413, "RequestEntityTooLarge"]);
    expect(cluster.revision).toBe(before);
  });
});

describe("watches", () => {
  it("leave nothing behind when their clients go", async () => {
    const watches = await Promise.all(Array.from({ length: 20 }, () => opened(served, `${configMaps}?watch=true`)));
    expect(served.streams).toBe(20);
    for (const watch of watches) watch.destroy();
    await expect.poll(() => served.streams).toBe(0);
  });

  it("of clients that don't read are closed, and others go on", async () => {
    const stuck = await opened(served, `${configMaps}?watch=true&allowWatchBookmarks=true`);
    stuck.pause();
    await expect.poll(() => served.streams).toBe(1);
    for (let round = 0; round < 60; round++) {
      const body = JSON.stringify({ metadata: { name: "filler" }, data: { a: `${round}${"x".repeat(200_000)}` } });
      if (round === 0) await asked(served, configMaps, { method: "POST", body });
      else await asked(served, `${configMaps}/filler`, { method: "PUT", body });
      if (served.streams === 0) break;
    }
    expect(served.streams).toBe(0);
    expect((await asked(served, "/livez")).body).toBe("ok");
    stuck.destroy();
  });
});
