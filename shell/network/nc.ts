import type { ShellCommand } from "../command.ts";
import { flavourAt } from "../images.ts";
import { options } from "../sh/tool.ts";
import { completeHost } from "./complete-host.ts";
import { secondsUs, send } from "./request.ts";

const SYN_RETRIES_US = 134_000_000;
const SERVICES: Readonly<Record<number, string>> = {
  ...{
    22: "ssh",
    53: "domain",
    80: "http",
    443: "https",
    3306: "mysql",
    5432: "postgresql",
    6379: "redis",
    8080: "http-alt",
  },
};

/** `nc -zv HOST PORT`: whether somebody listens, in netcat-openbsd's words or busybox's. Left out: sending data. */
export const nc: ShellCommand = {
  name: "nc",
  complete: completeHost,
  run(argv, terminal) {
    const { flags, words } = options(argv, "wpsX");
    const [host, port] = words;
    if (host === undefined || port === undefined || !/^\d+$/.test(port)) {
      terminal.err(
        host !== undefined && port !== undefined
          ? `nc: port number invalid: ${port}\n`
          : "usage: nc [-uvz] [-w timeout] host port\n",
      );
      return 1;
    }
    const small = flavourAt(terminal.place) === "busybox";
    const protocol = flags.has("u") ? "udp" : "tcp";
    const timeoutUs = secondsUs(flags.get("w")) ?? SYN_RETRIES_US;
    const sent = send(terminal, `${protocol === "udp" ? "udp://" : ""}${host}:${port}`, { timeoutUs });
    const say = flags.has("v") ? terminal.err : () => {};
    if (sent.name !== "found") {
      terminal.err(
        small
          ? `nc: bad address '${host}'\n`
          : `nc: getaddrinfo for host "${host}" port ${port}: Name or service not known\n`,
      );
      return 1;
    }
    const { kind } = sent.outcome;
    if (kind === "answered") {
      const service = SERVICES[Number(port)] ?? "*";
      say(
        small
          ? `${host} (${sent.address}:${port}) open\n`
          : `Connection to ${host} ${port} port [${protocol}/${service}] succeeded!\n`,
      );
      return 0;
    }
    if (small) terminal.err(`nc: ${host} (${sent.address}:${port}): ${reason(kind)}\n`);
    else if (kind === "timed out")
      say(`nc: connect to ${host} (${sent.address}) port ${port} (${protocol}) timed out: Operation now in progress\n`);
    else say(`nc: connect to ${host} (${sent.address}) port ${port} (${protocol}) failed: ${reason(kind)}\n`);
    return 1;
  },
};

function reason(kind: string): string {
  if (kind === "refused") return "Connection refused";
  if (kind === "timed out") return "Connection timed out";
  return kind === "no route" ? "Network is unreachable" : "No route to host";
}
