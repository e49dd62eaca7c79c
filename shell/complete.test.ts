import { expect, test } from "vitest";
import { FakeCluster } from "./fake-cluster.test-support.ts";
import { complete, type Place } from "./index.ts";

function cluster() {
  const fake = new FakeCluster();
  const containers = [{ name: "app" }, { name: "proxy" }];
  fake.put("Pod", { metadata: { name: "web-1" }, spec: { containers } });
  fake.put("Pod", { metadata: { name: "dns-1", namespace: "kube-system" }, spec: { containers } });
  fake.put("Deployment", { metadata: { name: "web" }, spec: { template: { spec: { containers } } } });
  fake.put("Namespace", { metadata: { name: "kube-system" } });
  fake.put("Node", { metadata: { name: "worker-1" } });
  fake.put("Service", { metadata: { name: "shop" }, spec: {} });
  return fake;
}

const fake = cluster();
const matches = (line: string, place?: Place) => complete(line, line.length, fake, place).matches;

test.each([
  ["kubectl exec w", ["web-1"]],
  ["kubectl exec -it w", ["web-1"]],
  ["kubectl exec deployment/", ["deployment/web"]],
  ["kubectl exec web-1 -c ", ["app", "proxy"]],
  ["kubectl logs deployment/web -c p", ["proxy"]],
  ["kubectl logs -n kube-system d", ["deployment/", "dns-1"]],
  ["kubectl logs web-1 a", ["app"]],
  ["kubectl exec web-1 -- l", []],
  ["kubectl describe no", ["nodes"]],
  ["kubectl describe node w", ["worker-1"]],
  ["kubectl debug node/w", ["node/worker-1"]],
  ["kubectl get pods -n k", ["kube-system"]],
  ["kubectl get pods --namespace=k", ["--namespace=kube-system"]],
  ["kubectl logs --prev", ["--previous"]],
  ["kubectl create service l", ["loadbalancer"]],
  ["kubectl events --types=W", ["--types=Warning"]],
  ["ssh w", ["worker-1"]],
  ["curl http://s", ["http://shop"]],
  ["kubectl get pods | gr", ["grep"]],
  ["kubectl get pods |gr", ["grep"]],
  ["true;kubectl get no", ["nodes"]],
  ["true&&kubectl exp", ["explain", "expose"]],
  ["echo $(ssh w", ["worker-1"]],
  ['echo "`ssh w', ["worker-1"]],
  ["echo 'a|b' | gr", ["grep"]],
  ["for i in 1; do X=1 kubectl describe no", ["nodes"]],
  ["kubectl expose ", ["deployments", "pods", "replicasets", "replicationcontrollers", "services"]],
  ["constructor ", []],
  ["kubectl exp", ["explain", "expose"]],
])("%s", (line, expected) => {
  expect(matches(line)).toEqual(expected);
});

test("in a node or a container only its own programs are offered", () => {
  const node: Place = { kind: "node", name: "worker-1" };
  expect(matches("ipt", node)).toEqual(["iptables", "iptables-save"]);
  expect(matches("kube", node)).toEqual([]);
  expect(matches("ip r", node)).toEqual(["route", "rule"]);
  const pause: Place = {
    kind: "container",
    namespace: "default",
    pod: "x",
    container: "c",
    image: "registry.k8s.io/pause:3.10",
  };
  expect(matches("", pause)).toEqual([]);
});
