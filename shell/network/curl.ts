import type { HttpAnswer, HttpRequest } from "../client.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { absolutePath } from "../sh/path.ts";
import { completeHost } from "./complete-host.ts";
import { type CurlWish, readCurl } from "./curl-options.ts";
import { type Sent, send } from "./request.ts";
import { readUrl, type Target } from "./url.ts";

const VERSION = "curl/8.9.1";
/** How long Linux tries to connect when nobody answers (tcp_syn_retries 6), in microseconds. */
const SYN_RETRIES_US = 134_000_000;
const REDIRECTS_MAX = 10;
const CERTIFICATE_ADVICE =
  "unable to get local issuer certificate\nMore details here: https://curl.se/docs/sslcerts.html";

/** curl's error, with its number. */
interface Refusal {
  readonly code: number;
  readonly message: string;
}

/**
 * `curl` 8 for HTTP, computed from the path of the packets; times are the simulation's. Left out: the progress meter,
 * other protocols, what certificates hold.
 */
export const curl: ShellCommand = {
  name: "curl",
  complete: completeHost,
  run(argv, terminal) {
    if (argv.includes("--version") || argv.includes("-V")) {
      terminal.out(`${VERSION.replace("/", " ")} (x86_64-pc-linux-gnu)\nProtocols: http https\n`);
      return 0;
    }
    const wish = readCurl(argv);
    if (typeof wish === "string") {
      terminal.err(`curl: ${wish}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
      return 2;
    }
    if (wish.urls.length === 0) {
      terminal.err("curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
      return 2;
    }
    let exit = 0;
    for (const url of wish.urls) exit = fetchUrl(terminal, wish, url, 0);
    return exit;
  },
};

function fetchUrl(terminal: Terminal, wish: CurlWish, url: string, depth: number): number {
  const target = readUrl(url);
  if (target === undefined) {
    const scheme = /^([a-z]+):\/\//i.exec(url)?.[1];
    const isScheme = scheme !== undefined && !/^https?$/i.test(scheme);
    const unsupported = { code: 1, message: `Protocol "${scheme}" not supported` };
    return refuse(
      terminal,
      wish,
      isScheme ? unsupported : { code: 3, message: "URL rejected: Malformed input to a URL function" },
    );
  }
  const timeoutUs = Math.min(wish.connectTimeoutUs ?? SYN_RETRIES_US, wish.maxTimeUs ?? SYN_RETRIES_US);
  const request = requestOf(wish, target);
  const { method, userAgent } = request;
  const to = `${target.scheme}://${target.host}:${target.port}${target.path}`;
  const sent = send(terminal, to, { timeoutUs, method, userAgent });
  const failed = connectFailure(wish, target, sent, timeoutUs);
  noteConnect(terminal, wish, target, sent);
  if (failed !== undefined) {
    writeOut(terminal, wish, { target, sent, answer: undefined });
    return refuse(terminal, wish, failed);
  }
  const isOwnCertificate = target.scheme === "https" && /^(pod|node)\//.test(sent.outcome.by);
  const answer = ask(terminal, wish, request, sent);
  if (answer !== undefined && isOwnCertificate && !wish.insecure) {
    return refuse(terminal, wish, { code: 60, message: `SSL certificate problem: ${CERTIFICATE_ADVICE}` });
  }
  if (answer === undefined) {
    writeOut(terminal, wish, { target, sent, answer });
    const isTls = target.scheme === "https";
    const tls = "TLS connect error: error:0A00010B:SSL routines::wrong version number";
    return refuse(
      terminal,
      wish,
      isTls ? { code: 35, message: tls } : { code: 52, message: "Empty reply from server" },
    );
  }
  const location = answer.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
  if (wish.follow && location !== undefined && answer.status >= 300 && answer.status < 400 && depth < REDIRECTS_MAX) {
    const next = location.startsWith("/") ? `${target.scheme}://${target.authority}${location}` : location;
    return fetchUrl(terminal, wish, next, depth + 1);
  }
  show(terminal, wish, answer);
  writeOut(terminal, wish, { target, sent, answer });
  if (wish.verbose) terminal.err(`* Connection #0 to host ${target.host} left intact\n`);
  if (!wish.failOnError || answer.status < 400) return 0;
  return refuse(terminal, wish, { code: 22, message: `The requested URL returned error: ${answer.status}` });
}

function connectFailure(wish: CurlWish, target: Target, sent: Sent, timeoutUs: number): Refusal | undefined {
  const { host, port } = target;
  const isLimited = wish.connectTimeoutUs !== undefined || wish.maxTimeUs !== undefined;
  const limitMs = Math.round(timeoutUs / 1000) + 1;
  if (sent.name === "unanswered" && isLimited && sent.ms * 1000 >= timeoutUs) {
    return { code: 28, message: `Resolving timed out after ${limitMs} milliseconds` };
  }
  if (sent.name !== "found") return { code: 6, message: `Could not resolve host: ${host}` };
  const after = `Failed to connect to ${host} port ${port} after ${sent.ms} ms`;
  switch (sent.outcome.kind) {
    case "answered":
      return undefined;
    case "timed out":
      if (isLimited) return { code: 28, message: `Connection timed out after ${limitMs} milliseconds` };
      return { code: 28, message: `${after}: Couldn't connect to server` };
    default:
      return { code: 7, message: `${after}: Couldn't connect to server` };
  }
}

function refuse({ err }: Terminal, { silent, showError }: CurlWish, { code, message }: Refusal): number {
  if (!silent || showError) err(`curl: (${code}) ${message}\n`);
  return code;
}

/** The lines of `-v` about names and connecting. */
function noteConnect({ err }: Terminal, { verbose }: CurlWish, { host, port }: Target, sent: Sent): void {
  if (!verbose) return;
  if (sent.name !== "found") return err(`* Could not resolve host: ${host}\n* Closing connection\n`);
  if (host !== sent.address) err(`* Host ${host}:${port} was resolved.\n* IPv6: (none)\n* IPv4: ${sent.address}\n`);
  err(`*   Trying ${sent.address}:${port}...\n`);
  const { kind } = sent.outcome;
  if (kind === "answered") return err(`* Connected to ${host} (${sent.address}) port ${port}\n`);
  const why =
    kind === "refused" ? "Connection refused" : kind === "timed out" ? "Connection timed out" : "No route to host";
  if (kind !== "timed out") err(`* connect to ${sent.address} port ${port} failed: ${why}\n`);
  err(
    `* Failed to connect to ${host} port ${port} after ${sent.ms} ms: Couldn't connect to server\n* Closing connection\n`,
  );
}

/** The request that the options describe. */
function requestOf(wish: CurlWish, target: Target): HttpRequest {
  const method = wish.method ?? (wish.headOnly ? "HEAD" : wish.body === undefined ? "GET" : "POST");
  const own = (name: string) => wish.headers.find(([one]) => one.toLowerCase() === name)?.[1];
  const host = own("host") ?? target.authority;
  const userAgent = own("user-agent") ?? wish.userAgent ?? VERSION;
  const others = wish.headers.filter(([name]) => !/^(host|user-agent)$/i.test(name));
  const typed = wish.body !== undefined && own("content-type") === undefined;
  const posted: readonly (readonly [string, string])[] =
    wish.body === undefined ? [] : [["Content-Length", String(wish.body.length)]];
  const form: typeof posted = typed ? [["Content-Type", "application/x-www-form-urlencoded"]] : [];
  const headers = [["Accept", "*/*"] as const, ...others, ...posted, ...form];
  const { port, path, scheme } = target;
  return { method, path, scheme, host, port, userAgent, headers, body: wish.body ?? "" };
}

function ask(terminal: Terminal, { verbose }: CurlWish, request: HttpRequest, sent: Sent): HttpAnswer | undefined {
  const { err, client } = terminal;
  if (verbose) {
    const { method, path, host, userAgent, headers } = request;
    const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, `User-Agent: ${userAgent}`];
    for (const line of [...lines, ...headers.map(([name, value]) => `${name}: ${value}`), ""]) err(`> ${line}\n`);
    err("* Request completely sent off\n");
  }
  const answer = client.network.httpAnswer(sent.trace, request);
  if (verbose && answer !== undefined) for (const line of headLines(answer)) err(`< ${line}\n`);
  return answer;
}

function headLines({ status, reason, headers }: HttpAnswer): readonly string[] {
  return [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`), ""];
}

function show(terminal: Terminal, wish: CurlWish, answer: HttpAnswer): void {
  const isRefused = wish.failOnError && answer.status >= 400;
  const head =
    wish.withHead || wish.headOnly
      ? headLines(answer)
          .map((line) => `${line}\r\n`)
          .join("")
      : "";
  const text = head + (wish.headOnly || isRefused ? "" : answer.body);
  if (wish.output === undefined || wish.output === "-") return terminal.out(text);
  const path = absolutePath(wish.output, terminal);
  if (path !== "/dev/null") terminal.environment.files.set(path, text);
}

interface Done {
  readonly target: Target;
  readonly sent: Sent;
  readonly answer: HttpAnswer | undefined;
}

/** `-w`: the variables that learners use. */
function writeOut({ out }: Terminal, { writeOut: format, urls }: CurlWish, { target, sent, answer }: Done): void {
  const seconds = (sent.outcome.afterUs / 1_000_000).toFixed(6);
  const isConnected = sent.outcome.kind === "answered";
  const values: ReadonlyMap<string, string> = new Map(
    Object.entries({
      http_code: String(answer?.status ?? 0).padStart(3, "0"),
      response_code: String(answer?.status ?? 0).padStart(3, "0"),
      remote_ip: isConnected ? sent.address : "",
      remote_port: isConnected ? String(target.port) : "0",
      time_total: seconds,
      time_connect: isConnected ? seconds : "0.000000",
      size_download: String(answer?.body.length ?? 0),
      url_effective: urls.at(-1)!.includes("://")
        ? urls.at(-1)!
        : `${target.scheme}://${target.authority}${target.path}`,
      content_type: answer?.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "",
      num_connects: isConnected ? "1" : "0",
    }),
  );
  const text = format.replace(/%\{(\w+)\}/g, (_all, name: string) => values.get(name) ?? "");
  out(text.replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\r/g, "\r").replaceAll("%%", "%"));
}
