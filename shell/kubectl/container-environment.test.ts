import { beforeAll, expect, test } from "vitest";
import { Cluster } from "../../sim/index.ts";
import { clusterClient, createShell, createTerminalSession } from "../index.ts";

const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { mode: fast, "app.ini": "[app]\\nname = tour\\n" }
---
apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { user: ada, password: s3cret }
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: 172.21.7.7, selector: { app: store }, ports: [{ port: 6379 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: app, labels: { tier: front } }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: app
      image: busybox
      command: [sleep, "3600"]
      envFrom:
        - { prefix: CFG_, configMapRef: { name: settings } }
        - secretRef: { name: login }
      env:
        - { name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }
        - { name: PASSWORD, valueFrom: { secretKeyRef: { name: login, key: password } } }
        - { name: TIER, valueFrom: { fieldRef: { fieldPath: "metadata.labels['tier']" } } }
        - { name: URL, value: "http://$(STORE_SERVICE_HOST):$(STORE_SERVICE_PORT)/$(MODE)" }
        - { name: LITERAL, value: "$$(STORE_SERVICE_HOST)" }
        - { name: UNKNOWN, value: "$(NOBODY)" }
      volumeMounts:
        - { name: config, mountPath: /etc/config }
        - { name: secret, mountPath: /etc/login }
        - { name: config, mountPath: /etc/app.ini, subPath: app.ini }
  volumes:
    - { name: config, configMap: { name: settings } }
    - { name: secret, secret: { secretName: login, items: [{ key: user, path: who/name }] } }
`;

let shell: ReturnType<typeof createShell>;

beforeAll(() => {
  const cluster = Cluster.create({ seed: 5 });
  shell = createShell(clusterClient(cluster));
  const files = { read: () => undefined, stdin: MANIFEST };
  expect(shell.run("kubectl apply -f -", files)).toMatchObject({ exit: 0, stderr: "" });
  cluster.settle();
});

function inApp(command: string): string {
  const { exit, stdout, stderr } = shell.run(`kubectl exec app -- ${command}`);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return stdout;
}

test.each([
  ["MODE", "fast"],
  ["CFG_mode", "fast"],
  ["user", "ada"],
  ["PASSWORD", "s3cret"],
  ["TIER", "front"],
  ["URL", "http://172.21.7.7:6379/fast"],
  ["LITERAL", "$(STORE_SERVICE_HOST)"],
  ["UNKNOWN", "$(NOBODY)"],
  ["HOSTNAME", "app"],
  ["STORE_PORT_6379_TCP_ADDR", "172.21.7.7"],
])("env in a container has %s=%s", (name, value) => {
  expect(inApp("env").split("\n")).toContain(`${name}=${value}`);
});

test("files of ConfigMaps and Secrets lie where they are mounted", () => {
  expect(inApp("cat /etc/config/mode")).toBe("fast");
  expect(inApp("cat /etc/app.ini")).toBe("[app]\nname = tour\n");
  expect(inApp("cat /etc/login/who/name")).toBe("ada");
  expect(inApp("ls /etc/config").split("\n")).toEqual(["app.ini", "mode", ""]);
  expect(inApp("ls /etc/login")).toBe("who\n");
  expect(inApp("cat /etc/hosts")).toMatch(/\tapp\n/);
});

test("a shell in the container finds the same", () => {
  let screen = "";
  const session = createTerminalSession(shell, (text) => {
    screen += text;
  });
  session.input("kubectl exec -it app -- sh\r");
  session.input("echo $URL; cat /etc/login/who/name; echo\r");
  expect(screen).toContain("http://172.21.7.7:6379/fast");
  expect(screen).toContain("ada");
});

test("so does a pod that kubectl run makes and joins", () => {
  const { stdout } = shell.run([
    "kubectl",
    "run",
    "job",
    "-i",
    "--rm",
    "--restart=Never",
    "--image=busybox",
    "--env=A=b",
    "--",
    "env",
  ]);
  expect(stdout.split("\n")).toContain("A=b");
});
