import { expect, test } from "vitest";
import { Cluster } from "../sim/index.ts";
import { clusterClient, createShell } from "./index.ts";

test("a server that speaks TLS says so to a client that does not", () => {
  const cluster = Cluster.create({ seed: 4 });
  cluster.settle();
  const shell = createShell(clusterClient(cluster));
  const place = { kind: "node", name: "worker-1" } as const;
  const said = "Client sent an HTTP request to an HTTPS server.\n";
  expect(shell.script("curl -s http://172.21.0.1:443", { place })).toMatchObject({ exit: 0, stdout: said });
  expect(shell.script("curl -s -w '%{http_code}' http://10.0.0.10:6443", { place }).stdout).toBe(`${said}400`);
});
