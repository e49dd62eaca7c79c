import { describe, expect, it } from "vitest";
import type { Pod } from "../kinds/pod.ts";
import type { ApiRequest, ApiResponse, JsonObject, KubeList, KubeObject, Status, Table } from "../types.ts";
import { complete } from "./complete.ts";
import type { Outcome, PipelineContext, Reader, StoredObject, Write } from "./outcome.ts";
import { prepare } from "./prepare.ts";

const admin = { name: "admin", groups: ["system:masters"] };

/** A store of one Map, with the pipeline in front of it. */
class SmallServer {
  readonly #objects = new Map<string, StoredObject>();
  #revision = 1;
  #drawn = 0;
  now = 0;

  readonly context: PipelineContext = {
    now: 0,
    wallTime: (now) =>
      `2024-01-01T00:${String(Math.floor(now / 60_000_000)).padStart(2, "0")}:${String(Math.floor(now / 1_000_000) % 60).padStart(2, "0")}Z`,
    uid: () => `uid-${++this.#drawn}`,
    suffix: () => `bcd${"fghjklmnpq"[this.#drawn++ % 10]}z`,
  };

  reader(): Reader {
    const objects = this.#objects;
    return {
      revision: this.#revision,
      get: (key) => objects.get(key),
      list: (prefix) =>
        [...objects.keys()]
          .filter((key) => key.startsWith(prefix))
          .sort()
          .map((key) => objects.get(key)!),
    };
  }

  prepare(request: Partial<ApiRequest> & Pick<ApiRequest, "verb" | "resource">): Outcome {
    const whole = { group: "", version: "v1", user: admin, userAgent: "test", ...request };
    return prepare(whole, this.reader(), { ...this.context, now: this.now });
  }

  commit({ key, value }: Write): number {
    const revision = ++this.#revision;
    if (!value) this.#objects.delete(key);
    else
      this.#objects.set(key, {
        value,
        modRevision: revision,
        createRevision: this.#objects.get(key)?.createRevision ?? revision,
      });
    return revision;
  }

  send(request: Partial<ApiRequest> & Pick<ApiRequest, "verb" | "resource">): ApiResponse {
    const outcome = this.prepare(request);
    if (outcome.kind === "answer") return outcome.response;
    if (outcome.kind === "relay") throw new Error(`only ${outcome.node} could answer this`);
    const revision = this.commit(outcome.plan);
    for (const write of outcome.plan.also ?? []) this.commit(write);
    return complete(outcome.plan, { revision });
  }
}

function server(): SmallServer {
  const one = new SmallServer();
  one.send({ verb: "create", resource: "namespaces", body: { metadata: { name: "a" } } });
  one.send({ verb: "create", resource: "serviceaccounts", namespace: "a", body: { metadata: { name: "default" } } });
  return one;
}

const podBody = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "c", image: "nginx:1" }], ...spec },
});

const inA = { namespace: "a" } as const;
const createPod = (one: SmallServer, name: string, spec?: JsonObject) =>
  one.send({ verb: "create", resource: "pods", ...inA, body: podBody(name, spec) }).body as Pod;
const message = ({ body }: ApiResponse) => (body as Status).message;

describe("routes", () => {
  it("reads a namespaced resource across namespaces, and never empties it there", () => {
    const one = server();
    createPod(one, "x");
    const refused = one.send({ verb: "deletecollection", resource: "pods" });
    expect(refused).toMatchObject({ code: 405, body: { reason: "MethodNotAllowed" } });
    expect((one.send({ verb: "list", resource: "pods" }).body as KubeList).items).toHaveLength(1);
    expect(one.send({ verb: "deletecollection", resource: "pods", ...inA }).code).toBe(200);
    expect(one.send({ verb: "deletecollection", resource: "nodes" }).code).toBe(200);
  });
});

describe("bodies of a wrong type", () => {
  const deployment = (labels: JsonObject): JsonObject => ({
    metadata: { name: "web" },
    spec: { selector: { matchLabels: { a: "b" } }, template: { metadata: { labels }, spec: {} } },
  });

  it("are refused with the version of their group, and the field without a map's key", () => {
    const apps = { group: "apps", resource: "deployments", ...inA } as const;
    const wrong = server().send({ ...apps, verb: "create", body: deployment({ a: 1 }) });
    expect(message(wrong)).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
    );
    const other = server().send({ ...apps, verb: "create", body: { apiVersion: "apps/v1", kind: "ReplicaSet" } });
    expect(message(other)).toMatch(/^ReplicaSet in version "v1" cannot be handled as a Deployment: /);
  });
});

describe("create", () => {
  it("shares the defaulted containers between pods of one template", () => {
    const one = server();
    const spec = { containers: [{ name: "c", image: "nginx:1" }] };
    const pod = (name: string) =>
      one.send({ verb: "create", resource: "pods", ...inA, body: { metadata: { name }, spec } }).body as Pod;
    expect(pod("x").spec).toBe(pod("y").spec);
  });

  it("names from generateName and refuses what exists", () => {
    const one = server();
    const made = one.send({
      verb: "create",
      resource: "configmaps",
      ...inA,
      body: { metadata: { generateName: "g-" } },
    });
    expect((made.body as KubeObject).metadata.name).toMatch(/^g-[a-z0-9]{5}$/);
    createPod(one, "x");
    expect(message(one.send({ verb: "create", resource: "pods", ...inA, body: podBody("x") }))).toBe(
      'pods "x" already exists',
    );
  });

  it("records what each stage did", () => {
    const { stages } = server().prepare({ verb: "create", resource: "pods", ...inA, body: podBody("x") });
    expect(stages.map((stage) => `${stage.stage} ${stage.plugin}`)).toEqual([
      "authenticate client certificate",
      "authorize SystemMasters",
      "mutate ServiceAccount",
      "mutate Priority",
      "mutate DefaultTolerationSeconds",
      "validate Pod",
      "store pods",
    ]);
  });

  it("refuses a terminating namespace and an unknown priority class", () => {
    const one = server();
    expect(
      message(one.send({ verb: "create", resource: "pods", ...inA, body: podBody("x", { priorityClassName: "p" }) })),
    ).toBe('pods "x" is forbidden: no PriorityClass with name p was found');
    one.send({ verb: "delete", resource: "namespaces", name: "a" });
    expect(message(one.send({ verb: "create", resource: "pods", ...inA, body: podBody("x") }))).toBe(
      'pods "x" is forbidden: unable to create new content in namespace a because it is being terminated',
    );
  });
});

describe("update", () => {
  it("does not write when nothing changes", () => {
    const one = server();
    const pod = createPod(one, "x") as unknown as JsonObject;
    const outcome = one.prepare({ verb: "update", resource: "pods", ...inA, name: "x", body: pod });
    expect(outcome.kind).toBe("answer");
  });

  it("lets an unconditional patch win after a lost race, and refuses an old resourceVersion", () => {
    const one = server();
    const pod = createPod(one, "x");
    const patch = { verb: "patch", patchType: "merge", resource: "pods", ...inA, name: "x" } as const;
    const late = one.prepare({ ...patch, body: { metadata: { labels: { late: "1" } } } });
    one.send({ ...patch, body: { metadata: { labels: { early: "1" } } } });
    expect(late.kind === "write" && late.plan.expectModRevision).not.toBe(
      one.reader().get("/registry/pods/a/x")?.modRevision,
    );
    const again = one.send({ ...patch, body: { metadata: { labels: { late: "1" } } } }).body as KubeObject;
    expect(again.metadata.labels).toEqual({ early: "1", late: "1" });
    expect(
      one.send({ verb: "update", resource: "pods", ...inA, name: "x", body: pod as unknown as JsonObject }).code,
    ).toBe(409);
  });

  it("keeps the spec on a status write and the status on a spec write", () => {
    const one = server();
    const pod = createPod(one, "x");
    const body = {
      ...pod,
      spec: { ...pod.spec, nodeName: "n" },
      status: { phase: "Running" },
    } as unknown as JsonObject;
    const written = one.send({ verb: "update", resource: "pods", subresource: "status", ...inA, name: "x", body })
      .body as Pod;
    expect(written.spec).toBe(pod.spec);
    expect(written.status).toEqual({ phase: "Running", qosClass: "BestEffort" });
  });

  it("counts generations of a Deployment by its spec", () => {
    const one = server();
    const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
    const deployments = { group: "apps", resource: "deployments", ...inA } as const;
    one.send({
      ...deployments,
      verb: "create",
      body: { metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } },
    });
    const patch = { ...deployments, verb: "patch", patchType: "merge", name: "d" } as const;
    const generation = (body: JsonObject, subresource?: string) =>
      (one.send({ ...patch, body, ...(subresource ? { subresource } : {}) }).body as KubeObject).metadata.generation;
    expect(generation({ metadata: { labels: { x: "y" } } })).toBe(1);
    expect(generation({ status: { replicas: 3 } }, "status")).toBe(1);
    expect(generation({ spec: { replicas: 3 } })).toBe(2);
    const scaled = one.send({ ...patch, subresource: "scale", body: { spec: { replicas: 5 } } }).body;
    expect(scaled).toMatchObject({ kind: "Scale", spec: { replicas: 5 }, status: { replicas: 3, selector: "a=b" } });
  });
});

describe("delete", () => {
  it("removes an unscheduled pod at once and waits for the kubelet of a bound one", () => {
    const one = server();
    createPod(one, "x");
    expect(one.send({ verb: "delete", resource: "pods", ...inA, name: "x" }).body).toMatchObject({ kind: "Pod" });
    expect(one.reader().get("/registry/pods/a/x")).toBeUndefined();
    createPod(one, "y");
    const target = { kind: "Node", name: "n" };
    const binding = {
      verb: "create",
      resource: "pods",
      subresource: "binding",
      ...inA,
      name: "y",
      body: { target },
    } as const;
    expect(one.send(binding).code).toBe(201);
    expect(message(one.send(binding))).toBe(
      'Operation cannot be fulfilled on pods/binding "y": pod y is already assigned to node "n"',
    );
    const going = one.send({ verb: "delete", resource: "pods", ...inA, name: "y" }).body as Pod;
    expect(going.metadata).toMatchObject({ deletionTimestamp: "2024-01-01T00:00:30Z", deletionGracePeriodSeconds: 30 });
    one.send({ verb: "delete", resource: "pods", ...inA, name: "y", gracePeriodSeconds: 0 });
    expect(one.reader().get("/registry/pods/a/y")).toBeUndefined();
  });

  it("ends a namespace in two steps", () => {
    const one = server();
    const going = one.send({ verb: "delete", resource: "namespaces", name: "a" }).body;
    expect(going).toMatchObject({ status: { phase: "Terminating" }, spec: { finalizers: ["kubernetes"] } });
    expect(one.send({ verb: "delete", resource: "namespaces", name: "a" }).code).toBe(409);
    one.send({
      verb: "update",
      resource: "namespaces",
      subresource: "finalize",
      name: "a",
      body: { metadata: { name: "a" }, spec: {} },
    });
    expect(one.reader().get("/registry/namespaces/a")).toBeUndefined();
  });
});

describe("reads", () => {
  it("pages a list at one revision", () => {
    const one = server();
    for (const name of ["x", "y", "z"]) createPod(one, name);
    const list = { verb: "list", resource: "pods", ...inA } as const;
    const first = one.send({ ...list, limit: 2 }).body as KubeList;
    expect(first.metadata.remainingItemCount).toBe(1);
    const rest = one.send({ ...list, limit: 2, continue: first.metadata.continue! }).body as KubeList;
    expect([...first.items, ...rest.items].map((pod) => pod.metadata.name)).toEqual(["x", "y", "z"]);
  });

  it("prints tables, with ages by the simulated clock", () => {
    const one = server();
    createPod(one, "x");
    one.now = 192_000_000;
    const table = one.send({ verb: "get", resource: "pods", ...inA, name: "x", asTable: true }).body as Table;
    expect(table.rows[0]?.cells).toEqual(["x", "0/1", "Pending", "0", "3m12s", "<none>", "<none>", "<none>", "<none>"]);
  });

  it("gives the same object for the same version", () => {
    const one = server();
    createPod(one, "x");
    const get = () => one.send({ verb: "get", resource: "pods", ...inA, name: "x" }).body;
    expect(get()).toBe(get());
  });

  it("refuses strangers, unknown resources and wrong methods", () => {
    const one = server();
    const stranger = { name: "u", groups: ["system:authenticated"] };
    expect(message(one.send({ verb: "list", resource: "pods", ...inA, user: stranger }))).toBe(
      'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "a"',
    );
    expect(one.send({ verb: "list", resource: "nothings" }).code).toBe(404);
    expect(one.send({ verb: "update", resource: "pods", ...inA }).code).toBe(405);
  });
});
