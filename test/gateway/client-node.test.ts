/** The official JavaScript client with an informer, on a served cluster. */
import {
  ADD,
  CoreV1Api,
  DELETE,
  ERROR,
  KubeConfig,
  makeInformer,
  UPDATE,
  type V1ConfigMap,
} from "@kubernetes/client-node";
import { afterEach, expect, it } from "vitest";
import { type Served, serveCluster } from "../../gateway/serve.ts";
import { Cluster } from "../../sim/index.ts";

const namespace = "default";
let served: Served;
afterEach(() => served.close());

async function clientOf(cluster: Cluster) {
  served = await serveCluster(cluster, { port: 0 });
  const config = new KubeConfig();
  config.loadFromString(served.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const seen: string[] = [];
  const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
    api.listNamespacedConfigMap({ namespace }),
  );
  const told = (what: string) => (object: V1ConfigMap) => {
    if (object.metadata?.name === "c") seen.push(`${what} ${object.data?.a}`);
  };
  informer.on(ADD, told("add"));
  informer.on(UPDATE, told("update"));
  informer.on(DELETE, told("delete"));
  informer.on(ERROR, () => void informer.start());
  return { api, informer, seen };
}

const body = (a: string) => ({ metadata: { name: "c" }, data: { a } });

it("an informer sees what is added, changed and deleted", async () => {
  const { api, informer, seen } = await clientOf(Cluster.create());
  await informer.start();
  await api.createNamespacedConfigMap({ namespace, body: body("1") });
  await expect.poll(() => seen).toEqual(["add 1"]);
  await api.replaceNamespacedConfigMap({ namespace, name: "c", body: body("2") });
  await expect.poll(() => seen).toEqual(["add 1", "update 2"]);
  await api.deleteNamespacedConfigMap({ namespace, name: "c" });
  await expect.poll(() => seen).toEqual(["add 1", "update 2", "delete 2"]);
  await informer.stop();
});

it("an informer survives that time goes back: 410, a new list, and on", async () => {
  const cluster = Cluster.create();
  const { api, informer, seen } = await clientOf(cluster);
  await informer.start();
  const { steps } = cluster;
  await api.createNamespacedConfigMap({ namespace, body: body("1") });
  await expect.poll(() => seen).toEqual(["add 1"]);
  cluster.goto(steps);
  served.moved();
  await expect.poll(() => seen).toEqual(["add 1", "delete 1"]);
  await api.createNamespacedConfigMap({ namespace, body: body("3") });
  await expect.poll(() => seen).toEqual(["add 1", "delete 1", "add 3"]);
  await informer.stop();
});
