/**
 * All that lessons, cells and scripts use: make a cluster, type commands, show pictures.
 * The same names work in our notebook kernel, in any other one, and in a plain script; a host that has a screen of its
 * own connects itself with `connectHost`.
 */

import {
  clusterClient,
  createShell,
  createTemplates,
  firstYamlBreak,
  type ShellFiles,
  type ShellTag,
  type TemplateResult,
} from "../shell/index.ts";
import { Cluster, type ClusterOptions, type Snapshot } from "../sim/index.ts";
import { componentMap, type Display, journalView, whyView } from "../views/index.ts";

export type { Cluster, ClusterOptions, Display, Snapshot, TemplateResult };

/** What a notebook kernel or another host offers: where text goes, and which files commands may read. */
export interface Host {
  /** Shows what a command has printed, at once. */
  write(stream: "stdout" | "stderr", text: string): void;
  /** Files by name, as `-f web.yaml` reads them; undefined if there is none. */
  readFile(path: string): string | undefined;
}

let host: Host | undefined;
let newest: Cluster | undefined;
const clusters = new Set<Cluster>();

/** Connects the host that shows things; without one, results print themselves when they are looked at. */
export function connectHost(connected: Host | undefined): void {
  host = connected;
}

/** All clusters made so far. */
export function knownClusters(): readonly Cluster[] {
  return [...clusters];
}

/** The cluster that bare commands such as kubectl`…` talk to: the one made or used last. Throws an Error if none is. */
export function currentCluster(): Cluster {
  if (newest === undefined) throw new Error("there is no cluster yet; make one with orrery.create()");
  return newest;
}

/** Makes and finds clusters. */
export const orrery = {
  /** Makes a cluster and boots it; it becomes the one that bare commands talk to. */
  create(options: ClusterOptions = {}): Cluster {
    return orrery.use(Cluster.create(options));
  },
  /** Makes a cluster whose machines have just been switched on, so that its boot can be stepped through. */
  empty(options: ClusterOptions = {}): Cluster {
    return orrery.use(Cluster.empty(options));
  },
  /** Makes bare commands talk to this cluster, e.g. to a fork. */
  use(cluster: Cluster): Cluster {
    clusters.add(cluster);
    newest = cluster;
    return cluster;
  },
  /** The cluster that bare commands talk to. */
  get current(): Cluster {
    return currentCluster();
  },
};

const files: ShellFiles = { read: (path) => host?.readFile(path) };
const shells = new WeakMap<Cluster, ReturnType<typeof createShell>>();

function shellOf(cluster: Cluster): ReturnType<typeof createShell> {
  let shell = shells.get(cluster);
  if (shell === undefined) {
    shell = createShell(clusterClient(cluster), files);
    shells.set(cluster, shell);
  }
  return shell;
}

/** Runs a command line such as "kubectl get pods" on a cluster, with its output shown by the host if there is one. */
export function runCommand(line: string, cluster: Cluster = currentCluster(), stdin?: string): TemplateResult {
  const given: ShellFiles = stdin === undefined ? files : { ...files, stdin };
  const result = shellOf(cluster).run(line, given);
  const stderr = result.exit === 0 || stdin === undefined ? result.stderr : withPosition(result.stderr, stdin);
  return shown({ ...result, stderr, ok: result.exit === 0, toString: () => result.stdout + stderr });
}

/** A YAML error with the column added, which the real tool does not tell. */
function withPosition(stderr: string, text: string): string {
  const found = stderr.includes("error converting YAML to JSON") ? firstYamlBreak(text) : undefined;
  return found === undefined ? stderr : `${stderr}line ${found.line}, column ${found.column}: ${found.words}\n`;
}

function shown(result: TemplateResult): TemplateResult {
  if (host === undefined) return result;
  if (result.stdout !== "") host.write("stdout", result.stdout);
  if (result.stderr !== "") host.write("stderr", result.stderr);
  return { ...result, toString: () => "" };
}

/** kubectl for one cluster: const { kubectl } = commandsOf(fork). */
export function commandsOf(cluster: Cluster): { readonly kubectl: ShellTag } {
  const { kubectl } = createTemplates(shellOf(cluster), files);
  return { kubectl: (parts, ...values) => shown((kubectl as ShellTag)(parts, ...values)) };
}

/** kubectl for the current cluster, as a tagged template: kubectl`create deployment web --image=nginx`. */
export const kubectl: ShellTag = (parts, ...values) => commandsOf(currentCluster()).kubectl(parts, ...values);

/** How many steps a picture holds as frames unless asked otherwise. */
const framesDefault = 8;

/** Pictures. Each is a value: the last expression of a cell shows it. */
export const show = {
  /** The component map of a cluster, with the last `steps` steps as frames. */
  components(
    cluster: Cluster = currentCluster(),
    options: { readonly steps?: number; readonly width?: number } = {},
  ): Display {
    const { steps = framesDefault, ...rest } = options;
    return componentMap(cluster.frames(steps), rest);
  },
  /** Why an object is as it is: the chain of causes, newest last. */
  why(object: string, cluster: Cluster = currentCluster()): Display {
    return whyView(cluster.why(object).entries, object);
  },
  /** What happened in the last steps: who did what, because of what. */
  journal(cluster: Cluster = currentCluster(), steps = framesDefault): Display {
    return journalView([cluster.snapshot(steps)]);
  },
};
