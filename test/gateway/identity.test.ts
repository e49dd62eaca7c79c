/** Who real clients are to a served cluster: nobody, an administrator, a service account; and what each may see. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serveCluster } from "../../gateway/serve.ts";
import { Cluster } from "../../sim/index.ts";
import { asked } from "./https.ts";

const cluster = Cluster.create();
let served: Served;
beforeAll(async () => {
  served = await serveCluster(cluster, { port: 0 });
});
afterAll(() => served.close());

const nobody = { token: "" };

describe("without credentials", () => {
  it.each(["/healthz", "/livez", "/readyz", "/readyz/etcd", "/version"])("%s is answered", async (path) => {
    expect((await asked(served, path, nobody)).status).toBe(200);
  });

  it.each([
    ["GET", "/api", 'forbidden: User "system:anonymous" cannot get path "/api"'],
    ["GET", "/openapi/v2", 'forbidden: User "system:anonymous" cannot get path "/openapi/v2"'],
    ["POST", "/nothing", 'forbidden: User "system:anonymous" cannot post path "/nothing"'],
    [
      "GET",
      "/api/v1/pods?limit=x",
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      "POST",
      "/apis/apps/v1/namespaces/a/deployments",
      'deployments.apps is forbidden: User "system:anonymous" cannot create resource "deployments" in API group "apps" in the namespace "a"',
    ],
    [
      "GET",
      "/apis/nothing.example/v1/things/x",
      'things.nothing.example "x" is forbidden: User "system:anonymous" cannot get resource "things" in API group "nothing.example" at the cluster scope',
    ],
    [
      "GET",
      "/api/v1/nodes?watch=true",
      'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope',
    ],
  ])("%s %s is forbidden", async (method, path, message) => {
    const { status, body } = await asked(served, path, { ...nobody, method });
    expect([status, body.reason, body.code, body.message]).toEqual([403, "Forbidden", 403, message]);
  });

  it("may not ask what it may do", async () => {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    expect((await asked(served, path, { ...nobody, method: "POST", body: "{}" })).status).toBe(403);
  });
});

describe("health", () => {
  it("is told check by check", async () => {
    const { body } = await asked(served, "/readyz?verbose");
    expect(body).toMatch(/^\[\+\]ping ok\n[\s\S]*\[\+\]etcd ok\n[\s\S]*readyz check passed\n$/);
    expect((await asked(served, "/readyz/nothing")).status).toBe(404);
  });

  it("fails with the processes that are behind it", async () => {
    const broken = Cluster.create();
    const other = await serveCluster(broken, { port: 0, mode: { kind: "paused" } });
    broken.kill("etcd");
    const { status, body } = await asked(other, "/livez");
    expect([status, body]).toEqual([
      500,
      expect.stringContaining("[-]etcd failed: reason withheld\nlivez check failed"),
    ]);
    expect((await asked(other, "/livez?exclude=etcd")).status).toBe(200);
    broken.kill("kube-apiserver");
    expect((await asked(other, "/livez")).status).toBe(503);
    await other.close();
  });
});

describe("a service account's token", () => {
  const pods = "/api/v1/namespaces/default/pods";
  const name = "system:serviceaccount:default:default";

  async function created(spec: object = {}): Promise<string> {
    const path = "/api/v1/namespaces/default/serviceaccounts/default/token";
    return (await asked(served, path, { method: "POST", body: JSON.stringify({ spec }) })).body.status.token;
  }

  it("proves the account with its groups, and gives what roles give", async () => {
    const token = await created();
    const me = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const { body } = await asked(served, me, { token, method: "POST", body: "{}" });
    expect(body.status.userInfo).toEqual({
      username: name,
      groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
    });
    expect((await asked(served, pods, { token })).body.message).toContain(`User "${name}" cannot list resource "pods"`);
    const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    const role = { metadata: { name: "see" }, rules: [{ verbs: ["list"], apiGroups: [""], resources: ["pods"] }] };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "see" };
    const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
    const post = (path: string, value: object) =>
      asked(served, `${rbac}/${path}`, { method: "POST", body: JSON.stringify(value) });
    await post("roles", role);
    await post("rolebindings", { metadata: { name: "see" }, roleRef, subjects });
    expect((await asked(served, pods, { token })).status).toBe(200);
    const review = { spec: { namespace: "default" } };
    const rules = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    const allowed = await asked(served, rules, { token, method: "POST", body: JSON.stringify(review) });
    expect(allowed.body.status.resourceRules).toContainEqual({ verbs: ["list"], apiGroups: [""], resources: ["pods"] });
    expect(allowed.body.status.incomplete).toBe(false);
  });

  it("is no proof when it is changed, over, or meant for somebody else", async () => {
    const token = await created();
    const [head, claims] = token.split(".");
    const forged = Buffer.from(
      Buffer.from(claims ?? "", "base64url")
        .toString()
        .replaceAll("default", "other"),
    );
    const short = await created({ expirationSeconds: 600 });
    expect((await asked(served, pods, { token: short })).status).toBe(200);
    cluster.advance("11m");
    for (const wrong of [
      `${token}x`,
      `${head}.${forged.toString("base64url")}.${token.split(".")[2]}`,
      short,
      await created({ audiences: ["vault"] }),
      "a.b",
    ]) {
      const { status, body } = await asked(served, pods, { token: wrong });
      expect([status, body.message]).toEqual([401, "Unauthorized"]);
    }
  });
});
