/**
 * What the web servers of common images answer: status, headers and body of one HTTP request.
 * Models the programs' documented behaviour; pages are in our own words.
 * Left out: virtual hosts, files, TLS; a request for a path that a server does not have gets its 404.
 * Invariant: a pure function of container, pod and request.
 */
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { imageName } from "./behaviour.ts";

/** One HTTP request as it arrives. Header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Address and port of the sender, as the server sees them after any translation. */
  readonly from: { readonly address: string; readonly port: number };
  /** The port that it arrived at. */
  readonly port: number;
}

/** One HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer may be made from. */
interface Asked {
  readonly container: Container;
  readonly pod: Pod;
  readonly request: HttpRequest;
}

type Answers = (asked: Asked) => HttpAnswer;

const html = "text/html";
const plain = "text/plain; charset=utf-8";

function reply(status: number, type: string, body: string, server?: string): HttpAnswer {
  const length = { "Content-Length": String(body.length) };
  const headers = { ...(server !== undefined && { Server: server }), "Content-Type": type, ...length };
  return { status, headers, body };
}

function page(title: string, words: string): string {
  return `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>${words}</p>\n</body>\n</html>\n`;
}

function versionOf({ container }: Asked, fallback: string): string {
  const found = /:v?(\d+(?:\.\d+)*)/.exec(container.image ?? "")?.[1] ?? fallback;
  return /^\d+\.\d+$/.test(found) ? `${found}.0` : found;
}

/** A server of files that has one page. */
function onePage(name: string, version: string, title: string, words: string): Answers {
  return (asked) => {
    const server = `${name}/${versionOf(asked, version)}`;
    const path = asked.request.path.split("?")[0] ?? "/";
    if (asked.request.method !== "GET" && asked.request.method !== "HEAD")
      return reply(405, html, page("405 Not Allowed", server), server);
    if (path === "/" || path === "/index.html") return reply(200, html, page(title, words), server);
    return reply(404, html, page("404 Not Found", server), server);
  };
}

function hostnameOf({ metadata, spec }: Pod): string {
  return spec.hostname ?? metadata.name;
}

/** The value of an option: "-text=hello", "-text hello". */
function argument({ command = [], args = [] }: Container, name: string): string | undefined {
  const words = [...command, ...args];
  for (const [at, word] of words.entries()) {
    const bare = word.replace(/^--?/, "");
    if (bare === word) continue;
    if (bare === name) return words[at + 1];
    if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
  }
  return undefined;
}

function headerLines({ headers }: HttpRequest): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function whoami({ pod, request }: Asked): HttpAnswer {
  const lines = [
    `Hostname: ${hostnameOf(pod)}`,
    "IP: 127.0.0.1",
    `IP: ${pod.status?.podIP ?? ""}`,
    `RemoteAddr: ${request.from.address}:${request.from.port}`,
    `${request.method} ${request.path} HTTP/1.1`,
    ...headerLines(request),
  ];
  return reply(200, plain, `${lines.join("\n")}\n\n`);
}

function echoserver({ pod, request }: Asked): HttpAnswer {
  const lines = [
    "",
    "",
    `Hostname: ${hostnameOf(pod)}`,
    "",
    "Request Information:",
    `\tclient_address=${request.from.address}`,
    `\tmethod=${request.method}`,
    `\treal path=${request.path}`,
    "",
    "Request Headers:",
    ...headerLines(request).map((line) => `\t${line}`),
    "",
  ];
  return reply(200, plain, lines.join("\n"), "echoserver");
}

/** The paths of agnhost's netexec that tell where a request came from and where it went. */
function netexec(asked: Asked): HttpAnswer {
  const { pod, request } = asked;
  const [path = "/", query = ""] = request.path.split("?");
  const said = /(?:^|&)msg=([^&]*)/.exec(query)?.[1] ?? "";
  switch (path) {
    case "/":
      return reply(200, plain, "NOW: the simulated clock\n");
    case "/hostname":
    case "/hostName":
      return reply(200, plain, hostnameOf(pod));
    case "/clientip":
      return reply(200, plain, `${request.from.address}:${request.from.port}`);
    case "/echo":
      return reply(200, plain, said);
    case "/healthz":
      return reply(200, plain, "");
    default:
      return reply(404, plain, "404 page not found\n");
  }
}

function coredns({ request }: Asked): HttpAnswer {
  const path = request.path.split("?")[0];
  if (path === "/health" || path === "/ready") return reply(200, plain, "OK");
  return path === "/metrics" ? reply(200, plain, "") : reply(404, plain, "404 page not found\n");
}

const byImage: Readonly<Record<string, Answers>> = {
  nginx: onePage(
    "nginx",
    "1.27.0",
    "nginx works here",
    "This server has been started and has not been given pages of its own yet.",
  ),
  "nginx-unprivileged": onePage("nginx", "1.27.0", "nginx works here", "It runs without special rights."),
  httpd: ({ request }) =>
    request.path === "/"
      ? reply(200, html, "<html><body><h1>It works!</h1></body></html>\n", "Apache/2.4.62 (Unix)")
      : reply(
          404,
          "text/html; charset=iso-8859-1",
          page("404 Not Found", "There is nothing here."),
          "Apache/2.4.62 (Unix)",
        ),
  caddy: onePage("Caddy", "2.8.4", "Caddy works here", "This server has not been given pages of its own yet."),
  whoami,
  echoserver,
  "http-https-echo": echoserver,
  "http-echo": ({ container }) => reply(200, plain, `${argument(container, "text") ?? "hello-world"}\n`),
  "hello-app": (asked) =>
    reply(200, plain, `Hello, world!\nVersion: ${versionOf(asked, "1.0.0")}\nHostname: ${hostnameOf(asked.pod)}\n`),
  "serve-hostname": ({ pod }) => reply(200, plain, hostnameOf(pod)),
  agnhost: (asked) =>
    [...(asked.container.command ?? []), ...(asked.container.args ?? [])].includes("serve-hostname")
      ? reply(200, plain, hostnameOf(asked.pod))
      : netexec(asked),
  podinfo: ({ pod, container }) =>
    reply(
      200,
      "application/json",
      `${JSON.stringify({ hostname: hostnameOf(pod), version: versionOf({ container } as Asked, "6.7.0") })}\n`,
    ),
  coredns,
};

/** What a container answers to a request at a port on which it speaks HTTP; any other server greets with its pod's name. */
export function httpAnswer(container: Container, pod: Pod, request: HttpRequest): HttpAnswer {
  const asked: Asked = { container, pod, request };
  const known = byImage[imageName(container.image ?? "")];
  if (known !== undefined) return known(asked);
  const text = [...(container.command ?? []), ...(container.args ?? [])].join(" ");
  if (/\bpython3? -m http\.server/.test(text)) {
    const server = "SimpleHTTP/0.6 Python/3.12.0";
    return reply(200, "text/html; charset=utf-8", page("Directory listing for /", "Nothing is in it."), server);
  }
  return reply(200, plain, `${hostnameOf(pod)}\n`);
}
