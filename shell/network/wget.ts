import type { HttpAnswer } from "../client.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { flavourAt } from "../images.ts";
import { absolutePath } from "../sh/path.ts";
import { options } from "../sh/tool.ts";
import { completeHost } from "./complete-host.ts";
import { type Sent, secondsUs, send } from "./request.ts";
import { readUrl, type Target } from "./url.ts";

const TIMEOUT_US = 900_000_000;
const SYN_RETRIES_US = 134_000_000;
const BAR = "*".repeat(32);

interface Wish {
  readonly quiet: boolean;
  readonly spider: boolean;
  readonly showHead: boolean;
  readonly output: string;
  readonly timeoutUs: number | undefined;
}

/** `wget` in busybox's form and, where an image holds GNU's, in its form; one URL. Left out: resuming, recursion. */
export const wget: ShellCommand = {
  name: "wget",
  complete: completeHost,
  run(argv, terminal) {
    const long = argv.map((word) =>
      word
        .replace(/^--timeout=/, "-T")
        .replace(/^--tries=/, "-t")
        .replace(/^--output-document=/, "-O"),
    );
    const { flags, words } = options(long, "OTtUYP");
    const [url] = words;
    if (url === undefined) {
      terminal.err("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n");
      return 1;
    }
    const target = readUrl(url);
    if (target === undefined) {
      terminal.err(`wget: not an http or ftp url: ${url}\n`);
      return 1;
    }
    const name = target.path.split("?")[0]!.split("/").pop() || "index.html";
    const wish: Wish = {
      quiet: flags.has("q") || flags.has("--quiet"),
      spider: flags.has("--spider"),
      showHead: flags.has("S") || flags.has("--server-response"),
      output: flags.get("O") ?? name,
      timeoutUs: secondsUs(flags.get("T")),
    };
    const timeoutUs = Math.min(wish.timeoutUs ?? TIMEOUT_US, SYN_RETRIES_US);
    const sent = send(terminal, `${target.scheme}://${target.host}:${target.port}${target.path}`, {
      timeoutUs,
      userAgent: "Wget",
    });
    return flavourAt(terminal.place) === "busybox"
      ? small(terminal, wish, target, sent)
      : large(terminal, wish, target, sent, url);
  },
};

function answerOf(terminal: Terminal, { scheme, authority, port, path }: Target, sent: Sent, agent: string) {
  const request = { method: "GET", scheme, path, host: authority, port, userAgent: agent, headers: [], body: "" };
  return terminal.client.network.httpAnswer(sent.trace, request);
}

function small(terminal: Terminal, wish: Wish, target: Target, sent: Sent): number {
  const { err } = terminal;
  const complain = (text: string) => {
    err(`wget: ${text}\n`);
    return 1;
  };
  if (sent.name !== "found") return complain(`bad address '${target.authority}'`);
  const note = wish.quiet ? () => {} : err;
  note(`Connecting to ${target.authority} (${sent.address}:${target.port})\n`);
  const { kind } = sent.outcome;
  if (kind === "timed out" && wish.timeoutUs !== undefined) return complain("download timed out");
  if (kind !== "answered") {
    const why = {
      refused: "Connection refused",
      "timed out": "Operation timed out",
      "no route": "Network unreachable",
    };
    return complain(
      `can't connect to remote host (${sent.address}): ${why[kind as "refused"] ?? "Host is unreachable"}`,
    );
  }
  const answer = answerOf(terminal, target, sent, "Wget");
  if (answer === undefined) return complain("error getting response");
  if (wish.showHead) for (const line of headLines(answer)) err(`  ${line}\n`);
  if (answer.status >= 400) return complain(`server returned error: HTTP/1.1 ${answer.status} ${answer.reason}`);
  if (wish.spider) {
    note("remote file exists\n");
    return 0;
  }
  const toScreen = wish.output === "-";
  note(toScreen ? "writing to stdout\n" : `saving to '${wish.output}'\n`);
  save(terminal, wish, answer);
  const size = String(answer.body.length).padStart(5);
  note(`${(toScreen ? "-" : wish.output).padEnd(20)} 100% |${BAR}| ${size}  0:00:00 ETA\n`);
  note(toScreen ? "written to stdout\n" : `'${wish.output}' saved\n`);
  return 0;
}

function headLines({ status, reason, headers }: HttpAnswer): readonly string[] {
  return [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
}

function save(terminal: Terminal, { output }: Wish, { body }: HttpAnswer): void {
  if (output === "-") return terminal.out(body);
  const path = absolutePath(output, terminal);
  if (path !== "/dev/null") terminal.environment.files.set(path, body);
}

const EXIT_NETWORK = 4;
const EXIT_SERVER = 8;

function large(terminal: Terminal, wish: Wish, target: Target, sent: Sent, url: string): number {
  const note = wish.quiet ? () => {} : terminal.err;
  const { host, port } = target;
  note(`Connecting to ${host}${host === sent.address ? "" : ` (${host})|${sent.address}|`}:${port}... `);
  if (sent.name !== "found") {
    note("\n");
    note(`wget: unable to resolve host address ‘${host}’\n`);
    return EXIT_NETWORK;
  }
  const { kind } = sent.outcome;
  if (kind !== "answered") {
    note(
      `failed: ${{ refused: "Connection refused", "timed out": "Connection timed out" }[kind as "refused"] ?? "No route to host"}.\n`,
    );
    return EXIT_NETWORK;
  }
  note("connected.\nHTTP request sent, awaiting response... ");
  const answer = answerOf(terminal, target, sent, "Wget/1.21.4");
  if (answer === undefined) {
    note("No data received.\n");
    return EXIT_NETWORK;
  }
  note(`${answer.status} ${answer.reason}\n`);
  if (answer.status >= 400) {
    note(`ERROR ${answer.status}: ${answer.reason}.\n`);
    return EXIT_SERVER;
  }
  if (wish.spider) {
    note("Remote file exists.\n\n");
    return 0;
  }
  save(terminal, wish, answer);
  note(
    `Length: ${answer.body.length}\nSaving to: ‘${wish.output === "-" ? "STDOUT" : wish.output}’\n\n‘${url}’ saved [${answer.body.length}]\n`,
  );
  return 0;
}
