import { describe, expect, it } from "vitest";
import { newEnvironment } from "../command.ts";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { createShell } from "../index.ts";

const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n  labels: {app: web}\ndata:\n  a: one\n";

function started() {
  const cluster = new FakeCluster();
  const environment = newEnvironment([["PWD", "/srv"]]);
  environment.files.set("/srv/cm.yaml", manifest);
  environment.files.set("/srv/more/deep/cm.yml", manifest.replace("name: cm", "name: deep"));
  environment.files.set("/srv/more/notes.txt", "no manifest");
  const shell = createShell(cluster);
  const run = (line: string) => {
    const { exit, stdout, stderr } = shell.script(line, { environment });
    return { exit, stdout, stderr };
  };
  return { cluster, environment, run };
}

describe("kubectl edit", () => {
  it("saves what the editor changed, and nothing where it changed nothing", () => {
    const { run, environment } = started();
    run("kubectl apply -f cm.yaml");
    expect(run("KUBE_EDITOR='sed -i s/one/two/' kubectl edit cm cm")).toEqual({
      ...{ exit: 0, stdout: "configmap/cm edited\n", stderr: "" },
    });
    expect(run("kubectl get cm cm -o jsonpath={.data.a}").stdout).toBe("two");
    const same = run("KUBE_EDITOR='sed -i s/nothing/else/' kubectl edit cm cm");
    expect(same).toEqual({ exit: 0, stdout: "", stderr: "Edit cancelled, no changes made.\n" });
    expect([...environment.files.keys()].filter((path) => path.includes("kubectl-edit"))).toEqual([]);
  });

  it("keeps a file that can't be read, and says so when there is no editor", () => {
    const { run, environment } = started();
    run("kubectl apply -f cm.yaml");
    const broken = run("KUBE_EDITOR='sed -i s/kind:/kind/' kubectl edit cm cm");
    expect(broken.exit).toBe(1);
    expect(broken.stderr).toMatch(
      /A copy of your changes has been stored to "\/tmp\/kubectl-edit-\d+\.yaml"\nerror: Edit cancelled/,
    );
    expect([...environment.files.keys()].some((path) => path.includes("kubectl-edit"))).toBe(true);
    expect(run("kubectl edit cm cm").stderr).toMatch(/^error: unable to launch the editor "vi"/);
  });
});

describe("manifests", () => {
  it("replace an object, or nothing where it is not there", () => {
    const { run } = started();
    expect(run("kubectl replace -f cm.yaml").stderr).toMatch(
      /^Error from server \(NotFound\): error when replacing "cm.yaml"/,
    );
    run("kubectl create -f cm.yaml");
    expect(run("kubectl replace -f cm.yaml").stdout).toBe("configmap/cm replaced\n");
    expect(run("kubectl replace --force -f cm.yaml").stdout).toBe('configmap "cm" deleted\nconfigmap/cm replaced\n');
  });

  it("are found in folders, with -R in those below", () => {
    const { run } = started();
    expect(run("kubectl apply -f more").stderr).toBe("error: no objects passed to apply\n");
    expect(run("kubectl apply -R -f more -f cm.yaml").stdout).toBe("configmap/deep created\nconfigmap/cm created\n");
  });

  it("are chosen by label, and what was applied before and is gone from them is pruned", () => {
    const { run } = started();
    run("kubectl apply -R -f more -f cm.yaml");
    run("kubectl create configmap other --from-literal=a=b && kubectl label cm other app=web");
    expect(run("kubectl apply --prune -f cm.yaml").stderr).toMatch(/^error: all resources selected for prune/);
    const pruned = run("kubectl apply --prune --prune-allowlist=core/v1/ConfigMap -l app=web -f cm.yaml");
    expect(pruned.stdout).toBe("configmap/cm unchanged\nconfigmap/deep pruned\n");
    expect(run("kubectl get cm -o name").stdout).toBe("configmap/cm\nconfigmap/other\n");
    expect(run("kubectl apply -l app=none -f cm.yaml").stderr).toBe("error: no objects passed to apply\n");
  });

  it("that only a real server or tool could take are refused in a sentence", () => {
    const { run } = started();
    expect(run("kubectl apply -k .").stderr).toMatch(/^error: kustomizations are not part of this simulation/);
    expect(run("kubectl cp a b:c").stderr).toMatch(/^error: kubectl cp is not part of this simulation; exec/);
  });
});
