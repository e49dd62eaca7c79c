/**
 * On which ports the main process of a container listens: what common images do when run, and what their arguments change.
 * Models the programs, not code of the kubelet; an image that nobody knows listens on the ports that it declares.
 * Left out: configuration files, environment variables, sidecars that take ports over.
 * Invariant: a pure function of image, command and arguments; a process that is no server listens on nothing.
 */
import type { Container } from "../api/kinds/container.ts";
import { imageName } from "./behaviour.ts";

/** A port on which a process listens, on all addresses of its network namespace. */
export interface ListeningPort {
  readonly proto: "tcp" | "udp";
  readonly port: number;
  /** What is spoken there, e.g. "http", "dns", "redis". */
  readonly name: string;
  /** What the process sends unasked as soon as a connection is made; "" for most. */
  readonly banner: string;
}

function tcp(port: number, name: string, banner = ""): ListeningPort {
  return { proto: "tcp", port, name, banner };
}

function udp(port: number, name: string): ListeningPort {
  return { proto: "udp", port, name, banner: "" };
}

type Ports = (words: readonly string[]) => readonly ListeningPort[];

const http =
  (port: number): Ports =>
  () => [tcp(port, "http")];

/** The value of an option, as "--port=80", "--port 80" or, for short ones, "-p80"; undefined if it is not given. */
function option(words: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    for (const name of names) {
      if (word === name) return words[at + 1];
      if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
    }
  }
  return undefined;
}

/** The port in "8080", ":8080" or "0.0.0.0:8080"; the fallback for anything else. */
function portIn(text: string | undefined, fallback: number): number {
  const found = /(?:^|:)(\d{1,5})$/.exec(text ?? "");
  const port = Number(found?.[1] ?? fallback);
  return port > 0 && port < 65_536 ? port : fallback;
}

function netexec(words: readonly string[]): readonly ListeningPort[] {
  if (words.length > 0 && !words.includes("netexec")) return serveHostname(words);
  const udpPort = Number(option(words, "--udp-port") ?? 8081);
  const web = tcp(portIn(option(words, "--http-port"), 8080), "http");
  return udpPort > 0 ? [web, udp(udpPort, "netexec")] : [web];
}

function serveHostname(words: readonly string[]): readonly ListeningPort[] {
  const port = portIn(option(words, "--port"), 9376);
  return words.includes("serve-hostname") ? [tcp(port, "http")] : [];
}

const dns: readonly ListeningPort[] = [udp(53, "dns"), tcp(53, "dns")];
const mysqlBanner = "J\u0000\u0000\u0000\n8.4.0\u0000";

/** Known images, by name without registry, path and tag. */
const byImage: Readonly<Record<string, Ports>> = {
  nginx: http(80),
  "nginx-unprivileged": http(8080),
  httpd: http(80),
  caddy: http(80),
  traefik: http(80),
  haproxy: () => [],
  whoami: (words) => [tcp(portIn(option(words, "--port", "-port"), 80), "http")],
  "hello-app": http(8080),
  echoserver: http(8080),
  "http-echo": (words) => [tcp(portIn(option(words, "-listen", "--listen"), 5678), "http")],
  "http-https-echo": http(8080),
  agnhost: netexec,
  "serve-hostname": http(9376),
  podinfo: http(9898),
  kuard: http(8080),
  tomcat: http(8080),
  jetty: http(8080),
  registry: http(5000),
  grafana: http(3000),
  prometheus: http(9090),
  redis: (words) => [tcp(portIn(option(words, "--port"), 6379), "redis")],
  valkey: (words) => [tcp(portIn(option(words, "--port"), 6379), "redis")],
  memcached: (words) => [tcp(portIn(option(words, "-p"), 11211), "memcached")],
  postgres: (words) => [tcp(portIn(option(words, "-p"), 5432), "postgres")],
  mysql: () => [tcp(3306, "mysql", mysqlBanner)],
  mariadb: () => [tcp(3306, "mysql", mysqlBanner)],
  mongo: (words) => [tcp(portIn(option(words, "--port"), 27017), "mongo")],
  rabbitmq: () => [tcp(5672, "amqp")],
  nats: () => [tcp(4222, "nats", 'INFO {"server_name":"nats"}\r\n')],
  etcd: () => [tcp(2379, "http"), tcp(2380, "http")],
  coredns: () => [...dns, tcp(8080, "http"), tcp(8181, "http"), tcp(9153, "http")],
  elasticsearch: () => [tcp(9200, "http"), tcp(9300, "elasticsearch")],
  pause: () => [],
};

/** Commands of shells and tools in any image. */
const byCommand: readonly (readonly [RegExp, (found: RegExpExecArray) => readonly ListeningPort[]])[] = [
  [/\bpython3? -m http\.server(?: +--?\S+ +\S+)*(?: +(\d+))?/, ([, port]) => [tcp(Number(port ?? 8000), "http")]],
  [/\bhttpd\b.* -p +(?:\S*:)?(\d+)/, ([, port]) => [tcp(Number(port), "http")]],
  [/\b(?:busybox )?httpd +-f/, () => [tcp(80, "http")]],
  [/\bnginx\b/, () => [tcp(80, "http")]],
  [/\bsocat .*TCP4?-LISTEN:(\d+)/i, ([, port]) => [tcp(Number(port), "echo")]],
  [/\bsocat .*UDP4?-LISTEN:(\d+)/i, ([, port]) => [udp(Number(port), "echo")]],
  [/\b(?:nc|ncat|netcat)\b(?=.* -\w*u)(?=.* -\w*l).*? -?(?:p *)?(\d+)\b/, ([, port]) => [udp(Number(port), "nc")]],
  [/\b(?:nc|ncat|netcat)\b(?=.* -\w*l).*? (?:-p *)?(\d+)\b/, ([, port]) => [tcp(Number(port), "nc")]],
  [/\biperf3? +-s/, () => [tcp(5201, "iperf")]],
];

const shell = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a)?sh$/;

function commandOf({ command = [], args = [] }: Container): readonly string[] {
  return [...command, ...args];
}

function declared({ ports = [] }: Container): readonly ListeningPort[] {
  return ports
    .filter(({ protocol = "TCP" }) => protocol !== "SCTP")
    .map(({ protocol = "TCP", containerPort, name }) =>
      protocol === "UDP" ? udp(containerPort, name ?? "") : tcp(containerPort, name ?? ""),
    );
}

/** The ports on which a container's main process listens. */
export function listeningPorts(container: Container): readonly ListeningPort[] {
  const words = commandOf(container);
  const text = words.join(" ");
  for (const [form, make] of byCommand) {
    const found = container.command === undefined && !shell.test(words[0] ?? "") ? null : form.exec(text);
    if (found !== null) return make(found);
  }
  const known = byImage[imageName(container.image ?? "")];
  if (known !== undefined && !shell.test(words[0] ?? "")) return known(words);
  if (shell.test(words[0] ?? "") || /^(?:sleep|true|false|tail|cat)$/.test(words[0] ?? "")) return [];
  return declared(container);
}
