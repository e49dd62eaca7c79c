/** What containers listen on, and what their web servers say. */
import { describe, expect, it } from "vitest";
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { httpAnswer } from "./http-answer.ts";
import { listeningPorts } from "./ports.ts";

const container = (image: string, more: Partial<Container> = {}): Container => ({ name: "c", image, ...more });
const portsOf = (one: Container) => listeningPorts(one).map(({ proto, port }) => `${proto}/${port}`);
const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1", namespace: "default" },
  spec: { containers: [] },
  status: { podIP: "172.30.0.7" },
};
const get = (one: Container, path = "/") => {
  const from = { address: "172.30.0.9", port: 40_000 };
  return httpAnswer(one, pod, { method: "GET", path, headers: { host: "web" }, from, port: 80 });
};

describe("listening ports", () => {
  it.each([
    ["nginx", {}, ["tcp/80"]],
    ["docker.io/library/httpd:2.4", {}, ["tcp/80"]],
    ["redis:7", { args: ["--port", "7000"] }, ["tcp/7000"]],
    ["postgres:16", {}, ["tcp/5432"]],
    ["mysql:8", {}, ["tcp/3306"]],
    ["mongo:7", {}, ["tcp/27017"]],
    [
      "registry.k8s.io/coredns/coredns:v1.11.3",
      { args: ["-conf", "/etc/coredns/Corefile"] },
      ["udp/53", "tcp/53", "tcp/8080", "tcp/8181", "tcp/9153"],
    ],
    ["gcr.io/google-samples/hello-app:2.0", {}, ["tcp/8080"]],
    ["registry.k8s.io/echoserver:1.10", {}, ["tcp/8080"]],
    [
      "registry.k8s.io/e2e-test-images/agnhost:2.53",
      { args: ["netexec", "--http-port=9090"] },
      ["tcp/9090", "udp/8081"],
    ],
    ["registry.k8s.io/e2e-test-images/agnhost:2.53", { args: ["pause"] }, []],
    ["hashicorp/http-echo", { args: ["-listen=:8000", "-text=hi"] }, ["tcp/8000"]],
    ["hashicorp/http-echo", {}, ["tcp/5678"]],
    ["traefik/whoami", { args: ["--port", "8081"] }, ["tcp/8081"]],
    ["python:3", { command: ["python3", "-m", "http.server", "9000"] }, ["tcp/9000"]],
    ["python:3", { command: ["sh", "-c", "python -m http.server"] }, ["tcp/8000"]],
    ["busybox", { command: ["nc", "-l", "-p", "1234"] }, ["tcp/1234"]],
    ["busybox", { command: ["sh", "-c", "while true; do nc -lk -p 9999 -e echo hi; done"] }, ["tcp/9999"]],
    ["busybox", { command: ["nc", "-u", "-l", "-p", "53"] }, ["udp/53"]],
    ["busybox", { command: ["sleep", "3600"], ports: [{ containerPort: 80 }] }, []],
    ["nginx", { command: ["sh", "-c", "sleep 3600"] }, []],
    ["nginx", { command: ["nginx", "-g", "daemon off;"] }, ["tcp/80"]],
    [
      "my.registry/shop:1",
      { ports: [{ containerPort: 3000 }, { containerPort: 3001, protocol: "UDP" }] },
      ["tcp/3000", "udp/3001"],
    ],
    ["my.registry/shop:1", {}, []],
  ] as const)("of %s %j", (image, more, ports) => {
    expect(portsOf(container(image, more))).toEqual(ports);
  });
});

describe("answers", () => {
  it("are nginx's page with its version, and its 404", () => {
    const answer = get(container("nginx:1.27"));
    expect(answer).toMatchObject({ status: 200, headers: { Server: "nginx/1.27.0", "Content-Type": "text/html" } });
    expect(answer.headers["Content-Length"]).toBe(String(answer.body.length));
    expect(get(container("nginx"), "/nothing").status).toBe(404);
  });

  it("tell the text that was asked for, the pod's name, and who asked", () => {
    expect(get(container("hashicorp/http-echo", { args: ["-text", "hello"] })).body).toBe("hello\n");
    expect(get(container("gcr.io/google-samples/hello-app:2.0")).body).toBe(
      "Hello, world!\nVersion: 2.0.0\nHostname: web-1\n",
    );
    const agnhost = container("registry.k8s.io/e2e-test-images/agnhost:2.53", { args: ["netexec"] });
    expect(get(agnhost, "/clientip").body).toBe("172.30.0.9:40000");
    expect(get(agnhost, "/echo?msg=hi").body).toBe("hi");
    expect(get(container("traefik/whoami")).body).toContain("RemoteAddr: 172.30.0.9:40000");
    expect(get(container("my.registry/shop:1")).body).toBe("web-1\n");
  });
});
