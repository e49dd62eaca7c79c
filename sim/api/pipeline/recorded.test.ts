import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { normJson } from "../../../test/oracles/support/normalise.ts";
import { KINDS } from "../kinds/registry.ts";
import type { ApiRequest, KubeList, PatchType, Verb } from "../types.ts";
import { complete } from "./complete.ts";
import type { PipelineContext, Reader, StoredObject, Write } from "./outcome.ts";
import { prepare } from "./prepare.ts";

/** What real controllers, a kubelet, server-side apply or the HTTP layer did in the recording; other rooms' work. */
const ELSEWHERE: readonly (readonly [group: string, step: number | "all", why: string])[] = [
  ["table", 0, "kubelet"],
  ["table", 1, "controllers"],
  ["table", 2, "controllers"],
  ["table", 3, "controllers"],
  ["table", 4, "controllers"],
  ["table", 6, "controllers"],
  ["table", 15, "controllers"],
  ["table", 18, "kubelet"],
  ["table", 41, "HTTP: PartialObjectMetadata"],
  ["validation", 26, "HTTP: body that is no JSON"],
  ["validation", 30, "HTTP: media type"],
  ["validation", 31, "HTTP: media type"],
  ["patch", 28, "kubelet"],
  ["patch", 29, "the Go diff behind the sentence"],
  ["patch", 31, "kubelet"],
  ["apply", "all", "server-side apply"],
  ["lists", 11, "an object of group apply"],
  ["lists", 19, "kubelet"],
  ["lists", 24, "an object of group apply"],
  ["concurrency", 17, "HTTP: query parameter"],
  ["delete-gc", 12, "garbage collector"],
  ["delete-gc", 18, "garbage collector"],
  ["delete-gc", 19, "garbage collector"],
  ["delete-gc", 25, "garbage collector"],
  ["delete-gc", 26, "garbage collector"],
  ["subresources", 1, "logs"],
  ["subresources", 2, "logs"],
  ["subresources", 3, "logs"],
  ["subresources", 4, "logs"],
  ["subresources", 9, "disruption budgets"],
  ["subresources", 17, "controllers"],
  ["subresources", 19, "controllers"],
  ["subresources", 22, "tokens"],
  ["subresources", 23, "tokens"],
  ["subresources", 24, "scheduler"],
  ["subresources", 25, "scheduler"],
  ["subresources", 31, "RBAC"],
];

interface Step {
  readonly as?: string;
  readonly pause?: string;
  readonly watch?: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly response: unknown;
  readonly unstable?: readonly string[];
}

let revision = 1;
let objects: ReadonlyMap<string, StoredObject> = new Map();
let compacted = 0;
const history = new Map<number, ReadonlyMap<string, StoredObject>>([[1, objects]]);

function readerAt(at: number): Reader {
  const then = history.get(at)!;
  return {
    revision: at,
    get: (key) => then.get(key),
    list: (prefix) =>
      [...then.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => then.get(key)!),
    at: (older) => (older < compacted ? undefined : readerAt(older)),
  };
}

let drawn = 0;
const context: PipelineContext = {
  now: 0,
  wallTime: () => "2024-01-01T00:00:00Z",
  uid: () => `00000000-0000-4000-8000-${String(++drawn).padStart(12, "0")}`,
  serviceNetwork: "10.0.0.0/16",
  suffix: () =>
    [1, 27, 729, 19683, 531441]
      .map((place) => "bcdfghjklmnpqrstvwxz2456789"[Math.floor((++drawn * 7919) / place) % 27])
      .join(""),
};

function commit({ key, value }: Write): void {
  revision++;
  const next = new Map(objects);
  const createRevision = objects.get(key)?.createRevision ?? revision;
  if (value) next.set(key, { value, modRevision: revision, createRevision });
  else next.delete(key);
  objects = next;
  history.set(revision, next);
}

function send(request: ApiRequest) {
  const outcome = prepare(request, readerAt(revision), context);
  if (outcome.kind === "answer") return outcome.response;
  if (outcome.kind === "relay") throw new Error(`only ${outcome.node} could answer this`);
  commit(outcome.plan);
  const answer = complete(outcome.plan, { revision });
  for (const write of outcome.plan.also ?? []) commit(write);
  return answer;
}

const admin = { name: "admin", groups: ["system:masters"] };
const PATCHES: Readonly<Record<string, PatchType>> = {
  "application/strategic-merge-patch+json": "strategic",
  "application/merge-patch+json": "merge",
  "application/json-patch+json": "json",
  "application/apply-patch+yaml": "apply",
};
const QUERY = [
  "labelSelector",
  "fieldSelector",
  "continue",
  "resourceVersion",
  "resourceVersionMatch",
  "fieldValidation",
  "propagationPolicy",
  "includeObject",
];
const VERBS: Readonly<Record<string, readonly [Verb, Verb]>> = {
  GET: ["list", "get"],
  POST: ["create", "create"],
  PUT: ["update", "update"],
  PATCH: ["patch", "patch"],
  DELETE: ["deletecollection", "delete"],
};

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch {
    return undefined;
  }
}

function requestOf({ method, path, headers = {}, body }: Step): ApiRequest {
  const [route, query = ""] = path.split("?") as [string, string?];
  const parts = route.split("/").slice(1);
  const [group, version, ...rest] = parts[0] === "api" ? ["", ...parts.slice(1)] : parts.slice(1);
  const own = rest[2] === undefined || rest[2] === "status" || rest[2] === "finalize";
  const namespace = rest[0] === "namespaces" && !own ? rest[1] : undefined;
  const [resource, name, subresource] = namespace ? rest.slice(2) : rest;
  const parameters = new URLSearchParams(query);
  const given = QUERY.filter((key) => parameters.has(key)).map((key) => [key, parameters.get(key)]);
  const patchType = PATCHES[headers["Content-Type"] ?? ""];
  return {
    verb: VERBS[method]![name ? 1 : 0],
    group: group!,
    version: version!,
    resource: resource ?? "",
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(subresource ? { subresource } : {}),
    ...(body === undefined ? {} : { body: parsed(body) as object }),
    ...(patchType ? { patchType } : {}),
    ...(headers.Accept?.includes("as=Table") ? { asTable: true } : {}),
    ...(parameters.has("limit") ? { limit: Number(parameters.get("limit")) } : {}),
    ...(parameters.has("dryRun") ? { dryRun: true } : {}),
    ...Object.fromEntries(given),
    user: headers["Impersonate-User"] ? { name: headers["Impersonate-User"], groups: [] } : admin,
    userAgent: "recorder",
  } as ApiRequest;
}

/** Without what is not modelled (managedFields, column descriptions), the unstable parts and the kinds of list items. */
function comparable(value: unknown, unstable: readonly string[] = []): unknown {
  const copy = JSON.parse(
    JSON.stringify(value, (key, member) =>
      key === "managedFields" || (key === "description" && typeof member === "string") ? undefined : member,
    ),
  );
  for (const pointer of unstable) {
    const path = pointer.split("/").slice(1);
    const parent = path.slice(0, -1).reduce((node, segment) => node?.[segment], copy);
    if (parent) delete parent[path.at(-1)!];
  }
  if (Array.isArray(copy?.items))
    for (const item of copy.items) for (const key of ["kind", "apiVersion"]) delete item[key];
  return copy;
}

function seed(): void {
  const post = (resource: string, body: object, namespace?: string) =>
    send({
      verb: "create",
      group: "",
      version: "v1",
      resource,
      body,
      user: admin,
      userAgent: "",
      ...(namespace ? { namespace } : {}),
    } as ApiRequest);
  post("namespaces", { metadata: { name: "alpha" } });
  post("serviceaccounts", { metadata: { name: "default" } }, "alpha");
  const metadata = { name: "kube-root-ca.crt" };
  post(
    "configmaps",
    { metadata, data: { "ca.crt": "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n" } },
    "alpha",
  );
}

const isElsewhere = (group: string, step: number) =>
  ELSEWHERE.some(([name, which]) => name === group && (which === "all" || which === step));

it("answers recorded requests as the real API server did", () => {
  const file = new URL("../../../test/oracles/api/requests.jsonl.gz", import.meta.url);
  const served = new Set(KINDS.map((kind) => kind.resource));
  const kept = new Map<string, unknown>();
  let compared = 0;
  seed();
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split("\n")) {
    const { group, steps } = JSON.parse(line) as { group: string; steps: readonly Step[] };
    for (const [index, raw] of steps.entries()) {
      if (raw.pause?.includes("compacted")) compacted = revision;
      if (!raw.method) continue;
      const filled = JSON.stringify({ ...raw, response: null }).replace(/\{\{(\w+):([^}]+)\}\}/g, (_all, label, path) =>
        String(path.split(".").reduce((node: never, key: string) => node?.[key], kept.get(label))),
      );
      const request = requestOf(JSON.parse(filled));
      if (!served.has(request.resource) || (group === "apply" && isElsewhere(group, index))) continue;
      const { code, body } = send(request);
      if (raw.as) kept.set(raw.as, body as KubeList);
      if (isElsewhere(group, index)) continue;
      const got = { code, body: comparable(normJson(JSON.parse(JSON.stringify(body))), raw.unstable) };
      expect(got, `${group} ${index} ${raw.method} ${raw.path}`).toEqual({
        code: raw.status,
        body: comparable(raw.response, raw.unstable),
      });
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(150);
});
