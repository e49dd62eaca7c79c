import { expect, test } from "vitest";
import type { HttpRequest } from "../client.ts";
import { newEnvironment } from "../command.ts";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { type FakeNetwork, fakeSpace } from "../fake-network.test-support.ts";
import { createShell, type Place } from "../index.ts";

const node: Place = { kind: "node", name: "worker-1" };
const small: Place = { kind: "container", namespace: "default", pod: "box", container: "c", image: "busybox" };

function network() {
  const cluster = new FakeCluster();
  const net = cluster.network as FakeNetwork;
  net.targets.set("web", { outcome: "answered", address: "172.21.3.4", by: "pod/default/web-1" });
  net.targets.set("10.9.9.9", { outcome: "timed out" });
  net.targets.set("closed", { outcome: "refused", address: "172.21.3.5", afterUs: 2000 });
  net.targets.set("far", { outcome: "unreachable", address: "10.7.7.7" });
  net.targets.set("node", { outcome: "answered", address: "10.1.0.5" });
  net.targets.set("silent", { outcome: "timed out" });
  net.spaces.set("pod/default/box", fakeSpace());
  net.spaces.set("node/worker-1", fakeSpace({ name: "worker-1", kind: "host" }));
  net.answer = (_by, request) => {
    const headers = [
      ["Server", "nginx/1.27.4"],
      ["Content-Type", "text/html"],
    ] as const;
    if (request.scheme === "https") return undefined;
    if (request.path === "/nope") return { status: 404, reason: "Not Found", headers, body: "gone\n" };
    return { status: 200, reason: "OK", headers, body: `${request.method} ${request.path}\n` };
  };
  const run = (text: string, place: Place = node) => {
    const environment = newEnvironment([["PWD", "/"]], [["/etc/resolv.conf", "nameserver 172.21.0.10\n"]]);
    const { exit, stdout, stderr } = createShell(cluster).script(text, { place, environment });
    return { exit, stdout, stderr };
  };
  return { net, run, cluster };
}

test("curl answers, and fails with curl's own numbers", () => {
  const { run, net } = network();
  expect(run("curl -s http://web/x?y=1")).toEqual({ exit: 0, stdout: "GET /x?y=1\n", stderr: "" });
  expect(net.asked.at(-1)).toMatchObject({ from: "node/worker-1", to: "http://web:80/x?y=1" });
  expect(run("curl nope")).toEqual({ exit: 6, stdout: "", stderr: "curl: (6) Could not resolve host: nope\n" });
  expect(run("curl closed:81").stderr).toBe(
    "curl: (7) Failed to connect to closed port 81 after 2 ms: Couldn't connect to server\n",
  );
  expect(run("curl --connect-timeout 2 10.9.9.9")).toEqual({
    ...{ exit: 28, stdout: "", stderr: "curl: (28) Connection timed out after 2001 milliseconds\n" },
  });
  expect(run("curl -s closed")).toEqual({ exit: 7, stdout: "", stderr: "" });
  expect(run("curl -sS closed").stderr).toContain("curl: (7)");
  expect(run("curl -f -s -S http://web/nope").stderr).toBe("curl: (22) The requested URL returned error: 404\n");
  expect(run("curl -s -o /dev/null -w '%{http_code}\\n' http://web/nope").stdout).toBe("404\n");
  expect(run("curl -s -o /dev/null -w '%{http_code}' --connect-timeout 1 10.9.9.9")).toMatchObject({
    exit: 28,
    stdout: "000",
  });
  expect(run("curl https://web").stderr).toMatch(/^curl: \(35\)/);
  expect(run("curl --nope web")).toMatchObject({ exit: 2 });
  expect(run("curl ftp://web").stderr).toBe('curl: (1) Protocol "ftp" not supported\n');
  expect(run("curl").exit).toBe(2);
});

test("curl shows the exchange and sends what it is told to", () => {
  const { run, net } = network();
  const seen: HttpRequest[] = [];
  const { answer } = net;
  net.answer = (by, request) => {
    seen.push(request);
    return answer(by, request);
  };
  const { stderr, stdout } = run("curl -sv -H 'Host: shop.example.com' -d a=1 http://web:8080/buy");
  expect(seen[0]).toMatchObject({ method: "POST", host: "shop.example.com", port: 8080, body: "a=1", path: "/buy" });
  expect(stderr).toContain(
    "*   Trying 172.21.3.4:8080...\n* Connected to web (172.21.3.4) port 8080\n> POST /buy HTTP/1.1\n",
  );
  expect(stderr).toContain("< HTTP/1.1 200 OK\n< Server: nginx/1.27.4\n");
  expect(stdout).toBe("POST /buy\n");
  expect(run("curl -sI web").stdout).toBe("HTTP/1.1 200 OK\r\nServer: nginx/1.27.4\r\nContent-Type: text/html\r\n\r\n");
});

test("wget in busybox's words", () => {
  const { run } = network();
  expect(run("wget -qO- http://web", small)).toEqual({ exit: 0, stdout: "GET /\n", stderr: "" });
  expect(run("wget -O- http://nope", small)).toMatchObject({ exit: 1, stderr: "wget: bad address 'nope'\n" });
  expect(run("wget -qO- -T 2 http://10.9.9.9", small).stderr).toBe("wget: download timed out\n");
  expect(run("wget -qO- closed", small).stderr).toBe(
    "wget: can't connect to remote host (172.21.3.5): Connection refused\n",
  );
  expect(run("wget -qO- web/nope", small).stderr).toBe("wget: server returned error: HTTP/1.1 404 Not Found\n");
  expect(run("wget web -O /tmp/a && cat /tmp/a", small).stdout).toBe("GET /\n");
});

test("ping, with both kinds of words; a second passes between two echoes", () => {
  const { run, cluster } = network();
  expect(run("ping -c 2 web").stdout).toBe(
    "PING web (172.21.3.4) 56(84) bytes of data.\n64 bytes from 172.21.3.4: icmp_seq=1 ttl=62 time=0.500 ms\n" +
      "64 bytes from 172.21.3.4: icmp_seq=2 ttl=62 time=0.500 ms\n\n--- web ping statistics ---\n" +
      "2 packets transmitted, 2 received, 0% packet loss, time 1000ms\nrtt min/avg/max/mdev = 0.500/0.500/0.500/0.000 ms\n",
  );
  expect(cluster.now).toBe(1_000_000);
  expect(run("ping -c 1 -W 1 10.9.9.9")).toMatchObject({ exit: 1 });
  expect(run("ping -c 1 -W 1 10.9.9.9").stdout).toContain("1 packets transmitted, 0 received, 100% packet loss");
  expect(run("ping -c 1 far").stdout).toContain("From 172.30.1.5 icmp_seq=1 Destination Host Unreachable\n");
  expect(run("ping nope")).toEqual({ exit: 2, stdout: "", stderr: "ping: nope: Name or service not known\n" });
  expect(run("ping -c 1 web", small).stdout).toBe(
    "PING web (172.21.3.4): 56 data bytes\n64 bytes from 172.21.3.4: seq=0 ttl=62 time=0.500 ms\n\n" +
      "--- web ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = 0.500/0.500/0.500 ms\n",
  );
  expect(run("ping nope", small)).toEqual({ exit: 1, stdout: "", stderr: "ping: bad address 'nope'\n" });
});

test("nslookup, dig and nc", () => {
  const { run } = network();
  const head = "Server:\t\t172.21.0.10\nAddress:\t172.21.0.10#53\n\n";
  expect(run("nslookup web").stdout).toBe(`${head}Name:\tweb.default.svc.cluster.local\nAddress: 172.21.3.4\n\n`);
  expect(run("nslookup nope")).toEqual({
    exit: 1,
    stdout: `${head}** server can't find nope: NXDOMAIN\n\n`,
    stderr: "",
  });
  expect(run("nslookup web", small).stdout).toContain(
    "Address:\t172.21.0.10:53\n\nName:\tweb.default.svc.cluster.local\n",
  );
  expect(run("nslookup silent")).toMatchObject({ exit: 1 });
  expect(run("dig +short +search web").stdout).toBe("172.21.3.4\n");
  expect(run("dig +short nope")).toEqual({ exit: 0, stdout: "", stderr: "" });
  expect(run("nc -zv -w 1 web 80").stderr).toBe("Connection to web 80 port [tcp/http] succeeded!\n");
  expect(run("nc -zv closed 80")).toMatchObject({ exit: 1 });
  expect(run("nc -zv web 80", small).stderr).toBe("web (172.21.3.4:80) open\n");
});

test("ip shows the place's namespace; what changes it goes to the simulation", () => {
  const { run, net } = network();
  expect(run("ip route", small).stdout).toBe("default via 169.254.1.1 dev eth0\n169.254.1.1 dev eth0 scope link\n");
  expect(run("ip -br a show eth0", small).stdout).toMatch(/^eth0@if2 +UP +172\.30\.1\.5\/32/);
  expect(run("ip link show nope", small)).toMatchObject({ exit: 1, stderr: 'Device "nope" does not exist.\n' });
  run("ip r del default", small);
  run("iptables -t nat -F");
  expect(net.configured).toEqual([
    { place: "pod/default/box", words: ["ip", "route", "del", "default"] },
    { place: "node/worker-1", words: ["iptables", "-t", "nat", "-F"] },
  ]);
});

test("iptables-save, iptables -S, conntrack and ss show what the namespace holds", () => {
  const { run, net } = network();
  const chains = () => [
    { table: "nat", chain: "PREROUTING", policy: "ACCEPT", rules: ["-j KUBE-SERVICES"] },
    { table: "nat", chain: "KUBE-SERVICES", policy: "-", rules: [] },
  ];
  const listeners = [{ proto: "tcp", address: "0.0.0.0", port: 22, name: "node/worker-1/sshd" }];
  const connections = ["tcp      6 86399 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=80"];
  net.spaces.set("node/worker-1", fakeSpace({ name: "worker-1", kind: "host", chains, listeners, connections }));
  expect(run("iptables-save").stdout).toBe(
    "*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\nCOMMIT\n",
  );
  expect(run("iptables -t nat -S PREROUTING").stdout).toBe("-P PREROUTING ACCEPT\n-A PREROUTING -j KUBE-SERVICES\n");
  expect(run("conntrack -L -d 3.3.3.3").stderr).toContain("0 flow entries");
  expect(run("conntrack -L").stdout).toContain("dport=80");
  expect(run("ss -tln").stdout).toContain("0.0.0.0:22");
});

test("ssh runs a command on a machine that there is", () => {
  const { run } = network();
  const outside: Place = { kind: "outside" };
  expect(run("ssh worker-1 hostname", outside)).toEqual({ exit: 0, stdout: "worker-1\n", stderr: "" });
  expect(run("ssh root@worker-1 'exit 4'", outside).exit).toBe(4);
  const { run: later, net } = network();
  net.targets.set("node", { outcome: "refused", address: "10.1.0.5" });
  expect(later("ssh worker-1", outside).stderr).toBe("ssh: connect to host worker-1 port 22: Connection refused\n");
  expect(run("ssh nope", outside).stderr).toBe("ssh: Could not resolve hostname nope: Name or service not known\n");
});

test("a tunnel without ends has no address of its own, and no carrier to miss", () => {
  const { run, net } = network();
  const tunnel = { name: "tunl0", kind: "ipip", mac: "", mtu: 1480, up: true, addresses: ["172.30.1.0/32"] } as const;
  net.spaces.set("node/worker-1", fakeSpace({ name: "worker-1", kind: "host", interfaces: [tunnel] }));
  expect(run("ip a").stdout).toContain(
    "    link/ipip 0.0.0.0 brd 0.0.0.0\n    inet 172.30.1.0/32 scope global tunl0\n",
  );
  expect(run("ip -br a").stdout).toBe("tunl0@NONE       UNKNOWN        172.30.1.0/32 \n");
  expect(run("ip -br link").stdout).toBe("tunl0@NONE       UNKNOWN        0.0.0.0 <NOARP,UP,LOWER_UP> \n");
});

test("iptables -L takes its words in any order", () => {
  const { run, net } = network();
  const chains = () => [{ table: "nat", chain: "PREROUTING", policy: "ACCEPT", rules: ["-j KUBE-SERVICES"] }];
  net.spaces.set("node/worker-1", fakeSpace({ name: "worker-1", kind: "host", chains }));
  const listed = run("iptables -t nat -L PREROUTING -n").stdout;
  expect(listed).toContain("KUBE-SERVICES  all  --  0.0.0.0/0            0.0.0.0/0");
  for (const words of ["-nL PREROUTING -t nat", "-n -t nat -L", "--list PREROUTING --numeric -t nat"]) {
    expect(run(`iptables ${words}`).stdout).toBe(listed);
  }
  expect(run("iptables -t nat -nvL").stdout).toContain("    0     0 KUBE-SERVICES");
  expect(run("iptables -L NOPE").exit).toBe(1);
});
