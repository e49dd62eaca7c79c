/**
 * Five scenarios with faults, as functions over a cluster. They move by time, not by steps, so that eager and lazy runs
 * do the same things at the same instants.
 */
import type { Cluster, ClusterOptions } from "../../sim/index.ts";

export interface Scenario {
  readonly name: string;
  readonly options: ClusterOptions;
  run(cluster: Cluster, kubectl: (line: string) => string): void;
}

export const scenarios: readonly Scenario[] = [
  {
    name: "a rollout to an image that does not exist, undone",
    options: { seed: 11, workersPerZone: 3, latency: "realistic" },
    run(cluster, kubectl) {
      kubectl("create deployment web --image=nginx:1.27 --replicas=4");
      cluster.advance("40s");
      kubectl("set image deployment/web nginx=nginx:does-not-exist");
      cluster.advance("60s");
      kubectl("rollout undo deployment/web");
      cluster.advance("60s");
      kubectl("scale deployment web --replicas=1");
      cluster.advance("60s");
    },
  },
  {
    name: "a node loses power and comes back after its pods were evicted",
    options: { seed: 12, zones: 2, workersPerZone: 2 },
    run(cluster, kubectl) {
      kubectl("create deployment web --image=nginx --replicas=6");
      cluster.advance("30s");
      cluster.stopMachine("worker-2");
      cluster.advance("6m30s");
      cluster.startMachine("worker-2");
      cluster.advance("2m");
    },
  },
  {
    name: "the scheduler and the controller manager are killed while a deployment grows",
    options: { seed: 13, workersPerZone: 4, latency: "realistic" },
    run(cluster, kubectl) {
      kubectl("create deployment a --image=redis --replicas=3");
      cluster.advance("200ms");
      cluster.kill("kube-scheduler");
      kubectl("scale deployment a --replicas=9");
      cluster.advance("5s");
      cluster.kill("kube-controller-manager");
      kubectl("create deployment b --image=busybox --replicas=2");
      cluster.advance("20s");
      cluster.start("kube-scheduler");
      cluster.advance("5s");
      cluster.start("kube-controller-manager");
      cluster.advance("90s");
    },
  },
  {
    name: "the API server and etcd go and come back under load",
    options: { seed: 14, workersPerZone: 2 },
    run(cluster, kubectl) {
      kubectl("create deployment web --image=nginx --replicas=5");
      cluster.advance("100ms");
      cluster.kill("kube-apiserver");
      cluster.advance("10s");
      cluster.start("kube-apiserver");
      cluster.advance("30s");
      kubectl("set image deployment/web nginx=nginx:1.28");
      cluster.kill("etcd");
      cluster.advance("20s");
      cluster.start("etcd");
      cluster.advance("90s");
    },
  },
  {
    name: "a kubelet is cut off for longer than the grace period, and a namespace is deleted meanwhile",
    options: { seed: 15, zones: 3, workersPerZone: 1, latency: "realistic" },
    run(cluster, kubectl) {
      kubectl("create namespace shop");
      kubectl("create deployment cart -n shop --image=nginx --replicas=5");
      cluster.advance("30s");
      cluster.cut("worker-1", "master-1");
      cluster.advance("70s");
      kubectl("delete namespace shop --wait=false");
      cluster.advance("30s");
      cluster.heal("worker-1", "master-1");
      cluster.advance("3m");
    },
  },
];
