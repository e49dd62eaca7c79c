/**
 * What the main processes of common images print when they start, as `kubectl logs` shows it.
 * Source: the log format strings of nginx 1.27, httpd 2.4, redis 7, postgres 16, CoreDNS 1.11 and kube-proxy 1.32.
 * Left out: lines that tell of the machine's hardware; images that nobody knows print nothing.
 * Invariant: a table of data; the same container gives the same lines.
 */
import { type Instant, rfc3339 } from "../time/instant.ts";

/** What a start line may tell. */
export interface StartFacts {
  readonly image: string;
  /** The pod's address. */
  readonly address: string;
  readonly hostname: string;
  readonly startedAt: Instant;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function parts({ startedAt }: StartFacts) {
  const [date = "", clock = ""] = rfc3339(startedAt).replace("Z", "").split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return { date, clock, year, day, month, name: months[Number(month) - 1] as string };
}

function versionOf(image: string, fallback: string): string {
  return /:v?(\d[\w.]*)/.exec(image)?.[1] ?? fallback;
}

function nginx(facts: StartFacts): readonly string[] {
  const { year, month, day, clock } = parts(facts);
  const note = (text: string) => `${year}/${month}/${day} ${clock} [notice] 1#1: ${text}`;
  const ready = "/docker-entrypoint.sh:";
  const scripts = "/docker-entrypoint.d/";
  const version = versionOf(facts.image, "1.27.4");
  return [
    `${ready} ${scripts} is not empty, will attempt to perform configuration`,
    `${ready} Looking for shell scripts in ${scripts}`,
    `${ready} Launching ${scripts}10-listen-on-ipv6-by-default.sh`,
    "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf",
    "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf",
    `${ready} Sourcing ${scripts}15-local-resolvers.envsh`,
    `${ready} Launching ${scripts}20-envsubst-on-templates.sh`,
    `${ready} Launching ${scripts}30-tune-worker-processes.sh`,
    `${ready} Configuration complete; ready for start up`,
    note('using the "epoll" event method'),
    note(`nginx/${/^\d+\.\d+$/.test(version) ? `${version}.0` : version}`),
    note("start worker processes"),
    note("start worker process 29"),
    note("start worker process 30"),
  ];
}

function httpd(facts: StartFacts): readonly string[] {
  const { day, name, year, clock } = parts(facts);
  const domain = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${facts.address}. Set the 'ServerName' directive globally to suppress this message`;
  const head = `[${name} ${day} ${clock}.000000 ${year}]`;
  return [
    domain,
    domain,
    `${head} [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/${versionOf(facts.image, "2.4.63")} (Unix) configured -- resuming normal operations`,
    `${head} [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'`,
  ];
}

function redis(facts: StartFacts): readonly string[] {
  const { day, name, year, clock } = parts(facts);
  const line = (mark: string, text: string) => `1:${mark} ${day} ${name} ${year} ${clock}.000 * ${text}`;
  return [
    line("C", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"),
    line(
      "C",
      `Redis version=${versionOf(facts.image, "7.4.2")}, bits=64, commit=00000000, modified=0, pid=1, just started`,
    ),
    `1:C ${day} ${name} ${year} ${clock}.000 # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf`,
    line("M", "monotonic clock: POSIX clock_gettime"),
    line("M", "Running mode=standalone, port=6379."),
    line("M", "Server initialized"),
    line("M", "Ready to accept connections tcp"),
  ];
}

function postgres(facts: StartFacts): readonly string[] {
  const { date, clock } = parts(facts);
  const line = (text: string) => `${date} ${clock}.000 UTC [1] LOG:  ${text}`;
  return [
    "",
    "PostgreSQL Database directory appears to contain a database; Skipping initialization",
    "",
    line(`starting PostgreSQL ${versionOf(facts.image, "16.8")} on x86_64-pc-linux-gnu, 64-bit`),
    line('listening on IPv4 address "0.0.0.0", port 5432'),
    line('listening on IPv6 address "::", port 5432'),
    line('listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"'),
    line("database system is ready to accept connections"),
  ];
}

function coredns(facts: StartFacts): readonly string[] {
  const version = versionOf(facts.image, "1.11.3");
  return [
    ".:53",
    "[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5f046dd37f1cf888b953814040d180f52594972691cd6ff41be96639138a43908",
    `CoreDNS-${version}`,
    "linux/amd64, go1.21.11",
  ];
}

function helloWorld(): readonly string[] {
  return ["", "Hello from Docker!", "This message shows that your installation appears to be working correctly.", ""];
}

const byImage: Readonly<Record<string, (facts: StartFacts) => readonly string[]>> = {
  ...{ nginx, httpd, redis, postgres, coredns, "hello-world": helloWorld },
  "http-echo": () => ["server is listening on :5678"],
  whoami: (facts) => {
    const { year, month, day, clock } = parts(facts);
    return [`${year}/${month}/${day} ${clock} Starting up on port 80`];
  },
  "echo-server": () => ["Echo server listening on port 8080."],
};

/** How many of its start lines a program prints before it binds its port; others print none. */
const linesBeforeBinding: Readonly<Record<string, number>> = { nginx: 9, httpd: 2, redis: 4 };

/** The lines that an image's main process prints at its start, or until it could not bind its port; none for an unknown image. */
export function startLines(name: string, facts: StartFacts, isBound: boolean): readonly string[] {
  const lines = byImage[name]?.(facts) ?? [];
  return isBound ? lines : lines.slice(0, linesBeforeBinding[name] ?? 0);
}

const taken = "Address already in use";

/** What an image's main process prints when another one listens on its port already, before it exits with code 1. */
export function unboundLines(name: string, port: number, at: Instant): readonly string[] {
  const [date = "", clock = ""] = rfc3339(at).replace("Z", "").split("T");
  if (name === "nginx") {
    const failed = `bind() to 0.0.0.0:${port} failed (98: ${taken})`;
    return [`${date.replaceAll("-", "/")} ${clock} [emerg] 1#1: ${failed}`, `nginx: [emerg] ${failed}`];
  }
  if (name === "httpd") {
    const failed = `(98)${taken}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}`;
    return [failed, "no listening sockets available, shutting down", "AH00015: Unable to open logs"];
  }
  return [`bind 0.0.0.0:${port}: ${taken}`];
}
