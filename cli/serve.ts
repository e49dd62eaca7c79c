import { resolve } from "node:path";
import process from "node:process";
import type { ClockMode } from "../gateway/clock.ts";
import type { Served } from "../gateway/serve.ts";
import type { Cluster } from "../sim/index.ts";
import { type Command, Failure, type Output, WrongUse } from "./command.ts";
import { readOptions } from "./words.ts";

const help = `orrery serve --kubeconfig FILE [OPTIONS]

Serves a simulated cluster through the Kubernetes API, over HTTPS on this machine only, until Ctrl-C. Real clients work
with it: kubectl --kubeconfig FILE get nodes. Simulated time runs while a client waits, and stands otherwise.

  --kubeconfig FILE  where to write how clients reach the cluster: a new file, or one of an earlier run; only you may
                     read it, and it is removed at the end
  --port N           port on 127.0.0.1; 0, the default, takes a free one
  --seed S           whole number; the same seed, start time and requests give the same cluster (default 1)
  --zones N          zones of the cluster (default 1)
  --workers N        workers in each zone (default 2)
  --scenario FILE    manifests (.yaml, .json) to apply at the start, or a module (.js, .ts) whose default export,
                     (orrery) => cluster, makes the cluster
  --speed X          let X simulated seconds pass in each second, e.g. 1 or 0.5; 0: time stands, a request runs it just
                     to its answer, and --interactive moves it
  --start-time T     the simulated wall clock at the start, e.g. 2026-03-01T08:00:00Z (default: five minutes ago, so
                     that clients do not see times to come when simulated time runs ahead)
  --interactive, -i  take commands on standard input, one a line: step [N], advance 10s, settle, back [N], time
  --help             print this text
`;

const options = {
  kubeconfig: { type: "string" },
  port: { type: "string" },
  seed: { type: "string" },
  zones: { type: "string" },
  workers: { type: "string" },
  scenario: { type: "string" },
  speed: { type: "string" },
  "start-time": { type: "string" },
  interactive: { type: "boolean", short: "i" },
  help: { type: "boolean", short: "h" },
} as const;

const speedMax = 10_000;

/** `orrery serve`: a simulated cluster behind the Kubernetes API. */
export const serve: Command = {
  name: "serve",
  summary: "serve a simulated cluster to kubectl and other real clients",
  async run(words, output) {
    const values = readOptions(withNegatives(words), options);
    if (values.help === true) {
      output.out(help);
      return 0;
    }
    if (values.kubeconfig === undefined) {
      throw new WrongUse("Say where clients find the cluster: --kubeconfig FILE.");
    }
    const port = whole("port", values.port, 0, 65_535) ?? 0;
    const mode = modeOf(values.speed);
    const seed = whole("seed", values.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const zones = whole("zones", values.zones, 1, 64);
    const workersPerZone = whole("workers", values.workers, 0, 5000);
    const startsAt = await startOf(values["start-time"]);
    const path = resolve(values.kubeconfig);
    const { isFreeForKubeconfig } = await import("../gateway/kubeconfig.ts");
    if (!isFreeForKubeconfig(path)) {
      throw new WrongUse(`${path} exists and is not ours to replace: name a new file, or move that one away first.`);
    }
    const { clusterOf } = await import("./serve-scenario.ts");
    const cluster = await clusterOf(values.scenario, {
      managedFields: true,
      effectWarnings: true,
      standardRoles: true,
      startsAt,
      ...(seed !== undefined && { seed }),
      ...(zones !== undefined && { zones }),
      ...(workersPerZone !== undefined && { workersPerZone }),
    });
    const served = await started(cluster, port, mode);
    await untilSignal(served, path, output, values.interactive === true ? cluster : undefined);
    return 0;
  },
};

/** Node.js takes "-1" after an option for another option; here it is what was given for it. */
function withNegatives(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.length - 1;
    if (/^-[\d.]/.test(word) && /^--[\w-]+$/.test(joined[last] ?? "")) joined[last] = `${joined[last]}=${word}`;
    else joined.push(word);
  }
  return joined;
}

/** How far behind the host's clock a cluster starts: simulated time runs ahead while clients wait. */
const startLagMs = 5 * 60_000;

/** The simulated wall clock at the start, in milliseconds since 1970. */
async function startOf(text: string | undefined): Promise<number> {
  const { epochMs, parseRfc3339 } = await import("../sim/index.ts");
  if (text === undefined) return Math.max(epochMs, Math.floor((Date.now() - startLagMs) / 1000) * 1000);
  const ms = parseRfc3339(text);
  if (ms >= epochMs && ms < epochMs + 100 * 365 * 86_400_000) return ms;
  throw new WrongUse(`--start-time takes a time from 2026-01-05T09:00:00Z to 2125-12-31T00:00:00Z, not ${text}.`);
}

function whole(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? "a whole number" : `a whole number from ${least} to ${most}`;
  throw new WrongUse(`--${name} takes ${range}, not ${text}.`);
}

function modeOf(text: string | undefined): ClockMode {
  if (text === undefined) return { kind: "on-demand" };
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(speed <= speedMax)) throw new WrongUse(`--speed takes a number from 0 to ${speedMax}, not ${text}.`);
  return speed === 0 ? { kind: "paused" } : { kind: "playing", speed };
}

/** The gateway is loaded here only, so that other commands start without it. */
async function started(cluster: Cluster, port: number, mode: ClockMode): Promise<Served> {
  const { serveCluster } = await import("../gateway/serve.ts");
  const { execHost } = await import("./serve-exec.ts");
  try {
    return await serveCluster(cluster, { port, mode, exec: execHost(cluster) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new Failure(`Port ${port} is taken: choose another one, or 0 for any that is free.`);
    if (code === "EACCES") throw new Failure(`Port ${port} needs more rights: choose one above 1023, or 0.`);
    throw error;
  }
}

/**
 * Says where the cluster is, and waits for Ctrl-C or its like; then nothing is left behind. A cluster that is given takes
 * commands meanwhile; without one standard input is not touched, since reading it would stop a process in the background.
 */
async function untilSignal(served: Served, path: string, output: Output, commanded?: Cluster): Promise<void> {
  const { removeKubeconfig, writeKubeconfig } = await import("../gateway/kubeconfig.ts");
  const { takeCommands } = await import("./serve-commands.ts");
  try {
    writeKubeconfig(path, served.kubeconfig);
  } catch (error) {
    await served.close();
    throw new Failure(`The kubeconfig can't be written to ${path} (${(error as NodeJS.ErrnoException).code}).`);
  }
  const signalled = new Promise<void>((end) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => end());
  });
  output.out(`${served.url}\nexport KUBECONFIG=${path}\n`);
  if (commanded !== undefined) takeCommands(process.stdin, commanded, () => served.moved(), output);
  await signalled;
  if (commanded !== undefined) process.stdin.destroy();
  await served.close();
  removeKubeconfig(path, served.kubeconfig);
}
