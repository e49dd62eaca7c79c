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
import { yamlText } from "../shell/kubectl/yaml-print.ts";
import { Cluster, type ClusterOptions, type Snapshot, type Trace } from "../sim/index.ts";
import {
  componentMap,
  type Display,
  journalView,
  nodeInterior,
  ownerTree,
  pathLadder,
  timelineView,
  VIEW_TYPE,
  whyView,
} from "../views/index.ts";
import { LiveDisplays, type LiveSource } from "./live/live-displays.ts";
import { LiveSession } from "./live/session.ts";

export type { Cluster, ClusterOptions, Display, Snapshot, TemplateResult, Trace };

/** What a notebook kernel or another host offers: where text goes, and which files commands may read. */
export interface Host {
  /** Shows what a command has printed, at once. */
  write(stream: "stdout" | "stderr", text: string): void;
  /** Files by name, as `-f web.yaml` reads them; undefined if there is none. */
  readFile(path: string): string | undefined;
  /** What no other process has: with it, displays can be joined by live views (`liveSession`). */
  readonly session?: string;
}

let host: Host | undefined;
let newest: Cluster | undefined;
const clusters = new Set<Cluster>();

/** Connects the host that shows things; without one, results print themselves when they are looked at. */
export function connectHost(connected: Host | undefined): void {
  host = connected;
  displays = connected?.session === undefined ? undefined : new LiveDisplays(connected.session);
}

let displays: LiveDisplays | undefined;

/** The other end of live views, toolbars and terminals. Throws an Error when the connected host named no session. */
export function liveSession(): LiveSession {
  if (displays === undefined) throw new Error("connectHost() was not given a session, so nothing can be live");
  const yaml = (object: object): string => yamlText(object as Parameters<typeof yamlText>[0]);
  return new LiveSession({ displays, yaml, currentCluster: () => newest, shellOf });
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

/** Runs lines of the small shell, with pipes, variables and loops, where the user sits: outside the cluster. */
export function runScript(text: string, cluster: Cluster = currentCluster()): TemplateResult {
  const { exit, stdout, stderr } = shellOf(cluster).script(text);
  return shown({ exit, stdout, stderr, ok: exit === 0, toString: () => stdout + stderr });
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

/** The programs that have a tag of their own; `ssh` reaches all others: ssh`worker-1 iptables-save`. */
export type Commands = Readonly<Record<(typeof commandNames)[number], ShellTag>>;

/** Names of the programs that have a tag and a `%` line of their own. */
export const commandNames = ["curl", "dig", "kubectl", "nslookup", "ping", "ssh", "traceroute"] as const;

const eachCommand = (tagOf: (name: (typeof commandNames)[number]) => ShellTag): Commands =>
  Object.fromEntries(commandNames.map((name) => [name, tagOf(name)])) as Commands;

/** The commands of one cluster: const { kubectl, ssh } = commandsOf(fork). */
export function commandsOf(cluster: Cluster): Commands {
  const tags = createTemplates(shellOf(cluster), files);
  return eachCommand(
    (name) =>
      (parts, ...values) =>
        shown((tags[name] as ShellTag)(parts, ...values)),
  );
}

/** The commands of the current cluster, as tagged templates: commands.curl`http://203.0.113.10`. */
export const commands: Commands = eachCommand(
  (name) =>
    (parts, ...values) =>
      commandsOf(currentCluster())[name](parts, ...values),
);

/** kubectl for the current cluster, as a tagged template: kubectl`create deployment web --image=nginx`. */
export const kubectl: ShellTag = commands.kubectl;

/** How many steps a picture holds as frames unless asked otherwise. */
const framesDefault = 8;
const timelineSteps = 40;

/** How a picture is made, each time anew: at the cluster's present moment, with so many steps before it as frames. */
type Make = (cluster: Cluster, steps: number) => Display;

/** In a large cluster a step that goes to a page reads fewer moments: it shows the last one alone. */
const largeNodes = 100;
const largeSteps = 4;

/** Marks what a display sends so that a live view can join; in a host without a session it stays as it is. */
function joinable(display: Display, source: LiveSource): Display {
  const register = displays;
  if (register === undefined) return display;
  const toMimeBundle: Display["toMimeBundle"] = () => {
    const bundle = display.toMimeBundle();
    const frames = bundle[VIEW_TYPE];
    return frames === undefined ? bundle : { ...bundle, [VIEW_TYPE]: { ...frames, live: register.add(source) } };
  };
  return { ...display, toMimeBundle };
}

/** A picture of a cluster that follows it; `shows` is the same for pictures of the same thing. */
function following(cluster: Cluster, shows: string, steps: number, make: Make): Display {
  const { zones, workersPerZone } = cluster.options;
  const few = zones * workersPerZone > largeNodes ? Math.min(steps, largeSteps) : steps;
  return joinable(make(cluster, steps), { cluster, shows, remake: () => make(cluster, few) });
}

/** What most pictures let one choose. */
interface ShowOptions {
  /** Steps before the present one to keep as frames; 8 unless given. */
  readonly steps?: number;
  /** Width in CSS pixels; 900 unless given. */
  readonly width?: number;
}

/** Pictures. Each is a value: the last expression of a cell shows it. */
export const show = {
  /** The component map of a cluster, with the last `steps` steps as frames. */
  components(cluster: Cluster = currentCluster(), options: ShowOptions = {}): Display {
    const { steps = framesDefault, ...rest } = options;
    return following(cluster, "components", steps, (present, n) => componentMap(present.frames(n), rest));
  },
  /** The inside of a machine, e.g. "worker-1": its network namespaces, their interfaces, routes and rules. */
  node(
    machine: string,
    options: Parameters<typeof nodeInterior>[2] & ShowOptions & { readonly cluster?: Cluster } = {},
  ): Display {
    const { steps = framesDefault, cluster = currentCluster(), ...rest } = options;
    const draw: Make = (present, n) => nodeInterior(present.frames(n), machine, rest);
    return following(cluster, `node/${machine}`, steps, draw);
  },
  /** A packet's way, hop by hop and rule by rule: show.path(cluster.trace("pod/client", "http://web")). */
  path(trace: Trace, options: Parameters<typeof pathLadder>[1] = {}, cluster: Cluster = currentCluster()): Display {
    if (typeof trace !== "object" || trace === null || !Array.isArray(trace.legs))
      throw new TypeError('show.path() wants a trace, such as cluster.trace("pod/client", "http://web")');
    return joinable(pathLadder(trace, options), { cluster, shows: `path/${trace.from}/${trace.to}` });
  },
  /** Who owns whom: Deployments, ReplicaSets and pods, of one namespace if it is given. */
  tree(options: ShowOptions & { readonly namespace?: string; readonly cluster?: Cluster } = {}): Display {
    const { steps = framesDefault, cluster = currentCluster(), ...rest } = options;
    const draw: Make = (present, n) => ownerTree(present.frames(n), rest);
    return following(cluster, `tree/${rest.namespace ?? ""}`, steps, draw);
  },
  /** The last steps on a line of time, a lane for each component; with `object`, its chain of causes. */
  timeline(options: ShowOptions & { readonly object?: string; readonly cluster?: Cluster } = {}): Display {
    const { steps = timelineSteps, cluster = currentCluster(), ...rest } = options;
    const draw: Make = (present) => timelineView(present.snapshot(steps), { ...rest, steps });
    return following(cluster, `timeline/${rest.object ?? ""}`, steps, draw);
  },
  /** Why an object is as it is: the chain of causes, newest last. */
  why(object: string, cluster: Cluster = currentCluster()): Display {
    return following(cluster, `why/${object}`, 1, (present) => whyView(present.why(object).entries, object));
  },
  /** What happened in the last steps: who did what, because of what. */
  journal(cluster: Cluster = currentCluster(), steps = framesDefault): Display {
    return following(cluster, "journal", steps, (present) => journalView([present.snapshot(steps)]));
  },
};
