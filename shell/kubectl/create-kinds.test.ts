import { describe, expect, it } from "vitest";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { createShell } from "../index.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n";
const files: Readonly<Record<string, string>> = { "tls.crt": PEM, "tls.key": PEM, "plain.txt": "hi" };

function shell() {
  const cluster = new FakeCluster();
  cluster.put("CronJob", {
    metadata: { name: "hello", uid: "u1" },
    spec: { jobTemplate: { metadata: { labels: { a: "b" } }, spec: { template: { spec: {} } } } },
  });
  const one = createShell(cluster, { read: (path) => files[path] });
  return (line: string) => one.run(`kubectl create ${line}`);
}

describe("kubectl create", () => {
  const run = shell();
  const object = (line: string) => JSON.parse(run(`--dry-run=client -o=json ${line}`).stdout);

  it("makes secrets of three types", () => {
    expect(object("secret generic s --from-literal=a=ä --type=x/y")).toMatchObject({
      data: { a: "w6Q=" },
      type: "x/y",
    });
    expect(object("secret tls s --cert=tls.crt --key=tls.key").type).toBe("kubernetes.io/tls");
    const { data } = object("secret docker-registry s --docker-username=u --docker-password=p --docker-server=r");
    expect(Buffer.from(data[".dockerconfigjson"], "base64").toString()).toBe(
      '{"auths":{"r":{"username":"u","password":"p","auth":"dTpw"}}}',
    );
  });

  it("makes jobs, also of a CronJob", () => {
    expect(object("job j --image=i -- a b").spec.template.spec.containers[0].command).toEqual(["a", "b"]);
    expect(object("job j --from=cronjob/hello").metadata).toMatchObject({
      annotations: { "cronjob.kubernetes.io/instantiate": "manual" },
      labels: { a: "b" },
      ownerReferences: [{ kind: "CronJob", name: "hello", controller: true }],
    });
  });

  it("puts a role's resources into one rule a group", () => {
    const { rules } = object("clusterrole r --verb=get,list,get --resource=po,deploy,pods/log --non-resource-url=/x");
    expect(rules).toEqual([
      { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] },
      { nonResourceURLs: ["/x"], verbs: ["get", "list"] },
    ]);
    const { subjects } = object("rolebinding b --clusterrole=view --serviceaccount=ns:sa --user=u --group=g");
    expect(subjects.map(({ kind }: { kind: string }) => kind)).toEqual(["User", "Group", "ServiceAccount"]);
  });

  it("gathers an ingress's rules by host", () => {
    const line = "ingress i --rule=h/a*=s:80,tls=x --rule=h/=s:http --default-backend=d:1";
    expect(object(line).spec).toMatchObject({
      defaultBackend: { service: { name: "d", port: { number: 1 } } },
      rules: [
        {
          host: "h",
          http: {
            paths: [
              { path: "/a", pathType: "Prefix" },
              { path: "/", pathType: "Exact" },
            ],
          },
        },
      ],
      tls: [{ hosts: ["h"], secretName: "x" }],
    });
  });

  it.each([
    ["secret tls s --cert=plain.txt --key=tls.key", "error: tls: failed to find any PEM data in certificate input\n"],
    ["secret generic s --from-literal=a=1 --from-literal=a=2", /^error: cannot add key a, another key/],
    ["job j", "error: either --image or --from must be specified\n"],
    ["role r --resource=pods", "error: at least one verb must be specified\n"],
    ["rolebinding b --role=a --clusterrole=b", "error: exactly one of clusterrole or role must be specified\n"],
    ["rolebinding b --role=a --serviceaccount=x", "error: serviceaccount must be <namespace>:<name>\n"],
    ["ingress i --rule=bad", /^error: rule bad is invalid/],
    ["pdb p --selector=a=b", "error: one of min-available or max-unavailable must be specified\n"],
    ["quota q --hard=cpu", "error: Invalid argument syntax cpu, expected <resource>=<value>\n"],
  ])("refuses %s", (line, said) => {
    const { exit, stdout, stderr } = run(line);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toMatch(said);
  });
});
