import { describe, expect, it } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { commandLine } from "../support/command-line.ts";

function start() {
  const cluster = Cluster.create({ seed: 5 });
  const kubectl = commandLine(cluster);
  const status = (name: string) =>
    kubectl(`get pod ${name} --no-headers`).replace(/\s+/g, " ").split(" ").slice(1, 4).join(" ");
  const events = (name: string) =>
    kubectl(
      `get events --field-selector involvedObject.name=${name} -o jsonpath={range.items[*]}{.reason}{"|"}{.message}{"\\n"}{end}`,
    );
  return { cluster, kubectl, status, events };
}

function pod(spec: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: ${spec}\n`;
}

describe("the life of a pod", () => {
  it("goes from scheduling through sandbox, pull and start to Running, with the Events of the real components", () => {
    const { cluster, kubectl, status } = start();
    kubectl("apply -f -", pod("{containers: [{name: web, image: 'nginx:1.27'}]}"));
    cluster.advance("100ms");
    expect(status("p")).toBe("0/1 ContainerCreating 0");
    cluster.settle();
    expect(status("p")).toBe("1/1 Running 0");
    const reasons = cluster
      .list("events", "default")
      .map((event) => event as unknown as { reason: string; message: string; source: { component: string } })
      .map(({ reason, source }) => `${source.component} ${reason}`);
    expect(reasons.sort()).toEqual(
      ["default-scheduler Scheduled", "kubelet Created", "kubelet Pulled", "kubelet Pulling", "kubelet Started"].sort(),
    );
  });

  it("restarts a container that ends, at once and then with a back-off that doubles", () => {
    const { cluster, kubectl, status } = start();
    kubectl("apply -f -", pod("{containers: [{name: c, image: busybox, command: [sh, -c, 'exit 3']}]}"));
    cluster.advance("10s");
    expect(status("p")).toBe("0/1 CrashLoopBackOff 1");
    const yaml = kubectl("get pod p -o yaml");
    expect(yaml).toContain("exitCode: 3");
    expect(yaml).toContain("message: back-off 10s restarting failed container=c pod=p_default(");
    cluster.advance("10s");
    expect(status("p")).toBe("0/1 CrashLoopBackOff 2");
    expect(kubectl("get pod p -o yaml")).toContain("back-off 20s restarting failed");
    cluster.advance("2m");
    expect(status("p")).toBe("0/1 CrashLoopBackOff 4");
  });

  it.each([
    ["Never", "exit 0", "0/1 Completed 0"],
    ["Never", "exit 2", "0/1 Error 0"],
    ["OnFailure", "exit 0", "0/1 Completed 0"],
    ["OnFailure", "exit 2", "0/1 CrashLoopBackOff 1"],
  ])("with restartPolicy %s and %s is %s", (policy, script, expected) => {
    const { cluster, kubectl, status } = start();
    kubectl(
      "apply -f -",
      pod(`{restartPolicy: ${policy}, containers: [{name: c, image: busybox, command: [sh, -c, '${script}']}]}`),
    );
    cluster.advance("10s");
    expect(status("p")).toBe(expected);
  });

  it("reports an image that does not exist as ErrImagePull, then ImagePullBackOff, and tries again", () => {
    const { cluster, kubectl, status } = start();
    kubectl("apply -f -", pod("{containers: [{name: c, image: 'nginx:does-not-exist'}]}"));
    cluster.advance("2500ms");
    expect(status("p")).toBe("0/1 ErrImagePull 0");
    cluster.advance("3s");
    expect(status("p")).toBe("0/1 ImagePullBackOff 0");
    const pulls = () => kubectl("get events").match(/Pulling image/g)?.length ?? 0;
    expect(pulls()).toBe(1);
    cluster.advance("30s");
    const event = cluster.list("events").find((e) => (e as unknown as { reason: string }).reason === "Pulling");
    expect((event as unknown as { count: number }).count).toBeGreaterThan(1);
  });

  it("runs init containers one after the other before the containers", () => {
    const { cluster, kubectl, status } = start();
    const inits = "[{name: a, image: busybox, command: [sleep, '2']}, {name: b, image: busybox, command: ['true']}]";
    kubectl("apply -f -", pod(`{initContainers: ${inits}, containers: [{name: c, image: nginx}]}`));
    cluster.advance("3500ms");
    expect(status("p")).toBe("0/1 Init:0/2 0");
    cluster.settle();
    expect(status("p")).toBe("1/1 Running 0");
  });

  it("counts a container as ready only after its probe's initial delay", () => {
    const { cluster, kubectl, status } = start();
    const probe = "readinessProbe: {httpGet: {port: 80}, initialDelaySeconds: 20}";
    kubectl("apply -f -", pod(`{containers: [{name: c, image: nginx, ${probe}}]}`));
    cluster.advance("10s");
    expect(status("p")).toBe("0/1 Running 0");
    cluster.settle();
    expect(status("p")).toBe("1/1 Running 0");
  });

  it("ends at SIGTERM, or after the grace period where the process does not mind it", () => {
    const { cluster, kubectl, status } = start();
    kubectl("run web --image=nginx");
    kubectl("run lazy --image=busybox --command -- sleep 1d");
    cluster.settle();
    kubectl("delete pod web lazy --wait=false");
    cluster.advance("1s");
    expect(kubectl("get pod web")).toContain('pods "web" not found');
    expect(status("lazy")).toBe("1/1 Terminating 0");
    cluster.advance("30s");
    expect(kubectl("get pod lazy")).toContain('pods "lazy" not found');
  });

  it("keeps a pod that fits nowhere Pending, says why, and places it when that changes", () => {
    const { cluster, kubectl, status } = start();
    kubectl("taint nodes --all color=blue:NoSchedule");
    kubectl("run p --image=nginx");
    cluster.settle();
    expect(status("p")).toBe("0/1 Pending 0");
    expect(kubectl("get events")).toContain(
      "0/2 nodes are available: 2 node(s) had untolerated taint {color: blue}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    );
    kubectl("taint nodes worker-1 color-");
    cluster.settle();
    expect(status("p")).toBe("1/1 Running 0");
    expect(kubectl("get pod p -o wide")).toContain("worker-1");
  });
});
