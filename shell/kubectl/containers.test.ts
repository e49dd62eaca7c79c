import { expect, test } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { clusterClient, createShell, createTerminalSession } from "../index.ts";

/** A cluster with what the manifests say, settled, and its command line. */
function started(...lines: readonly string[]) {
  const cluster = Cluster.create({ seed: 5 });
  const shell = createShell(clusterClient(cluster));
  for (const line of lines) expect(shell.run(line)).toMatchObject({ exit: 0 });
  cluster.settle();
  return { cluster, shell, run: (line: string) => shell.run(line) };
}

test("logs of a pod, of a workload's pod, and of all that a selector finds", () => {
  const { run } = started("kubectl create deployment web --image=nginx:1.27 --replicas=2");
  const one = run("kubectl logs deploy/web --tail=1");
  expect(one.stdout).toBe(
    "2026/01/05 09:00:03 [notice] 1#1: start worker process 30\n".replace("09:00:03", one.stdout.slice(11, 19)),
  );
  expect(one.stderr).toMatch(/^Found 2 pods, using pod\/web-/);
  const both = run("kubectl logs -l app=web --prefix --tail=1").stdout;
  expect(both.match(/^\[pod\/web-[a-z0-9]+-[a-z0-9]{5}\/nginx\] /gm)).toHaveLength(2);
  expect(run("kubectl logs deploy/web --timestamps --tail=1").stdout).toMatch(/^2026-01-05T09:00:\d\d\.\d{9}Z 2026/);
  expect(run("kubectl logs deploy/web --since=1s").stdout.length).toBeGreaterThanOrEqual(0);
  expect(run("kubectl logs -l app=nope").stderr).toBe("No resources found in default namespace.\n");
  expect(run("kubectl logs").stderr).toContain("POD or TYPE/NAME is a required argument for the logs command");
});

test("-f ends when nothing more comes; -p shows the run before", () => {
  const { run, cluster } = started();
  run("kubectl run tick --image=busybox -- sh -c 'echo start; sleep 2; echo two; sleep 600'");
  cluster.settle();
  expect(run("kubectl logs -f tick").stdout).toBe("start\ntwo\n");
  run("kubectl run crash --image=busybox -- sh -c 'echo dying; exit 3'");
  cluster.settle();
  cluster.advance("20s");
  expect(run("kubectl logs crash -p").stdout).toBe("dying\n");
  expect(run("kubectl logs tick -p").stderr).toBe(
    'Error from server (BadRequest): previous terminated container "tick" in pod "tick" not found\n',
  );
});

test("a log that can't be had is refused in the real words", () => {
  const { run, cluster } = started();
  run("kubectl run bad --image=does-not-exist");
  expect(run("kubectl logs bad").stderr).toBe("");
  cluster.settle();
  cluster.advance("5s");
  expect(run("kubectl logs bad").stderr).toBe(
    'Error from server (BadRequest): container "bad" in pod "bad" is waiting to start: trying and failing to pull image\n',
  );
  expect(run("kubectl logs bad -c x").stderr).toBe("error: container x is not valid for pod bad\n");
  run("kubectl run web --image=nginx");
  cluster.settle();
  const node = cluster.get("pods", "web")!.spec.nodeName!;
  cluster.kill(`kubelet/${node}`);
  expect(run("kubectl logs web").stderr).toMatch(
    /^Error from server: Get "https:\/\/10\.[\d.]+:10250\/containerLogs\/default\/web\/web": dial tcp 10\.[\d.]+:10250: connect: connection refused\n$/,
  );
  expect(run("kubectl exec web -- ls").stderr).toMatch(
    /^error: Internal error occurred: error sending request: Post .*:10250: connect: connection refused\n$/,
  );
});

test("exec runs what the image holds, with the container's environment", () => {
  const { run } = started("kubectl run web --image=nginx --env=COLOUR=blue", "kubectl expose pod web --port=80");
  expect(run("kubectl exec web -- hostname")).toEqual({ exit: 0, stdout: "web\n", stderr: "" });
  const env = run("kubectl exec web -- env").stdout;
  expect(env).toContain("COLOUR=blue\n");
  expect(env).toContain("KUBERNETES_SERVICE_PORT_HTTPS=443\n");
  expect(run("kubectl exec web -- sh -c 'echo $HOSTNAME; exit 3'")).toEqual({
    ...{ exit: 3, stdout: "web\n", stderr: "command terminated with exit code 3\n" },
  });
  expect(run("kubectl exec web -- cat /etc/resolv.conf").stdout).toBe(
    "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 172.21.0.10\noptions ndots:5\n",
  );
  expect(run("kubectl exec web -- cat /etc/hosts").stdout).toMatch(/\n172\.30\.\d+\.\d+\tweb\n$/);
  const missing = run("kubectl exec web -- ip route");
  expect(missing.exit).toBe(1);
  expect(missing.stderr).toMatch(/exec: "ip": executable file not found in \$PATH: unknown\n$/);
  expect(run("kubectl exec web -- /bin/zsh").stderr).toContain(
    'exec: "/bin/zsh": stat /bin/zsh: no such file or directory',
  );
});

test("what a place's resolv.conf says is what its resolver asks", () => {
  const { run, cluster } = started("kubectl run web --image=nginx");
  const onHost = '{"spec":{"hostNetwork":true,"containers":[{"name":"h","image":"nginx"}]}}';
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "h" }, ...JSON.parse(onHost) };
  cluster.request({ verb: "create", group: "", version: "v1", resource: "pods", namespace: "default", body });
  cluster.settle();
  const own = run("kubectl exec h -- cat /etc/resolv.conf").stdout;
  expect(own).toMatch(/^nameserver \d+\.\d+\.\d+\.\d+\n$/);
  expect(run("ssh worker-1 cat /etc/resolv.conf").stdout).toBe(own);
  const [lookup] = cluster.trace("pod/h", "http://example.com").legs;
  expect(own).toBe(`nameserver ${lookup!.target.replace(/:53$/, "")}\n`);
  expect(run("kubectl exec web -- cat /etc/resolv.conf").stdout).toContain("nameserver 172.21.0.10\n");
});

test("exec refuses in the real words", () => {
  const { run, cluster } = started(
    "kubectl run web --image=nginx",
    "kubectl run once --image=busybox --restart=Never -- echo hi",
  );
  const see = "\nSee 'kubectl exec -h' for help and examples\n";
  expect(run("kubectl exec web ls").stderr).toBe(
    `error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead${see}`,
  );
  expect(run("kubectl exec web").stderr).toBe("error: you must specify at least one command for the container\n");
  expect(run("kubectl exec web -c x -- ls").stderr).toBe(
    "Error from server (BadRequest): container x is not valid for pod web\n",
  );
  expect(run("kubectl exec nope -- ls").stderr).toBe('Error from server (NotFound): pods "nope" not found\n');
  expect(run("kubectl exec once -- ls").stderr).toBe(
    "error: cannot exec into a container in a completed pod; current phase is Succeeded\n",
  );
  run("kubectl run late --image=nginx");
  expect(run("kubectl exec late -- ls").exit).toBe(1);
  cluster.settle();
  expect(run("kubectl exec late -- pwd").stdout).toBe("/\n");
});

test("run -it --rm joins a pod and takes it away; debug looks from a node", () => {
  const { run, cluster } = started();
  const joined = run("kubectl run box --rm -i --image=busybox -- sh -c 'echo here; exit 2'");
  expect(joined).toEqual({
    exit: 2,
    stdout: 'here\npod "box" deleted\n',
    stderr: "pod default/box terminated (Error)\n",
  });
  cluster.settle();
  expect(cluster.get("pods", "box")).toBeUndefined();
  const debug = run("kubectl debug node/worker-1 -i --image=busybox -- hostname");
  expect(debug.stdout).toBe("worker-1\n");
  expect(debug.stderr).toMatch(
    /^Creating debugging pod node-debugger-worker-1-[a-z0-9]{5} with container debugger on node worker-1\.\n$/,
  );
  expect(run("kubectl run x --rm --image=busybox").stderr).toBe(
    "error: --rm should only be used for attached containers\n",
  );
});

test("a terminal enters a container and comes back", () => {
  const { shell, cluster } = started("kubectl run box --image=busybox -- sleep 3600");
  let screen = "";
  const session = createTerminalSession(shell, (text) => {
    screen += text;
  });
  session.input("kubectl exec -it box -- sh\r");
  expect(session.prompt).toBe("/ # ");
  session.input("cd /etc; hostname\r");
  expect(session.prompt).toBe("/etc # ");
  session.input("exit 5\r");
  expect(screen).toContain("box\r\n");
  expect(screen).toContain("command terminated with exit code 5\r\n");
  expect(session.prompt).toBe("orrery:~$ ");
  cluster.stopMachine(cluster.get("pods", "box")!.spec.nodeName!);
  session.input("echo $?\r");
  expect(screen).toContain("\r\n5\r\n");
});

test("events, oldest first, of one object and of one type", () => {
  const { run } = started("kubectl run web --image=nginx");
  const lines = run("kubectl events --for pod/web").stdout.trimEnd().split("\n");
  expect(lines[0]).toBe("LAST SEEN   TYPE     REASON      OBJECT    MESSAGE");
  expect(lines.slice(1).map((line) => line.split(/ {2,}/)[2])).toEqual([
    "Scheduled",
    "Pulling",
    "Pulled",
    "Created",
    "Started",
  ]);
  expect(run("kubectl events --types=Warning").stderr).toBe("No events found in default namespace.\n");
  expect(run("kubectl events --types=Nope").stderr).toBe("error: valid --types are Normal or Warning\n");
  expect(run("kubectl events --for web").stderr).toBe("error: --for must be in resource/name form\n");
  expect(run("kubectl events -A").stdout).toMatch(/^NAMESPACE /);
});

test("expose and create service", () => {
  const { run } = started("kubectl create deployment web --image=nginx --port=80");
  expect(run("kubectl expose deployment web --type=NodePort --port=8080 --target-port=80 --name=np").stdout).toBe(
    "service/np exposed\n",
  );
  expect(run("kubectl expose deployment web").stdout).toBe("service/web exposed\n");
  expect(run("kubectl get svc np -o jsonpath='{.spec.ports[0].targetPort} {.spec.selector}'").stdout).toBe(
    '80 {"app":"web"}',
  );
  expect(run("kubectl expose ns default --port=80").stderr).toBe("error: cannot expose a Namespace\n");
  expect(run("kubectl create service clusterip c --tcp=80:8080").stdout).toBe("service/c created\n");
  expect(run("kubectl create service loadbalancer lb").stderr).toBe(
    "error: at least one tcp port specifier must be provided\n",
  );
  expect(run("kubectl create service externalname e --external-name=db.example.com").stdout).toBe(
    "service/e created\n",
  );
});
