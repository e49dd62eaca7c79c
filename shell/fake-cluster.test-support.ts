import type { ApiResponse, Json, JsonObject, KubeObject, Status, TableColumn } from "../sim/api/types.ts";
import type { ShellClient, ShellNetwork, ShellRequest } from "./client.ts";
import { FakeNetwork } from "./fake-network.test-support.ts";
import { isList, isObject, sameJson, textAt, withAt } from "./kubectl/json-values.ts";
import { BUILT_IN_KINDS } from "./kubectl/kinds.ts";
import { mergeKeyOf } from "./kubectl/merge-keys.ts";

type Request = ShellRequest;

/** A tiny API server without validation, defaulting or controllers: enough to test the shell's own work. */
export class FakeCluster implements ShellClient {
  readonly requests: Request[] = [];
  readonly server = "10.0.0.10:6443";
  /** Runs at each step of the simulation; false when nothing is left. */
  onStep: () => boolean = () => false;
  now = 0;
  wallMs = 1_767_225_600_000;
  down = false;
  readonly network: ShellNetwork = new FakeNetwork();
  /** Pods whose eviction a disruption budget forbids. */
  readonly protectedPods = new Set<string>();
  private readonly objects = new Map<string, KubeObject>();
  private revision = 100;

  request(request: Request): ApiResponse | { kind: "refused"; server: string } {
    if (this.down) return { kind: "refused", server: this.server };
    this.requests.push(request);
    switch (request.verb) {
      case "list":
        return request.asTable ? table(this.select(request)) : this.list(request);
      case "get": {
        const found = this.objects.get(keyOf(request));
        if (found === undefined) return notFound(request);
        return request.asTable ? table([found]) : ok(found);
      }
      case "create":
        return request.subresource === "eviction" ? this.evict(request) : this.create(request);
      case "update":
      case "patch": {
        const found = this.objects.get(keyOf(request));
        if (found === undefined) return notFound(request);
        return ok(this.write(request, found, changed(request, found)));
      }
      case "delete": {
        const gone = this.objects.get(keyOf(request));
        if (gone === undefined) return notFound(request);
        if (!request.dryRun) this.objects.delete(keyOf(request));
        return ok(gone);
      }
      default:
        return failure(405, "MethodNotAllowed", `the fake does not ${request.verb}`, request);
    }
  }

  advance(us: number): void {
    this.now += us;
    this.wallMs += us / 1000;
  }

  step(): boolean {
    this.now += 1_000_000;
    this.wallMs += 1000;
    return this.onStep();
  }

  /** Puts an object as it is, as another client would have written it. */
  put(kind: string, object: JsonObject): void {
    const { group, version, resource, namespaced } = BUILT_IN_KINDS.find((one) => one.kind === kind)!;
    const metadata = object["metadata"] as JsonObject;
    const namespace = String(metadata["namespace"] ?? "default");
    const place = { group, version, resource, name: String(metadata["name"]), ...(namespaced ? { namespace } : {}) };
    const apiVersion = group === "" ? version : `${group}/${version}`;
    const full = { apiVersion, kind, ...object, metadata: { ...(namespaced ? { namespace } : {}), ...metadata } };
    this.write({ verb: "create", ...place }, undefined, full as unknown as JsonObject);
  }

  private evict(request: Request): ApiResponse {
    if (this.protectedPods.has(request.name ?? "")) {
      return failure(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        request,
      );
    }
    this.objects.delete(keyOf(request));
    return ok({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } as const);
  }

  private create(request: Request): ApiResponse {
    const body = request.body as JsonObject;
    const metadata = body["metadata"] as JsonObject;
    const name = String(metadata["name"] ?? `${String(metadata["generateName"])}x4k2z`);
    const named = { ...request, name };
    if (this.objects.has(keyOf(named))) {
      return failure(409, "AlreadyExists", `${label(request)} "${name}" already exists`, request);
    }
    const made = withAt(
      withAt(body, ["metadata", "name"], name),
      ["metadata", "creationTimestamp"],
      "2026-01-01T00:00:00Z",
    );
    return { code: 201, body: this.write(named, undefined, made) };
  }

  private write(request: Request, before: KubeObject | undefined, after: JsonObject): KubeObject {
    const old = before as unknown as JsonObject | undefined;
    if (old !== undefined && sameJson(old, after)) return before!;
    const generation = (before?.metadata.generation ?? 0) + (sameJson(old?.["spec"], after["spec"]) ? 0 : 1);
    let done = withAt(after, ["metadata", "resourceVersion"], String(++this.revision));
    done = withAt(
      done,
      ["metadata", "uid"],
      before?.metadata.uid ?? `00000000-0000-4000-8000-${String(this.revision).padStart(12, "0")}`,
    );
    if (generation > 0) done = withAt(done, ["metadata", "generation"], generation);
    if (!request.dryRun) this.objects.set(keyOf(request), done as unknown as KubeObject);
    return done as unknown as KubeObject;
  }

  private select(request: Request): readonly KubeObject[] {
    const prefix = `${request.group}/${request.resource}/`;
    return [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([, object]) => object)
      .filter((object) => request.namespace === undefined || object.metadata.namespace === request.namespace)
      .filter((object) => onNode(object, request.fieldSelector))
      .filter((object) => matches(object.metadata.labels ?? {}, request.labelSelector ?? ""))
      .sort((a, b) => (keyOfObject(a) < keyOfObject(b) ? -1 : 1));
  }

  private list(request: Request): ApiResponse {
    return { code: 200, body: { apiVersion: "v1", kind: "List", metadata: {}, items: this.select(request) } };
  }
}

function keyOf(request: Request): string {
  return `${request.group}/${request.resource}/${request.namespace ?? ""}/${request.name}`;
}

function keyOfObject(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function label(request: Request): string {
  return request.group === "" ? request.resource : `${request.resource}.${request.group}`;
}

function ok(body: ApiResponse["body"]): ApiResponse {
  return { code: 200, body };
}

function notFound(request: Request): ApiResponse {
  return failure(404, "NotFound", `${label(request)} "${request.name}" not found`, request);
}

function failure(code: number, reason: string, message: string, request: Request): ApiResponse {
  const details = { name: request.name ?? "", kind: request.resource };
  const status: Omit<Status, "details"> = {
    apiVersion: "v1",
    code,
    kind: "Status",
    message,
    metadata: {},
    reason,
    status: "Failure",
  };
  return { code, body: { ...status, details } };
}

function onNode(object: KubeObject, selector: string | undefined): boolean {
  return (selector ?? "").split(",").every((term) => {
    const [path = "", value] = term.split("=");
    return term === "" || textAt(object, ...path.split(".")) === value;
  });
}

function matches(labels: Readonly<Record<string, string>>, selector: string): boolean {
  return selector.split(",").every((term) => {
    const [key = "", value] = term.split(/!=|==|=/);
    if (term === "") return true;
    if (term.includes("!=")) return labels[key] !== value;
    return value === undefined ? labels[key] !== undefined : labels[key] === value;
  });
}

function changed(request: Request, found: KubeObject): JsonObject {
  const object = found as unknown as JsonObject;
  if (request.verb === "update") return request.body as JsonObject;
  if (request.patchType === "json") {
    return (request.body as readonly JsonObject[]).reduce((result, operation) => {
      const path = String(operation["path"])
        .split("/")
        .slice(1)
        .map((part) => part.replaceAll("~1", "/"));
      return withAt(result, path, operation["op"] === "remove" ? undefined : operation["value"]);
    }, object);
  }
  return merged(object, request.body as JsonObject, request.patchType === "strategic" ? found.kind : "", []);
}

function merged(object: JsonObject, patch: JsonObject, kind: string, path: readonly string[]): JsonObject {
  let result = object;
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (key.startsWith("$") || value === undefined) continue;
    if (value === null) result = withAt(result, [key], undefined);
    else if (isObject(value))
      result = { ...result, [key]: merged(isObject(old) ? old : {}, value, kind, [...path, key]) };
    else if (isList(value))
      result = { ...result, [key]: mergedList(isList(old) ? old : [], value, kind, [...path, key]) };
    else result = { ...result, [key]: value };
  }
  return result;
}

function mergedList(old: readonly Json[], patch: readonly Json[], kind: string, path: readonly string[]): Json {
  const key = kind === "" ? undefined : mergeKeyOf(path, kind);
  if (key === undefined) return patch;
  let result = [...old];
  for (const item of patch.filter(isObject)) {
    const index = result.findIndex((one) => isObject(one) && one[key] === item[key]);
    if (item["$patch"] === "delete") result = result.filter((_, i) => i !== index);
    else if (index < 0) result.push(item);
    else result[index] = merged(result[index] as JsonObject, item, kind, path);
  }
  return result;
}

function table(items: readonly KubeObject[]): ApiResponse {
  const column = (name: string, format: string, priority: number): TableColumn => ({
    ...{ name, type: "string", format, description: "", priority },
  });
  const columnDefinitions = [column("Name", "name", 0), column("Age", "", 0), column("Uid", "", 1)];
  const rows = items.map((object) => ({
    cells: [object.metadata.name, "5s", object.metadata.uid ?? ""] as const,
    object,
  }));
  return { code: 200, body: { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: {}, columnDefinitions, rows } };
}
