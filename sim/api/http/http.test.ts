import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alreadyExistsError } from "../status-error.ts";
import { readJson } from "./json-text.ts";
import { readHttp } from "./read-http.ts";
import type { HttpRequest } from "./types.ts";
import { bookmarkEvent, expiredWatchEvent, refuseWatch, writeWatchEvent } from "./watch-events.ts";
import { writeHttp } from "./write-http.ts";

const user = { name: "admin", groups: ["system:masters"] };
const plain = { as: "object", pretty: false } as const;
const clock = { now: 0, wallTime: () => "2024-01-01T00:00:00Z" };

function read(method: string, path: string, more: Partial<HttpRequest> = {}) {
  return readHttp({ method, path, headers: {}, body: "", ...more }, user);
}

/** The request that a reading turned out to be. */
function request(...given: Parameters<typeof read>) {
  const reading = read(...given);
  if (reading.kind !== "request") throw new Error(`expected a request, got ${JSON.stringify(reading)}`);
  return reading.request;
}

/** The answer that was given at once. */
function answer(...given: Parameters<typeof read>) {
  const reading = read(...given);
  if (reading.kind !== "answer") throw new Error(`expected an answer, got ${JSON.stringify(reading)}`);
  return reading.response;
}

describe("readHttp", () => {
  it.each([
    ["GET", "/api/v1/pods", { verb: "list", group: "", version: "v1", resource: "pods" }],
    ["GET", "/api/v1/namespaces/a/pods/p", { verb: "get", namespace: "a", resource: "pods", name: "p" }],
    ["GET", "/api/v1/namespaces/a", { verb: "get", resource: "namespaces", name: "a" }],
    ["GET", "/api/v1/namespaces/a/status", { resource: "namespaces", name: "a", subresource: "status" }],
    ["GET", "/apis/apps/v1/namespaces/a/deployments/d/scale", { group: "apps", name: "d", subresource: "scale" }],
    ["DELETE", "/api/v1/namespaces/a/pods", { verb: "deletecollection", namespace: "a" }],
    ["GET", "/api/v1/nodes?labelSelector=a%3Db%2Cc&limit=5", { labelSelector: "a=b,c", limit: 5 }],
    [
      "DELETE",
      "/api/v1/namespaces/a/pods/p?gracePeriodSeconds=0&propagationPolicy=Orphan",
      {
        verb: "delete",
        gracePeriodSeconds: 0,
        propagationPolicy: "Orphan",
      },
    ],
    [
      "GET",
      "/api/v1/namespaces/a/pods/p/log?container=c&previous=true",
      {
        subresource: "log",
        stream: { container: "c", previous: true },
      },
    ],
  ])("reads %s %s", (method, path, expected) => {
    expect(request(method, path)).toMatchObject(expected);
  });

  it("takes the form of answer that the client likes best", () => {
    const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    expect(request("GET", "/api/v1/pods", { headers: { accept: table } }).asTable).toBe(true);
    const worse = "application/json,application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5";
    expect(request("GET", "/api/v1/pods", { headers: { accept: worse } }).asTable).toBeUndefined();
    expect(answer("GET", "/api/v1/pods", { headers: { accept: "text/html" } }).status).toBe(406);
  });

  it("recognises watches", () => {
    const path = "/api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=30";
    const watch = { bookmarks: true, resourceVersion: "7", timeoutSeconds: 30, sendInitialEvents: false };
    expect(read("GET", path)).toMatchObject({ kind: "watch", watch });
    expect(read("GET", "/api/v1/watch/namespaces/a/pods")).toMatchObject({ kind: "watch", watch: { namespace: "a" } });
  });

  it("reads JSON, YAML and patches, and reports fields that occur twice", () => {
    const post = (type: string, body: string) =>
      request("POST", "/api/v1/namespaces/a/configmaps", { headers: { "content-type": type }, body });
    expect(post("application/json; charset=utf-8", '{"data":{"a":"1","a":"2"}}')).toMatchObject({
      body: { data: { a: "2" } },
      duplicateFields: ["data.a"],
    });
    expect(post("application/yaml", "data:\n  a: x\n").body).toEqual({ data: { a: "x" } });
    const apply = { headers: { "content-type": "application/apply-patch+yaml" }, body: "data: {a: b}" };
    const path = "/api/v1/namespaces/a/configmaps/c?fieldManager=me&force=true";
    expect(request("PATCH", path, apply)).toMatchObject({ patchType: "apply", force: true, fieldManager: "me" });
  });

  it.each([
    ["POST", "/api/v1/namespaces/a/pods", { headers: { "content-type": "text/plain" }, body: "x" }, 415],
    ["PATCH", "/api/v1/namespaces/a/pods/p", { headers: { "content-type": "text/plain" }, body: "{}" }, 415],
    ["POST", "/api/v1/namespaces/a/pods", { body: "{" }, 400],
    ["POST", "/api/v1/namespaces/a/pods", { body: `{"a":"${"x".repeat(3 * 1024 * 1024)}"}` }, 413],
    ["POST", "/api/v1/namespaces/a/pods?dryRun=Some", { body: "{}" }, 422],
    ["GET", "/api/v1/namespaces/a/pods/p/log?tailLines=-1", {}, 422],
    ["GET", "/apis/nobody.example.com/v1/things", {}, 404],
    ["GET", "/api/v1/nothings", {}, 404],
    ["GET", "/somewhere", {}, 404],
  ] as const)("refuses %s %s as the real server does", (method, path, more, status) => {
    expect(answer(method, path, more).status).toBe(status);
  });

  it("answers for the server itself", () => {
    expect(answer("GET", "/readyz").body).toBe("ok");
    expect(JSON.parse(answer("GET", "/version").body)).toMatchObject({ major: "1", minor: "32" });
    const list = JSON.parse(answer("GET", "/apis/apps/v1").body) as { resources: { name: string }[] };
    const names = list.resources.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toContain("deployments/scale");
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const { headers, body } = answer("GET", "/apis", { headers: { accept } });
    expect(headers["content-type"]).toContain("APIGroupDiscoveryList");
    expect(JSON.parse(body)).toMatchObject({ kind: "APIGroupDiscoveryList" });
  });
});

describe("writeHttp", () => {
  const configMap = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "c", resourceVersion: "3" }, data: {} };

  it("sends metadata alone where that was asked for", () => {
    const body = JSON.parse(writeHttp({ code: 200, body: configMap }, { as: "metadata", pretty: false }).body);
    expect(body).toEqual({ kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: configMap.metadata });
  });

  it("keeps a refusal whole, and sends warnings and waiting times as headers", () => {
    const refusal = alreadyExistsError({ group: "", resource: "pods" }, "p");
    const { status, body } = writeHttp({ ...refusal, warnings: ['a "b"'] }, { as: "metadata", pretty: false });
    expect([status, JSON.parse(body).reason]).toEqual([409, "AlreadyExists"]);
    const { headers } = writeHttp({ code: 200, body: configMap, warnings: ['a "b"'] }, plain);
    expect(headers.warning).toEqual(['299 - "a \\"b\\""']);
  });
});

describe("watches", () => {
  const watch = {
    ...{ group: "", version: "v1", resource: "pods", sendInitialEvents: false, bookmarks: true },
    ...{ user, userAgent: "" },
  };

  it("refuses what can't be watched", () => {
    expect(refuseWatch(watch, 5)).toBeUndefined();
    expect(refuseWatch({ ...watch, resourceVersion: "9" }, 5)?.code).toBe(504);
    expect(refuseWatch({ ...watch, resourceVersion: "x" }, 5)?.code).toBe(500);
    expect(refuseWatch({ ...watch, labelSelector: "=" }, 5)?.code).toBe(400);
  });

  it("sends bookmarks as empty objects of the kind, and the end as an error", () => {
    const line = writeWatchEvent(bookmarkEvent(watch, 7, true), plain, clock);
    expect(JSON.parse(line)).toMatchObject({
      type: "BOOKMARK",
      object: {
        kind: "Pod",
        metadata: { resourceVersion: "7", annotations: { "k8s.io/initial-events-end": "true" } },
        spec: { containers: null },
      },
    });
    expect(JSON.parse(writeWatchEvent(expiredWatchEvent("1", 9), plain, clock))).toMatchObject({
      type: "ERROR",
      object: { code: 410, reason: "Expired", message: "too old resource version: 1 (9)" },
    });
  });

  it("sends a table's columns once", () => {
    const object = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "c", resourceVersion: "3" } };
    const event = { type: "ADDED", object } as const;
    const [first, second] = [true, false].map((isFirst) =>
      JSON.parse(writeWatchEvent(event, { as: "table", pretty: false }, clock, isFirst)),
    );
    expect(first.object.columnDefinitions).toHaveLength(3);
    expect(second.object).toMatchObject({ columnDefinitions: null, rows: [{ cells: ["c", 0, "<unknown>"] }] });
  });
});

describe("readJson", () => {
  it("reads whatever JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readJson(JSON.stringify(value))).toEqual({ value: JSON.parse(JSON.stringify(value)), duplicates: [] });
      }),
    );
  });

  it.each([
    ["{", "unexpected end of JSON input"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ["nul", "unexpected end of JSON input"],
    ["1 2", "invalid character '2' after top-level value"],
  ])("says what Go says about %s", (text, mistake) => {
    expect(readJson(text)).toEqual({ mistake });
  });
});
